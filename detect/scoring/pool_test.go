package scoring

import (
	"context"
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// square draws n points of the unit square in the plane z = 0.
func square(n int, r *seed.Rand) []geom.Vec3 {
	points := make([]geom.Vec3, n)
	for i := range points {
		points[i] = geom.Vec3{X: float32(r.Float64()), Y: float32(r.Float64())}
	}
	return points
}

func TestPoolIsTheMeanOfTheNeighbours(t *testing.T) {
	points := []geom.Vec3{{X: 0}, {X: 1}, {X: 2.5}, {X: 10}}
	got, err := Pool(context.Background(), 1, spatial.NewTree(points), []float32{1, 3, 5, 9}, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float32{2, 2, 4, 7} {
		if got[i] != want {
			t.Errorf("point %d: %v, want %v", i, got[i], want)
		}
	}
}

// Points that are not used lend nothing to their neighbours and have no score.
func TestPoolLeavesOut(t *testing.T) {
	points := []geom.Vec3{{X: 0}, {X: 1}, {X: 2.5}}
	got, err := Pool(context.Background(), 1, spatial.NewTree(points), []float32{1, 900, 5}, []bool{true, false, true}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got[0] != 3 || got[1] != 0 || got[2] != 3 {
		t.Errorf("got %v, want 3, 0, 3", got)
	}
}

// The object score is that of a region: wild points here and there carry nothing, a
// connected spot does.
func TestObjectScoreIsThatOfARegion(t *testing.T) {
	r := seed.Stream(2, "object")
	points := square(8000, r)
	score := make([]float32, len(points))
	for i := range score {
		score[i] = 0.5 * float32(r.Float64())
	}
	for i := 0; i < 60; i++ {
		score[i*131] = 50 // far from one another
	}
	if got := ObjectScore(points, score, nil); got > 1 {
		t.Errorf("wild points alone make %v", got)
	}
	for i, p := range points {
		if p.Dist2(geom.Vec3{X: 0.5, Y: 0.5}) < 0.04*0.04 {
			score[i] = 3
		}
	}
	if got := ObjectScore(points, score, nil); got < 2.9 || got > 3 {
		t.Errorf("a spot of 3 makes %v", got)
	}
	use := make([]bool, len(points))
	if got := ObjectScore(points, score, use); got != 0 {
		t.Errorf("of no points: %v", got)
	}
	if got := ObjectScore(nil, nil, nil); got != 0 {
		t.Errorf("of an empty scan: %v", got)
	}
}

func TestThinKeepsAnEvenShare(t *testing.T) {
	r := seed.Stream(1, "thin")
	points := square(20000, r)
	for _, most := range []int{100, 1000, 5000, 20000, 30000} {
		index := spatial.Thin(points, most)
		if len(index) > most || most < 20000 && len(index) < most*3/4 {
			t.Errorf("at most %d: %d points", most, len(index))
		}
		for i := 1; i < len(index); i++ {
			if index[i] <= index[i-1] {
				t.Fatalf("at most %d: index %d is %d after %d", most, i, index[i], index[i-1])
			}
		}
	}
	// Even: no place of the square is far from a chosen point.
	var chosen []geom.Vec3
	for _, i := range spatial.Thin(points, 1000) {
		chosen = append(chosen, points[i])
	}
	tree := spatial.NewTree(chosen)
	for _, p := range points {
		if d := math.Sqrt(float64(tree.Nearest(p).Dist2)); d > 2/math.Sqrt(1000) {
			t.Fatalf("%v is %g away from the chosen points", p, d)
		}
	}
	if got := spatial.Thin(make([]geom.Vec3, 50), 10); len(got) > 10 || len(got) == 0 {
		t.Errorf("of 50 points at one place %d are kept", len(got))
	}
}

func TestThinDoesNotDependOnTheOrder(t *testing.T) {
	r := seed.Stream(2, "thin")
	points := square(5000, r)
	want := map[geom.Vec3]bool{}
	for _, i := range spatial.Thin(points, 700) {
		want[points[i]] = true
	}
	r.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	other := 0
	for _, i := range spatial.Thin(points, 700) {
		if !want[points[i]] {
			other++
		}
	}
	if other > 3 { // means of cells round differently
		t.Errorf("%d points differ after shuffling", other)
	}
}

func TestCarryKeepsKnownValuesAndBlends(t *testing.T) {
	known := []geom.Vec3{{X: 0}, {X: 1}, {X: 2}}
	to := []geom.Vec3{{X: 1}, {X: 0.5}, {X: 1.75}}
	got, err := Carry(context.Background(), 1, spatial.NewTree(known), to, 2, []float32{0, 10, 20}, []float32{1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float32{10, 5, 19} { // weights 1/0.25² and 1/0.75²: 9 to 1
		if math.Abs(float64(got[0][i]-want)) > 1e-5 || got[1][i] != 1 {
			t.Errorf("at %v: %v and %v, want %v and 1", to[i], got[0][i], got[1][i], want)
		}
	}
}

func TestFinite(t *testing.T) {
	nan := float32(math.NaN())
	points := []geom.Vec3{{X: 1}, {X: nan}, {X: 3}, {Y: nan}}
	kept, index := Finite(points)
	if len(kept) != 2 || kept[1].X != 3 || len(index) != 2 || index[0] != 0 || index[1] != 2 {
		t.Errorf("kept %v at %v", kept, index)
	}
	if kept, index := Finite(points[:1]); len(kept) != 1 || index != nil {
		t.Errorf("kept %v at %v", kept, index)
	}
	if kept, _ := Finite(points[1:2]); len(kept) != 0 {
		t.Errorf("kept %v", kept)
	}
}
