package defect

import (
	"context"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"blemish/mesh"
	"blemish/seed"
)

// TestSeamsClose: what a cut leaves of a closed surface is closed, however thin the
// wall; where the seam would not close, the defect is elsewhere.
func TestSeamsClose(t *testing.T) {
	draws := 2
	if os.Getenv("BLEMISH_LONG") != "" {
		draws = 40
	}
	for _, wall := range []float64{0.004, 0.01, 0.025, 0.06} {
		at := target(t, pot(wall))
		for _, kind := range Kinds() {
			if !traits[kind].cuts {
				continue
			}
			for i := 0; i < draws; i++ {
				_, c, err := Carve(context.Background(), at, kind, Medium, seed.Stream(uint64(i), "seam", string(kind)))
				if err != nil {
					t.Fatalf("%s through a wall of %g: %v", kind, wall, err)
				}
				if r := mesh.Check(c.Mesh()); !r.Watertight {
					t.Errorf("%s %d through a wall of %g: %d edges at a border, %d of three faces or more", kind, i, wall, r.BoundaryEdges, r.NonManifoldEdges)
				}
			}
		}
	}
}

// TestCarveIsDrawAndApply: the plan alone, from its text, makes the same surface.
func TestCarveIsDrawAndApply(t *testing.T) {
	at := target(t, objects["pot"])
	for _, kind := range append(Kinds(), Hybrid) {
		r, again := seed.Stream(4, "carve", string(kind)), seed.Stream(4, "carve", string(kind))
		p, c, err := Carve(context.Background(), at, kind, Medium, r)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		drawn, err := Draw(at, kind, Medium, again)
		if err != nil || !reflect.DeepEqual(drawn, p) {
			t.Errorf("%s: Carve planned %+v, Draw %+v (%v)", kind, p, drawn, err)
		}
		if r.Uint64() != again.Uint64() {
			t.Errorf("%s: Carve and Draw take different amounts of randomness", kind)
		}
		text, _ := json.Marshal(p)
		var read Plan
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		applied, err := Apply(context.Background(), at, read)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(applied.Mesh(), c.Mesh()) {
			t.Errorf("%s: Apply makes another surface than Carve", kind)
		}
	}
}
