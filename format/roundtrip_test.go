package format

import (
	"bytes"
	"io"
	"math"
	"testing"
	"testing/iotest"

	"blemish/geom"

	"pgregory.net/rapid"
)

// spelling is one way to write a file.
type spelling struct{ name, encoding string }

// cloud and mesh write as EncodeCloud and EncodeMesh do, without a buffer of their own.
func (s spelling) cloud(w io.Writer, c *geom.Cloud) error {
	encode, err := cloudEncoder(s.name, c, WriteOptions{Encoding: s.encoding})
	if err != nil {
		return err
	}
	return encode(w)
}

func (s spelling) mesh(w io.Writer, m *geom.Mesh) error {
	encode, err := meshEncoder(s.name, m, WriteOptions{Encoding: s.encoding})
	if err != nil {
		return err
	}
	return encode(w)
}

// spellings are all ways of the formats that have an ability: each extension, and with
// each encoding.
func spellings(a Ability) []spelling {
	var all []spelling
	for _, f := range formats {
		for _, ext := range a.extensions(f) {
			for _, e := range f.encodings {
				all = append(all, spelling{e + ext, e})
			}
		}
	}
	return all
}

func drawCloud(t *rapid.T) *geom.Cloud {
	n := rapid.IntRange(1, 60).Draw(t, "points")
	c := &geom.Cloud{Points: make([]geom.Vec3, n)}
	number := rapid.Float32Range(-1000, 1000)
	for i := range c.Points {
		c.Points[i] = geom.Vec3{X: number.Draw(t, "x"), Y: number.Draw(t, "y"), Z: number.Draw(t, "z")}
	}
	if rapid.Bool().Draw(t, "normals") {
		c.Normals = make([]geom.Vec3, n)
		for i := range c.Normals {
			c.Normals[i] = unitNormal(float64(number.Draw(t, "nx")), float64(number.Draw(t, "ny")), 1)
		}
	}
	any := rapid.Float32()
	if rapid.Bool().Draw(t, "colours") {
		any = rapid.Map(rapid.IntRange(0, 255), func(i int) float32 { return float32(i) })
	}
	for _, name := range []string{"label", "red", "green", "blue", "p(defect)", "é", "_", "rgb", "score[3]"} {
		if rapid.Bool().Draw(t, name) {
			c.SetScalar(name, rapid.SliceOfN(any, n, n).Draw(t, name))
		}
	}
	if rapid.Bool().Draw(t, "far") {
		c.Origin = [3]float64{4.5e5, -5.4e6, 320}
	}
	return c
}

func sameScalars(t *rapid.T, what string, got, want *geom.Cloud) {
	for _, name := range want.ScalarNames() {
		values := got.Scalar(name)
		if values == nil && (name == "_" || name == "rgb") { // names that mean something else in PCD
			if values = got.Scalar(name + "_"); values == nil {
				values = got.Scalar(name)
			}
		}
		if len(values) != want.Len() {
			t.Fatalf("%s: scalar %q has %d values; there are %v", what, name, len(values), got.ScalarNames())
		}
		for i, v := range want.Scalars[name] {
			if values[i] != v && !(v != v && values[i] != values[i]) {
				t.Fatalf("%s: %s of point %d is %v, want %v", what, name, i, values[i], v)
			}
		}
	}
	if len(got.Scalars) != len(want.Scalars) {
		t.Fatalf("%s: scalars %v, want %v", what, got.ScalarNames(), want.ScalarNames())
	}
}

// samePlaces compares absolute coordinates: exactly without an origin, to the
// precision of float32 within the cloud with one. Where the reader put an origin to a small cloud
// far out, text of a float32 is read as the decimal number it shows: half a step of float32 away.
func samePlaces(t *rapid.T, what string, got []geom.Vec3, origin [3]float64, want []geom.Vec3, wantOrigin [3]float64) {
	if len(got) != len(want) {
		t.Fatalf("%s: %d points, want %d", what, len(got), len(want))
	}
	slack := 0.0
	if wantOrigin != [3]float64{} {
		slack = 2 * geom.BoxOf(want).Diagonal() * 0x1p-20
	} else if origin != [3]float64{} {
		box := geom.BoxOf(want)
		slack = max(box.Min.Norm(), box.Max.Norm()) * 0x1p-23
	}
	for i := range want {
		g := got[i].D().Add(geom.Vec{X: origin[0], Y: origin[1], Z: origin[2]})
		w := want[i].D().Add(geom.Vec{X: wantOrigin[0], Y: wantOrigin[1], Z: wantOrigin[2]})
		// A cloud without extent has no scale to be far by and is stored as it is.
		if d := g.Sub(w).Norm(); !(d <= slack) && geom.BoxOf(want).Diagonal() > 0 {
			t.Fatalf("%s: point %d is %v, want %v (origin %v)", what, i, g, w, origin)
		}
	}
}

func TestCloudsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawCloud(t)
		for _, w := range spellings(WritableColumns) {
			var file bytes.Buffer
			if err := w.cloud(&file, want); err != nil {
				t.Fatal(w.name, err)
			}
			got, info, err := DecodeCloud(&file, w.name)
			if err != nil {
				t.Fatal(w.name, err)
			}
			if len(info.Warnings) > 0 || info.Points != want.Len() {
				t.Fatalf("%s: %+v", w.name, info)
			}
			samePlaces(t, w.name, got.Points, got.Origin, want.Points, want.Origin)
			sameScalars(t, w.name, got, want)
			if len(got.Normals) != len(want.Normals) {
				t.Fatalf("%s: %d normals", w.name, len(got.Normals))
			}
			for i, n := range want.Normals {
				if got.Normals[i] != n {
					t.Fatalf("%s: normal %d is %v, want %v", w.name, i, got.Normals[i], n)
				}
			}
		}
	})
}

func TestMeshesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := &geom.Mesh{}
		n := rapid.IntRange(3, 40).Draw(t, "vertices")
		number := rapid.Float32Range(-1000, 1000)
		for range n {
			want.Vertices = append(want.Vertices, geom.Vec3{X: number.Draw(t, "x"), Y: number.Draw(t, "y"), Z: number.Draw(t, "z")})
		}
		corner := rapid.Int32Range(0, int32(n-1))
		for range rapid.IntRange(1, 60).Draw(t, "faces") {
			want.Faces = append(want.Faces, [3]int32{corner.Draw(t, "a"), corner.Draw(t, "b"), corner.Draw(t, "c")})
		}
		if rapid.Bool().Draw(t, "far") {
			want.Origin = [3]float64{2e6, -3e6, 0}
		}
		for _, w := range spellings(WritableMesh) {
			if w.name == "binary.stl" && want.Origin != [3]float64{} {
				continue // refused
			}
			var file bytes.Buffer
			if err := w.mesh(&file, want); err != nil {
				t.Fatal(w.name, err)
			}
			got, info, err := DecodeMesh(&file, w.name)
			if err != nil {
				t.Fatal(w.name, err)
			}
			if len(got.Faces) != len(want.Faces) || info.Faces != len(want.Faces) || len(info.Warnings) > 0 {
				t.Fatalf("%s: %+v", w.name, info)
			}
			// Corner by corner, for STL numbers vertices anew.
			var g, v []geom.Vec3
			for f := range want.Faces {
				for k := range want.Faces[f] {
					g = append(g, got.Vertices[got.Faces[f][k]])
					v = append(v, want.Vertices[want.Faces[f][k]])
				}
			}
			samePlaces(t, w.name, g, got.Origin, v, want.Origin)
		}
	})
}

func TestNPYReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 7), 0, 4).Draw(t, "shape")
		n := 1
		for _, s := range shape {
			n *= s
		}
		want := rapid.SliceOfN(rapid.Float32(), n, n).Draw(t, "data")
		var file bytes.Buffer
		if err := WriteNPY(&file, want, shape...); err != nil {
			t.Fatal(err)
		}
		if (file.Len()-4*n)%64 != 0 {
			t.Fatalf("the numbers begin at %d", file.Len()-4*n)
		}
		got, gotShape, err := ReadNPY(iotest.OneByteReader(&file))
		if err != nil || len(gotShape) != len(shape) || len(got) != n {
			t.Fatal(err, gotShape, len(got))
		}
		for i := range shape {
			if shape[i] != gotShape[i] {
				t.Fatalf("shape %v, want %v", gotShape, shape)
			}
		}
		for i := range want {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Fatalf("%v, want %v", got[i], want[i])
			}
		}
	})
}
