package defect

import (
	"context"
	"math"
	"os"
	"testing"

	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

// TestHybridHoldsItsParts: each part of a hybrid plan is there as if it were alone.
func TestHybridHoldsItsParts(t *testing.T) {
	for _, name := range []string{"pot", "block", "sheet"} {
		at := target(t, objects[name])
		draws := uint64(1)
		if os.Getenv("BLEMISH_LONG") != "" {
			draws = 3
		}
		for root := range draws {
			p, err := Draw(at, Hybrid, Medium, seed.Stream(root, "hybrid"))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(p.Parts) < 2 || p.Parts[0].Kind == p.Parts[1].Kind {
				t.Fatalf("%s: parts %+v", name, p.Parts)
			}
			both, err := Apply(context.Background(), at, p)
			if err != nil {
				t.Fatal(err)
			}
			cloud := both.Sample(8000, seed.Stream(1, "points"))
			tree := spatial.NewBVH(both.Mesh())
			share := 0
			for _, l := range cloud.Scalar("label") {
				share += int(l)
			}
			if share < 8000*2/100 || share > 8000*12/100 {
				t.Errorf("%s: %d of 8000 points are anomalous", name, share)
			}
			for _, part := range p.Parts {
				alone, err := Apply(context.Background(), at, part)
				if err != nil {
					t.Fatal(err)
				}
				own := alone.Sample(2000, seed.Stream(2, "points"))
				for i, l := range own.Scalar("label") {
					if d := math.Sqrt(tree.Closest(own.Points[i].D()).Dist2); l != 0 && d > 1e-6*at.diagonal {
						t.Fatalf("%s: a point of the %s lies %g off the hybrid", name, part.Kind, d)
					}
				}
			}
			if r := mesh.Check(both.Mesh()); at.strict && !r.Watertight {
				t.Errorf("%s: torn open: %+v", name, r)
			}
		}
	}
}

func TestHybridPlansAreChecked(t *testing.T) {
	at := target(t, objects["pot"])
	p, err := Draw(at, Bulge, Medium, seed.Stream(1, "x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, parts := range [][]Plan{nil, {p, p}, {{Kind: "dent"}}, {{Kind: Hybrid, Parts: []Plan{p}}}} {
		if _, err := Apply(context.Background(), at, Plan{Kind: Hybrid, Parts: parts}); err == nil {
			t.Errorf("applied a hybrid with parts %+v", parts)
		}
	}
}
