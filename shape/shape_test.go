package shape

import (
	"flag"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"blemish/mesh"
	"blemish/seed"
)

// The default keeps the suite quick; run with -instances 20 after a change to a class.
var instances = flag.Int("instances", 1, "instances of each class to check")

func TestEveryClassIsASoundSolid(t *testing.T) {
	for _, class := range Classes() {
		t.Run(class, func(t *testing.T) {
			t.Parallel()
			for i := 0; i < *instances; i++ {
				m, err := Build(class, seed.Stream(7, "test", class, i))
				if err != nil {
					t.Errorf("instance %d: %v", i, err)
					continue
				}
				r := mesh.Check(m)
				if !r.Watertight || !r.Oriented || r.Volume <= 0 || r.Components != 1 || r.Degenerate+r.Flat+r.Duplicates > 0 {
					t.Errorf("instance %d: %+v", i, r)
				}
				if r.Faces < 5000 || r.Faces > 80000 {
					t.Errorf("instance %d has %d faces, want 5 000 to 80 000", i, r.Faces)
				}
				for _, p := range m.Vertices {
					if !p.Finite() {
						t.Fatalf("instance %d has the vertex %v", i, p)
					}
				}
				b := m.Box()
				s := b.Size()
				if longest := max(s.X, s.Y, s.Z); math.Abs(longest-1) > 1e-5 || math.Abs(b.Min.Z) > 1e-6 {
					t.Errorf("instance %d: longest side %g, lowest point %g; want 1 and 0", i, longest, b.Min.Z)
				}
				if s.X < 0.15 || s.Y < 0.15 || s.Z < 0.15 {
					t.Errorf("instance %d is flat: %v", i, s)
				}
			}
		})
	}
}

func TestSameSeedSameMesh(t *testing.T) {
	build := func() ([]float32, [][3]int32) {
		m, err := Build("tap0", seed.Stream(3, "again"))
		if err != nil {
			t.Fatal(err)
		}
		var v []float32
		for _, p := range m.Vertices {
			v = append(v, p.X, p.Y, p.Z)
		}
		return v, m.Faces
	}
	v, f := build()
	v2, f2 := build()
	if !slices.Equal(v, v2) || !slices.Equal(f, f2) {
		t.Fatal("the second build differs")
	}
}

// Instances are told apart by their fields at a few places.
func TestSeedsDiffer(t *testing.T) {
	n := 8
	if os.Getenv("BLEMISH_LONG") != "" {
		n = 500
	}
	for _, d := range designs {
		class := d.class
		seen := map[[3]float64]int{}
		for i := 0; i < n; i++ {
			m := d.draw(seed.Stream(1, "many", class, i))
			var print [3]float64
			for k := range print {
				share := 0.2 + 0.3*float64(k)
				p := m.box.Min
				s := m.box.Size()
				p.X += share * s.X
				p.Y += (1 - share) * s.Y
				p.Z += share * s.Z
				print[k] = m.field(p)
			}
			if j, dup := seen[print]; dup {
				t.Errorf("%s %d and %d look the same", class, j, i)
			}
			seen[print] = i
		}
	}
}

// The contour skips cells by the promise that no field grows faster than 1.5
// times the distance. It is held where it counts: near the surface.
func TestFieldsGrowNoFasterThanPromised(t *testing.T) {
	for _, d := range designs {
		class := d.class
		steep, near := 0, 0
		for i := 0; i < 4; i++ {
			r := seed.Stream(5, "steep", class, i)
			m := d.draw(r)
			s := m.box.Size()
			for k := 0; k < 1200; k++ {
				p := m.box.Min
				p.X += r.Float64() * s.X
				p.Y += r.Float64() * s.Y
				p.Z += r.Float64() * s.Z
				f := m.field(p)
				if math.Abs(f) > 4*m.cell {
					continue
				}
				near++
				x, y, z := r.Direction()
				q := p
				q.X += 0.3 * m.cell * x
				q.Y += 0.3 * m.cell * y
				q.Z += 0.3 * m.cell * z
				if math.Abs(m.field(q)-f) > 1.5*0.3*m.cell {
					steep++
				}
			}
		}
		if steep*200 > near {
			t.Errorf("%s: the field is too steep at %d of %d places", class, steep, near)
		}
	}
}

func TestUnknownClass(t *testing.T) {
	if _, err := Build("teapot", seed.Stream(1)); err == nil || !strings.Contains(err.Error(), `"teapot"`) || !strings.Contains(err.Error(), "bottle3, bowl0") {
		t.Fatalf("error %v", err)
	}
}

func TestClassesAreThoseOfAnomalyShapeNet(t *testing.T) {
	want := "ashtray0 bag0 bottle0 bottle1 bottle3 bowl0 bowl1 bowl2 bowl3 bowl4 bowl5 bucket0 bucket1 cap0 cap3 cap4 cap5 " +
		"cup0 cup1 eraser0 headset0 headset1 helmet0 helmet1 helmet2 helmet3 jar0 microphone0 shelf0 tap0 tap1 " +
		"vase0 vase1 vase2 vase3 vase4 vase5 vase7 vase8 vase9"
	if got := strings.Join(Classes(), " "); got != want {
		t.Errorf("classes %s", got)
	}
	if len(Classes()) != 40 {
		t.Errorf("%d classes", len(Classes()))
	}
}

func TestAFamilyAndARandomObject(t *testing.T) {
	if _, err := Build("cup", seed.Stream(1, "family")); err != nil {
		t.Error(err)
	}
	m, class, err := Random(seed.Stream(1, "random"))
	if err != nil || len(m.Faces) == 0 || !slices.Contains(Classes(), class) {
		t.Errorf("class %q, %v", class, err)
	}
	if Family("cap3") != "cap" || Family("cap") != "cap" {
		t.Error("the family of cap3 is cap")
	}
}

// The grid of a chain must not change a distance.
func TestChainAgreesWithASearchThroughAllSegments(t *testing.T) {
	line := openAbove(from(0, 0).bend(0.2, 0, 0.05).through(pt{0.3, 0.2}, pt{0.12, 0.5}, pt{0.25, 0.9}).to(0.3, 1))
	c := newChain(line)
	r := seed.Stream(1, "chain")
	for i := 0; i < 20000; i++ {
		x, z := r.Uniform(-0.5, 1.4), r.Uniform(-0.6, 1.6)
		best, all := math.Inf(1), c.every()
		for _, s := range all {
			d2, _ := c.segment(int(s), x, z)
			best = min(best, d2)
		}
		want := math.Sqrt(best)
		if c.crossings(all, x, z) {
			want = -want
		}
		if got := c.signed(x, z); got != want {
			t.Fatalf("(%g, %g) is %g from the line, want %g", x, z, got, want)
		}
	}
}
