package format

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"blemish/geom"
)

// outline is a polygon in the plane z = 0 and its area.
type outline struct {
	name   string
	corner [][2]float64
	area   float64
	bad    bool // no triangulation is promised
}

func outlines() []outline {
	var comb [][2]float64
	for i := range 20 {
		comb = append(comb, [2]float64{float64(i), 0}, [2]float64{float64(i) + 0.5, 5})
	}
	comb = append(comb, [2]float64{20, 0}, [2]float64{20, 6}, [2]float64{0, 6})
	return []outline{
		{"triangle", [][2]float64{{0, 0}, {1, 0}, {0, 1}}, 0.5, false},
		{"square", [][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}, 1, false},
		{"L from its far end", [][2]float64{{4, 0}, {4, 1}, {1, 1}, {1, 4}, {0, 4}, {0, 0}}, 7, false},
		{"arrow", [][2]float64{{0, 0}, {2, 1}, {0, 2}, {1, 1}}, 1, false},
		{"corners on its sides", [][2]float64{{0, 0}, {1, 0}, {2, 0}, {4, 0}, {4, 4}, {2, 4}, {2, 2}, {0, 2}, {0, 1}}, 12, false},
		{"a triangle with a corner on each side", [][2]float64{{0, 0}, {2, 0}, {4, 0}, {2, 2}, {0, 4}, {0, 2}}, 8, false},
		{"U", [][2]float64{{0, 0}, {3, 0}, {3, 3}, {2, 3}, {2, 1}, {1, 1}, {1, 3}, {0, 3}}, 7, false},
		{"cross", [][2]float64{{1, 0}, {2, 0}, {2, 1}, {3, 1}, {3, 2}, {2, 2}, {2, 3}, {1, 3}, {1, 2}, {0, 2}, {0, 1}, {1, 1}}, 5, false},
		{"hole with a slit", [][2]float64{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}, {1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}}, 12, false},
		{"two holes with slits", [][2]float64{{0, 0}, {9, 0}, {9, 4}, {0, 4}, {0, 0}, {1, 1}, {1, 3}, {3, 3}, {5, 1}, {5, 3}, {7, 3}, {7, 1}, {5, 1}, {3, 3}, {3, 1}, {1, 1}}, 28, false},
		{"a corner twice", [][2]float64{{0, 0}, {1, 0}, {1, 0}, {1, 1}, {0, 1}}, 1, false},
		{"a spike", [][2]float64{{0, 0}, {1, 0}, {1, 1}, {1, 3}, {1, 1}, {0, 1}}, 1, false},
		{"comb", comb, 20*6 - 20*2.5, false},
		{"bow tie", [][2]float64{{0, 0}, {2, 2}, {2, 0}, {0, 2}}, 0, true},
		{"a line", [][2]float64{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, 0, true},
		{"pentagram", [][2]float64{{0, 3}, {2, -3}, {-3, 1}, {3, 1}, {-2, -3}}, 0, true},
	}
}

// files writes the faces of vertices in every format that has polygons.
func polygonFiles(vertices []geom.Vec3, faces [][]int32) map[string]string {
	var obj, off, ply, f1, f0 strings.Builder
	fmt.Fprintf(&ply, "ply\nformat ascii 1.0\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\nelement face %d\nproperty list int int vertex_indices\nend_header\n", len(vertices), len(faces))
	fmt.Fprintf(&off, "OFF\n%d %d 0\n", len(vertices), len(faces))
	for _, p := range vertices {
		fmt.Fprintf(&obj, "v %v %v %v\n", p.X, p.Y, p.Z)
		fmt.Fprintf(&off, "%v %v %v\n", p.X, p.Y, p.Z)
		fmt.Fprintf(&ply, "%v %v %v\n", p.X, p.Y, p.Z)
	}
	for _, corner := range faces {
		f1.WriteString("f")
		fmt.Fprint(&f0, len(corner))
		for _, v := range corner {
			fmt.Fprintf(&f1, " %d", v+1)
			fmt.Fprintf(&f0, " %d", v)
		}
		f1.WriteString("\n")
		f0.WriteString("\n")
	}
	return map[string]string{"a.obj": obj.String() + f1.String(), "a.off": off.String() + f0.String(), "a.ply": ply.String() + f0.String()}
}

func randomTurn(r *rand.Rand) geom.Pose {
	return geom.Pose{R: geom.RotationQuat(r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64()), T: geom.Vec{X: r.NormFloat64(), Y: r.NormFloat64(), Z: r.NormFloat64()}}
}

