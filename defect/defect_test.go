package defect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// carveOne draws and applies; nil where the pair makes no sense.
func carveOne(t *testing.T, at *Target, kind Kind, s Severity, root uint64) (*Carved, Plan) {
	t.Helper()
	p, err := Draw(at, kind, s, seed.Stream(root, "draw", string(kind)))
	if errors.Is(err, ErrUnsuitable) {
		return nil, p
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := Apply(context.Background(), at, p)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

// testCase is a defect that several tests look at.
type testCase struct {
	name   string
	target *Target
	carved *Carved
	plan   Plan
	cloud  *geom.Cloud
}

var testCases []testCase

// eachCase runs body over objects, kinds and severities that make sense.
func eachCase(t *testing.T, body func(t *testing.T, c testCase)) {
	if testCases == nil {
		for _, name := range objectNames {
			at := target(t, objects[name])
			for i, kind := range Kinds() {
				for j, s := range []Severity{Easy, Medium, Hard} {
					if (i+j)%2 == 1 && name != "pot" || testing.Short() && (i+j)%3 != 0 {
						continue // every kind in at least one severity is enough
					}
					if c, p := carveOne(t, at, kind, s, uint64(i)); c != nil {
						cloud := c.Sample(4000, seed.Stream(9, "points"))
						testCases = append(testCases, testCase{name + "/" + string(kind) + "/" + string(s), at, c, p, cloud})
					}
				}
			}
		}
	}
	for _, c := range testCases {
		t.Run(c.name, func(t *testing.T) { body(t, c) })
	}
}

func TestTruthIsExact(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		at, cloud, p := c.target, c.cloud, c.plan
		label, depth := cloud.Scalar("label"), cloud.Scalar("depth")
		anomalous, deepest := 0, 0.0
		allowed := 1e-6 * at.diagonal
		is := traits[p.Kind]
		if is.faint {
			allowed = 1.0001 * float64(slices.Max(c.carved.least))
		}
		for i, x := range cloud.Points {
			deepest = max(deepest, math.Abs(float64(depth[i])))
			if label[i] != 0 {
				anomalous++
				continue
			}
			d := math.Sqrt(at.tree.Closest(x.D()).Dist2)
			if !is.faint && depth[i] != 0 {
				t.Fatalf("point %d has moved by %g and is labelled sound", i, depth[i])
			}
			if d > allowed {
				t.Fatalf("point %d is labelled sound and lies %g off the sound surface", i, d)
			}
		}
		share := float64(anomalous) / float64(len(label))
		if share < 0.8*leastShare || share > 1.2*mostShare {
			t.Errorf("%.2f %% of the points are anomalous", 100*share)
		}
		if is.deep && (deepest > 1.0001*lengthOf(p, "depth") || deepest < 0.6*lengthOf(p, "depth")) {
			t.Errorf("deepest %g, planned %g", deepest, lengthOf(p, "depth"))
		}
	})
}

func TestLabelsLieInThePlannedRegion(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		cloud, p := c.cloud, c.plan
		limit := reachOf(p) + c.target.spacing
		for i, l := range cloud.Scalar("label") {
			if l != 0 && !traits[p.Kind].far && cloud.Points[i].D().Sub(vec(p.Center)).Norm() > limit {
				t.Fatalf("anomalous point %g from the centre; the plan reaches %g (reachOf: 1.6 of its radius, its depth, above and band)", cloud.Points[i].D().Sub(vec(p.Center)).Norm(), limit)
			}
		}
	})
}

// reachOf bounds how far from its centre a plan can change anything. A radius is half the length
// of the outline, which noise may move.
func reachOf(p Plan) float64 {
	return 1.6*lengthOf(p, "radius") + lengthOf(p, "depth") + lengthOf(p, "above") + lengthOf(p, "band")
}

// lengthOf is a length of a plan by its name in JSON, 0 for one that it does not have.
func lengthOf(p Plan, name string) float64 {
	for _, l := range p.Form.lengths() {
		if l.name == name {
			return l.value
		}
	}
	return 0
}

