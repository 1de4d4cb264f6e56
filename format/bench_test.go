package format

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"testing"

	"blemish/geom"
)

// benchCloud is n points of a wavy sheet, with coordinates of full precision.
func benchCloud(n int) *geom.Cloud {
	c := &geom.Cloud{Points: make([]geom.Vec3, n)}
	for i := range c.Points {
		u, v := float64(i%1000)*0.0137, float64(i/1000)*0.0171
		c.Points[i] = geom.Vec3{X: float32(u), Y: float32(v), Z: float32(math.Sin(u) * math.Cos(v))}
	}
	return c
}

const benchPoints = 1_000_000

func benchRead(b *testing.B, name string, encode func(io.Writer) error) {
	var file bytes.Buffer
	if err := encode(&file); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		c, _, err := DecodeCloud(bytes.NewReader(file.Bytes()), name)
		if err != nil || c.Len() != benchPoints {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*benchPoints/b.Elapsed().Seconds()/1e6, "Mpoints/s")
}

func BenchmarkRead(b *testing.B) {
	c := benchCloud(benchPoints)
	for _, tc := range []struct {
		name   string
		encode func(io.Writer) error
	}{
		{"pcd/binary", func(w io.Writer) error { return EncodeCloud(w, "a.pcd", c, WriteOptions{}) }},
		{"pcd/binary_compressed", func(w io.Writer) error {
			return EncodeCloud(w, "a.pcd", c, WriteOptions{Encoding: "binary_compressed"})
		}},
		{"pcd/ascii", func(w io.Writer) error { return EncodeCloud(w, "a.pcd", c, WriteOptions{Encoding: "ascii"}) }},
		{"ply/binary", func(w io.Writer) error { return EncodeCloud(w, "a.ply", c, WriteOptions{}) }},
		{"ply/ascii", func(w io.Writer) error { return EncodeCloud(w, "a.ply", c, WriteOptions{Encoding: "ascii"}) }},
		{"xyz", func(w io.Writer) error { return EncodeCloud(w, "a.xyz", c, WriteOptions{}) }},
		{"csv", func(w io.Writer) error { return EncodeCloud(w, "a.csv", c, WriteOptions{}) }},
		{"savetxt", func(w io.Writer) error { // as numpy.savetxt writes it
			bw := buffered(w)
			for _, p := range c.Points {
				fmt.Fprintf(bw, "%.18e %.18e %.18e\n", p.X, p.Y, p.Z)
			}
			return bw.Flush()
		}},
		{"npy", func(w io.Writer) error { return EncodeCloud(w, "a.npy", c, WriteOptions{}) }},
	} {
		b.Run(tc.name, func(b *testing.B) { benchRead(b, tc.name, tc.encode) })
	}
}

func BenchmarkWrite(b *testing.B) {
	c := benchCloud(benchPoints)
	for _, encoding := range []string{"binary", "binary_compressed", "ascii"} {
		b.Run("pcd/"+encoding, func(b *testing.B) {
			for b.Loop() {
				if err := EncodeCloud(io.Discard, "a.pcd", c, WriteOptions{Encoding: encoding}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*benchPoints/b.Elapsed().Seconds()/1e6, "Mpoints/s")
		})
	}
}

func BenchmarkReadMesh(b *testing.B) {
	const wide = 500
	m := &geom.Mesh{Vertices: benchCloud(wide * wide).Points}
	for i := range m.Vertices {
		m.Vertices[i].X += float32(i/1000) / 7
	}
	for i := int32(0); i < wide*(wide-1)-1; i++ {
		m.Faces = append(m.Faces, [3]int32{i, i + 1, i + wide}, [3]int32{i + 1, i + wide + 1, i + wide})
	}
	for _, tc := range []struct {
		name   string
		encode func(w io.Writer) error
	}{
		{"a.stl", func(w io.Writer) error { return EncodeMesh(w, "a.stl", m, WriteOptions{}) }},
		{"a.ply", func(w io.Writer) error { return EncodeMesh(w, "a.ply", m, WriteOptions{}) }},
		{"a.obj", func(w io.Writer) error { return EncodeMesh(w, "a.obj", m, WriteOptions{}) }},
	} {
		var file bytes.Buffer
		if err := tc.encode(&file); err != nil {
			b.Fatal(err)
		}
		b.Run(tc.name[2:], func(b *testing.B) {
			b.SetBytes(int64(file.Len()))
			for b.Loop() {
				if _, _, err := DecodeMesh(bytes.NewReader(file.Bytes()), tc.name); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
