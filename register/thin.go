package register

import (
	"math"

	"blemish/geom"
	"blemish/internal/stat"
)

// Thinning: an even subset of a cloud's own points.

// thinTo returns about target points of a cloud (at most 1.15 times as many), one
// from each voxel of a grid whose edge is searched for, and that edge. A cloud
// that is small enough comes back whole, with edge 0.
func thinTo(points []geom.Vec3, target int, guess float64) ([]int32, float64) {
	return thinSidesTo(points, nil, target, guess)
}

// thinSidesTo is thinTo where points of one voxel stay apart that differ in side; nil
// sides do not differ.
func thinSidesTo(points []geom.Vec3, side []int8, target int, guess float64) ([]int32, float64) {
	if len(points) <= target {
		return all(len(points)), 0
	}
	edge := guess
	lo, hi := 0.0, math.Inf(1) // edges known to be too small, too large
	var best []int32
	bestEdge := 0.0
	for step := 0; step < 12; step++ {
		got := thinSides(points, side, edge)
		if best == nil || miss(len(got), target) < miss(len(best), target) {
			best, bestEdge = got, edge
		}
		ratio := float64(len(got)) / float64(target)
		if ratio >= 0.87 && ratio <= 1.15 {
			break
		}
		if ratio > 1 {
			lo = edge
		} else {
			hi = edge
		}
		// A surface has as many voxels as area over edge².
		edge *= max(0.25, min(4, math.Sqrt(ratio)))
		if edge <= lo || edge >= hi {
			edge = math.Sqrt(lo * hi)
		}
		if !(edge > 0) || math.IsInf(edge, 0) {
			break
		}
	}
	if len(best) > target+target/4 {
		// Duplicates or clumps: no edge fits, so every so many-th.
		best = stat.Every(best, target)
	}
	return best, bestEdge
}

// miss says how far a count is from the wanted one.
func miss(n, target int) float64 { return math.Abs(math.Log(float64(n) / float64(target))) }

// thin returns for every occupied voxel of the given edge the point nearest to the
// mean of the voxel's points, in order of the voxels' first points. Unlike the
// mean itself that point lies on the surface, also where two walls share a voxel.
func thin(points []geom.Vec3, edge float64) []int32 { return thinSides(points, nil, edge) }

func thinSides(points []geom.Vec3, side []int8, edge float64) []int32 {
	type voxel struct {
		sum   geom.Vec
		count float64
		best  int32
		dist  float64
	}
	cells := make(map[[4]int32]int32, 1024)
	owner := make([]int32, len(points))
	var voxels []voxel
	inv := 1 / edge
	for i, p := range points {
		v := p.D()
		key := [4]int32{cellOf(v.X * inv), cellOf(v.Y * inv), cellOf(v.Z * inv)}
		if side != nil {
			key[3] = int32(side[i])
		}
		o, ok := cells[key]
		if !ok {
			o = int32(len(voxels))
			cells[key] = o
			voxels = append(voxels, voxel{dist: math.Inf(1)})
		}
		owner[i] = o
		voxels[o].sum = voxels[o].sum.Add(v)
		voxels[o].count++
	}
	for i, p := range points {
		o := &voxels[owner[i]]
		if d := p.D().Sub(o.sum.Scale(1 / o.count)).Norm2(); d < o.dist {
			o.best, o.dist = int32(i), d
		}
	}
	out := make([]int32, len(voxels))
	for i := range voxels {
		out[i] = voxels[i].best
	}
	return out
}

// cellOf is the voxel number of a coordinate, bounded so that any finite
// coordinate has one.
func cellOf(x float64) int32 {
	return int32(math.Floor(max(-1<<30, min(1<<30, x))))
}

// pick returns the values at index.
func pick[T any](values []T, index []int32) []T {
	out := make([]T, len(index))
	for i, j := range index {
		out[i] = values[j]
	}
	return out
}

// all is 0…n-1.
func all(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}