func TestSameSeedSamePoints(t *testing.T) {
	for _, kind := range Kinds() {
		var first []byte
		for run := 0; run < 2; run++ {
			at := target(t, objects["pot"])
			c, p := carveOne(t, at, kind, Medium, 5)
			if c == nil {
				t.Fatalf("%s: no place on the pot", kind)
			}
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			var back Plan
			if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, p) {
				t.Fatalf("the plan comes back from JSON as %+v (%v)", back, err)
			}
			cloud := c.Sample(500, seed.Stream(1, "points"))
			now, _ := json.Marshal([]any{p, cloud.Points, cloud.Scalars})
			if run == 0 {
				first = now
			} else if !bytes.Equal(now, first) {
				t.Errorf("%s differs from run to run", kind)
			}
		}
	}
}

func TestAnyUnit(t *testing.T) {
	for _, name := range []string{"pot", "block"} {
		small := target(t, objects[name])
		for _, s := range []float64{1000, 1e-6} {
			large := target(t, scaled(objects[name], s))
			for _, kind := range Kinds() {
				c, p := carveOne(t, small, kind, Medium, 3)
				if c == nil {
					continue
				}
				big, q := carveOne(t, large, kind, Medium, 3)
				if big == nil {
					t.Errorf("%s on %s: unsuitable when scaled by %g", kind, name, s)
					continue
				}
				if d := vec(q.Center).Scale(1 / s).Sub(vec(p.Center)).Norm(); d > 1e-5*small.diagonal || math.Abs(lengthOf(q, "radius")/s-lengthOf(p, "radius")) > 1e-3*lengthOf(p, "radius") {
					t.Errorf("%s on %s scaled by %g: another plan: %+v, %+v", kind, name, s, p, q)
				}
				want := c.Sample(2000, seed.Stream(1, "points"))
				got := big.Sample(2000, seed.Stream(1, "points"))
				// Ties between equally long paths may fall otherwise; then some faces of the
				// patch, and the points on them, differ.
				if n := differing(want, got, s, small.diagonal); n > 80 {
					t.Errorf("%s on %s scaled by %g: %d of 2000 points differ", kind, name, s, n)
				}
			}
		}
	}
}

// differing counts points of b/s that are elsewhere or labelled otherwise.
func differing(a, b *geom.Cloud, s, diagonal float64) int {
	n := 0
	for i := range a.Points {
		d := b.Points[i].D().Scale(1 / s).Sub(a.Points[i].D()).Norm()
		if d > 1e-4*diagonal || a.Scalar("label")[i] != b.Scalar("label")[i] {
			n++
		}
	}
	return n
}

func TestCarvedSolidsStayClosed(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		at, p := c.target, c.plan
		if !at.strict {
			return
		}
		r := mesh.Check(c.carved.Mesh())
		if !r.Watertight || !r.Oriented {
			t.Errorf("boundary %d, non-manifold %d, flipped %d edges", r.BoundaryEdges, r.NonManifoldEdges, r.FlippedEdges)
		}
		if by := float64(traits[p.Kind].volume); by != 0 && !(by*(r.Volume-at.report.Volume) > 0) {
			t.Errorf("volume %g, sound %g", r.Volume, at.report.Volume)
		}
	})
}

func TestUnknownKindsAndEmptyMeshes(t *testing.T) {
	at := target(t, objects["ball"])
	r := seed.Stream(1, "x")
	if _, err := Draw(at, "dent", Easy, r); err == nil || errors.Is(err, ErrUnsuitable) {
		t.Errorf("kind dent: %v", err)
	}
	if _, err := Draw(at, Bulge, "mild", r); err == nil || errors.Is(err, ErrUnsuitable) {
		t.Errorf("severity mild: %v", err)
	}
	if _, err := Apply(context.Background(), at, Plan{Kind: "dent"}); err == nil {
		t.Error("applied an unknown kind")
	}
	flat := &geom.Mesh{Vertices: []geom.Vec3{{}, {X: 1}, {X: 2}}, Faces: [][3]int32{{0, 1, 2}}}
	for _, m := range []*geom.Mesh{{}, flat} {
		if _, err := NewTarget(context.Background(), m); err == nil {
			t.Errorf("a target from a mesh without area (%d faces)", len(m.Faces))
		}
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewTarget(stopped, objects["ball"]); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
