package spatial

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blemish/internal/kernels"
	"blemish/task"
)

// withEachKernel runs f with every family of kernels that this process may use.
func withEachKernel(t *testing.T, f func(t *testing.T)) {
	best := family
	defer func() { family = best }()
	for family = kernels.Generic; family <= best; family++ {
		t.Run(family.String(), f)
	}
}

// edgeValues are coordinates that kernels could treat differently.
var edgeValues = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.1, 1e-30, -1e-30, 1e-45, 3e38, -3e38, 1e19, 2e-20, 16777217,
}

func edgeFloat(r *rand.Rand) float32 {
	if r.IntN(2) == 0 {
		return edgeValues[r.IntN(len(edgeValues))]
	}
	return r.Float32()*4 - 2
}

func TestScanKernelsEqualTheReference(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		nan := float32(math.NaN())
		for trial := 0; trial < 3000; trial++ {
			var group [groupFloats]float32
			coords, ids := make([]float32, lanes*blockFloats), make([]int32, lanes*lanes)
			for i := range coords {
				coords[i] = edgeFloat(r)
			}
			for i := range ids {
				ids[i] = r.Int32()
			}
			for i := 0; i < lanes; i++ {
				missing := r.IntN(8) == 0
				for a := 0; a < 3; a++ {
					lo, hi := edgeFloat(r), edgeFloat(r)
					if missing {
						lo, hi = nan, nan
					}
					group[a*lanes+i], group[(3+a)*lanes+i] = min(lo, hi), max(lo, hi)
				}
			}
			q := [3]float32{edgeFloat(r), edgeFloat(r), edgeFloat(r)}
			bound := []float32{0, 1, 4, inf32, r.Float32() * 9}[r.IntN(5)]

			var gotDist, wantDist [lanes]float32
			got, want := boxDist(&q, bound, &group, &gotDist), boxDistGeneric(&q, bound, &group, &wantDist)
			if got != want || !sameBits(gotDist[:], wantDist[:]) {
				t.Fatalf("boxes: %016b %v, want %016b %v", got, gotDist, want, wantDist)
			}
			// What lies behind the promised room must stay untouched.
			const guard = 32
			d, id := make([]float32, slack+guard), make([]int32, slack+guard)
			for i := range d {
				d[i], id[i] = -7, -7
			}
			wantD, wantID := make([]float32, slack), make([]int32, slack)
			n := scanGroup(&q, bound, &group, coords, ids, d, id)
			m := scanGroupGeneric(&q, bound, &group, coords, ids, wantD, wantID)
			if n != m || !sameBits(d[:n], wantD[:m]) || !slices.Equal(id[:n], wantID[:m]) {
				t.Fatalf("points: %d %v, want %d %v", n, d[:n], m, wantD[:m])
			}
			for i := slack; i < slack+guard; i++ {
				if d[i] != -7 || id[i] != -7 {
					t.Fatalf("wrote behind the end at %d", i)
				}
			}
		}
	})
}

func TestSplitKeysEqualsTheReference(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 1))
		for n := range 70 {
			keys := make([]key, n+lanes)
			for i := range keys {
				keys[i] = makeKey(edgeFloat(r)*edgeFloat(r), r.Int32())
			}
			index, dist := make([]int32, n+lanes), make([]float32, n+lanes)
			wantIndex, wantDist := make([]int32, n+lanes), make([]float32, n+lanes)
			splitKeys(keys[:n], index, dist)
			splitKeysGeneric(keys[:n], wantIndex, wantDist)
			if !slices.Equal(index[:n], wantIndex[:n]) || !sameBits(dist[:n], wantDist[:n]) {
				t.Fatalf("%d keys: %v %v, want %v %v", n, index[:n], dist[:n], wantIndex[:n], wantDist[:n])
			}
		}
	})
}

func TestCandidatesAreSorted(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(2, 9))
		for trial := range 4000 {
			n := trial % 70
			s := &search{n: n, bound: inf32, d: make([]float32, n+2*slack), id: make([]int32, n+2*slack)}
			var want []key
			for i := range s.d {
				s.d[i] = []float32{0, 1, r.Float32(), 1e-44, 3e38, inf32}[r.IntN(6)]
				s.id[i] = int32(i*7919%1009 + i/1009)
				if i < n {
					want = append(want, makeKey(s.d[i], s.id[i]))
				}
			}
			slices.Sort(want)
			s.sortCandidates(n)
			if !slices.Equal(s.keys[:n], want) {
				t.Fatalf("%d candidates: %v, want %v", n, s.keys[:n], want)
			}
		}
	})
}

func TestBuildKernelsEqualTheReference(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 8))
		for range 3000 {
			items := make([]item, 1+r.IntN(100))
			for i := range items {
				items[i] = item{[3]float32{edgeFloat(r), edgeFloat(r), edgeFloat(r)}, int32(i)}
			}
			step := 1 + r.IntN(5)
			low, high := span(items, step)
			wantLow, wantHigh := spanGeneric(items, step)
			if low != wantLow || high != wantHigh {
				t.Fatalf("span %v %v, want %v %v", low, high, wantLow, wantHigh)
			}
			axis := r.IntN(3)
			pivot := items[r.IntN(len(items))].p[axis]
			var want, others []item
			for _, it := range items {
				if it.p[axis] < pivot {
					want = append(want, it)
				} else {
					others = append(others, it)
				}
			}
			room := make([]item, len(items)+1)
			room[len(items)].id = -7
			below := partition(items, axis, pivot, room[:len(items)])
			if below != len(want) || !slices.Equal(items, append(want, others...)) || room[len(items)].id != -7 {
				t.Fatalf("%d of %v below %v on axis %d, want %v", below, items, pivot, axis, want)
			}
		}
	})
}

// Equal input gives an equal tree, whichever kernels and workers build it.
func TestTreesAreTheSameByAllKernels(t *testing.T) {
	points := bumpyTorus(30000)
	var first *Tree
	withEachKernel(t, func(t *testing.T) {
		for _, workers := range []task.Workers{1, 3} {
			tree, err := BuildTree(t.Context(), workers, points)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = tree
			}
			if !slices.Equal(tree.order, first.order) || !sameBits(tree.coords, first.coords) {
				t.Errorf("%d workers: another tree", workers)
			}
		}
	})
}

// sameBits compares bit by bit, all NaN being one.
func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool {
		return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
	})
}
