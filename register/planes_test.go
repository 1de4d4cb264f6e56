package register

import (
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// onTable adds a table of three diagonals under the points, as dense as they are, and strays.
func onTable(points []geom.Vec3, n int, r *seed.Rand) []geom.Vec3 {
	low := points[0].Z
	for _, p := range points {
		low = min(low, p.Z)
	}
	out := append([]geom.Vec3{}, points...)
	for range n {
		out = append(out, geom.Vec{X: r.Uniform(-3.5, 3.5), Y: r.Uniform(-3.5, 3.5), Z: float64(low) + 0.003*r.Norm()}.F())
	}
	for range 50 {
		out = append(out, geom.Vec{X: r.Uniform(-3.5, 3.5), Y: r.Uniform(-3.5, 3.5), Z: r.Uniform(-1, 3)}.F())
	}
	return out
}

func TestAlignFindsAPartOnATable(t *testing.T) {
	ref := mustReference(t, bumpy(8000, seed.Stream(1)), Options{})
	for name, part := range map[string][]geom.Vec3{
		"whole": bumpy(4000, seed.Stream(2)), "seen from above": side(bumpy(6000, seed.Stream(2)), geom.Vec{Z: 1}),
	} {
		truth := anyPose(seed.Stream(3))
		scan := truth.Inverse().ApplyAll(onTable(part, 10000, seed.Stream(4)))
		res := mustAlign(t, ref, scan, Options{})
		if e := off(scan[:len(part)], res.TargetFromSource, truth); e > 0.01 {
			t.Errorf("%s: off by %g", name, e)
		}
		if res.Overlap > 0.4 || res.Explained < 0.85 || res.Covered < 0.4 {
			t.Errorf("%s: overlap %.2f, explained %.2f, covered %.2f", name, res.Overlap, res.Explained, res.Covered)
		}
	}
}

// Another part on a table lies on the reference no better than without one.
func TestExplainedTellsAnotherPart(t *testing.T) {
	ref := mustReference(t, bumpy(8000, seed.Stream(1)), Options{})
	other := mug(4000, seed.Stream(5))
	for name, scan := range map[string][]geom.Vec3{"alone": other, "on a table": onTable(other, 10000, seed.Stream(6))} {
		res := mustAlign(t, ref, anyPose(seed.Stream(7)).ApplyAll(scan), Options{})
		if res.Overlap > 0.5 || res.Explained > 0.7 {
			t.Errorf("%s: overlap %.2f, explained %.2f, rival %.2f", name, res.Overlap, res.Explained, res.Rival)
		}
	}
}

// The reference's own scans go through without a table being looked for.
func TestATableIsLargerThanThePart(t *testing.T) {
	points := make([]geom.Vec3, 8000) // a plate with a bump: most of it is one plane
	r := seed.Stream(8)
	for i := range points {
		points[i] = geom.Vec{X: r.Uniform(0, 2), Y: r.Uniform(0, 1)}.F()
		if d := points[i].Dist2(geom.Vec3{X: 0.5, Y: 0.3}); d < 0.04 {
			points[i].Z = float32(2 * (0.04 - d))
		}
	}
	ref := mustReference(t, points, Options{})
	job, err := ref.start(t.Context(), points[:5000], Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := job.table(); ok {
		t.Error("a plate is taken for a table")
	}
}