// TestPolygonsBecomeTheirOwnTriangles cuts every outline, from every first corner, in
// both windings and turned at random: the triangles must have the outline's area in
// all, look to one side, and keep every side of the outline as an edge of one.
func TestPolygonsBecomeTheirOwnTriangles(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for _, o := range outlines() {
		n := len(o.corner)
		for trial := range 2 * n {
			pose := geom.IdentityPose()
			if trial%3 > 0 {
				pose = randomTurn(r)
			}
			vertices, face := make([]geom.Vec3, n), make([]int32, n)
			for i, c := range o.corner {
				vertices[i] = pose.ApplyVec(geom.Vec{X: c[0], Y: c[1]}).F()
				face[i] = int32((i + trial) % n)
				if trial >= n {
					face[i] = int32((2*n - i - trial%n) % n)
				}
			}
			for name, file := range polygonFiles(vertices, [][]int32{face}) {
				m, info, err := DecodeMesh(strings.NewReader(file), name)
				if err != nil || len(m.Faces) != n-2 || info.Faces != 1 {
					t.Fatalf("%s: %v %+v", o.name, err, info)
				}
				if o.bad && trial%3 > 0 && o.name == "a line" {
					continue // turned, it has the area of roundings
				}
				if o.bad {
					if len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "cross themselves or have no area") {
						t.Errorf("%s: warnings %q", o.name, info.Warnings)
					}
					continue
				}
				if math.Abs(m.Area()-o.area) > 1e-5 || info.Warnings != nil {
					t.Errorf("%s, %s, trial %d: area %v, want %v; %q %v", o.name, name, trial, m.Area(), o.area, info.Warnings, m.Faces)
				}
				sides := map[[2]int32]int{}
				for f, c := range m.Faces {
					up := m.FaceNormal(f).Dot(pose.R.MulVec(geom.Vec{Z: 1}))
					if trial >= n {
						up = -up
					}
					if m.FaceArea(f) > 1e-4 && up < 0.99 {
						t.Errorf("%s, trial %d: triangle %d looks the other way", o.name, trial, f)
					}
					for k := range c {
						sides[[2]int32{c[k], c[(k+1)%3]}]++
					}
				}
				for i := range face {
					if sides[[2]int32{face[i], face[(i+1)%n]}] == 0 {
						t.Errorf("%s, trial %d: side %d is no edge", o.name, trial, i)
					}
				}
			}
		}
	}
}

// TestPrismOfPolygons has the volume of its outline times its height, and is closed.
func TestPrismOfPolygons(t *testing.T) {
	for _, o := range outlines() {
		if o.bad || strings.Contains(o.name, "slit") || strings.Contains(o.name, "twice") || strings.Contains(o.name, "spike") {
			continue
		}
		n := int32(len(o.corner))
		var vertices []geom.Vec3
		for _, z := range []float32{0, 1} {
			for _, c := range o.corner {
				vertices = append(vertices, geom.Vec3{X: float32(c[0]), Y: float32(c[1]), Z: z})
			}
		}
		var top, bottom []int32
		var faces [][]int32
		for i := range n {
			top, bottom = append(top, n+i), append(bottom, n-1-i)
			faces = append(faces, []int32{i, (i + 1) % n, n + (i+1)%n, n + i})
		}
		for name, file := range polygonFiles(vertices, append(faces, top, bottom)) {
			m, _, err := DecodeMesh(strings.NewReader(file), name)
			if err != nil {
				t.Fatal(err)
			}
			volume := 0.0
			sides := map[[2]int32]int{}
			for _, c := range m.Faces {
				volume += m.Vertices[c[0]].D().Dot(m.Vertices[c[1]].D().Cross(m.Vertices[c[2]].D())) / 6
				for k := range c {
					sides[[2]int32{c[k], c[(k+1)%3]}]++
				}
			}
			if math.Abs(volume-o.area) > 1e-5 {
				t.Errorf("%s, %s: volume %v, want %v", o.name, name, volume, o.area)
			}
			for side, count := range sides {
				if count != 1 || sides[[2]int32{side[1], side[0]}] != 1 {
					t.Errorf("%s, %s: the mesh is not closed at %v", o.name, name, side)
				}
			}
		}
	}
}

// TestHugePolygonEnds cuts combs of many teeth: in time, and where the work would
// be without end, as a fan with a warning.
func TestHugePolygonEnds(t *testing.T) {
	for _, teeth := range []int{500, 200_000} {
		var vertices []geom.Vec3
		var face []int32
		for i := range teeth {
			vertices = append(vertices, geom.Vec3{X: float32(i)}, geom.Vec3{X: float32(i) + 0.5, Y: 5})
		}
		vertices = append(vertices, geom.Vec3{X: float32(teeth)}, geom.Vec3{X: float32(teeth), Y: 9}, geom.Vec3{Y: 9})
		for i := range vertices {
			face = append(face, int32(i))
		}
		file := polygonFiles(vertices, [][]int32{face})["a.off"]
		m, info, err := DecodeMesh(strings.NewReader(file), "a.off")
		if err != nil || len(m.Faces) != len(face)-2 {
			t.Fatal(err)
		}
		if want := float64(9*teeth) - 2.5*float64(teeth); info.Warnings == nil && math.Abs(m.Area()-want) > 1e-3*want || teeth == 500 && info.Warnings != nil {
			t.Errorf("%d teeth: area %v, want %v; %q", teeth, m.Area(), want, info.Warnings)
		}
	}
}
