package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/task"
)

// A grid that knows a near point for every cell: the nearest neighbour up to the
// size of a cell, in the time of one memory access. It is what makes it possible
// to try hundreds of poses.

const (
	// fieldCells is the number of cells along the longest side.
	fieldCells = 64
	// fieldMargin is the free room around the points, in the unit of the frame.
	fieldMargin = 0.12
)

type field struct {
	origin  geom.Vec
	inv     float64 // 1 / edge of a cell
	n       [3]int
	nearest []int32 // a point for each cell, x fastest
	away    []uint8 // how far the nearest cell with a point is, in steps of farAway / 255; 255 is farther
}

// farAway is the distance at which a field's away ends.
const farAway = wide / 2

// newField builds the grid over points by the exact Euclidean distance transform
// of Felzenszwalb and Huttenlocher ("Distance transforms of sampled functions",
// 2012), which carries along which point a distance belongs to. A cell that holds
// points is represented by the one nearest to its middle.
func newField(ctx context.Context, workers task.Workers, points []geom.Vec3) (*field, error) {
	box := geom.BoxOf(points)
	size := box.Size()
	longest := max(size.X, max(size.Y, size.Z)) + 2*fieldMargin
	edge := longest / fieldCells
	f := &field{origin: box.Min.Sub(geom.Vec{X: fieldMargin, Y: fieldMargin, Z: fieldMargin}), inv: 1 / edge}
	for a, s := range [3]float64{size.X, size.Y, size.Z} {
		f.n[a] = max(1, min(fieldCells, int(math.Ceil((s+2*fieldMargin)/edge))))
	}
	total := f.n[0] * f.n[1] * f.n[2]
	f.nearest = make([]int32, total)
	dist := make([]float32, total) // squared, in cells
	for i := range dist {
		f.nearest[i], dist[i] = -1, float32(math.Inf(1))
	}
	off := make([]float64, total)
	for i, p := range points {
		v := p.D().Sub(f.origin).Scale(f.inv)
		x, y, z := f.clamp(v)
		c := x + f.n[0]*(y+f.n[1]*z)
		d := v.Sub(geom.Vec{X: float64(x) + 0.5, Y: float64(y) + 0.5, Z: float64(z) + 0.5}).Norm2()
		if f.nearest[c] < 0 || d < off[c] {
			f.nearest[c], off[c], dist[c] = int32(i), d, 0
		}
	}
	for axis := 0; axis < 3; axis++ {
		if err := f.sweep(ctx, workers, dist, axis); err != nil {
			return nil, err
		}
	}
	f.away = make([]uint8, total)
	steps := edge / farAway * 255
	for i, d := range dist {
		f.away[i] = uint8(min(255, steps*math.Sqrt(float64(d))))
	}
	return f, nil
}

// sweep runs the one-dimensional transform along all lines of an axis.
func (f *field) sweep(ctx context.Context, workers task.Workers, dist []float32, axis int) error {
	n := f.n[axis]
	stride := [3]int{1, f.n[0], f.n[0] * f.n[1]}[axis]
	lines := len(dist) / n
	return task.For(ctx, workers, lines, 512, func(_, lo, hi int) {
		e := envelope{at: make([]int, n), from: make([]float32, n+1), value: make([]float32, n), id: make([]int32, n)}
		for line := lo; line < hi; line++ {
			start := line/stride*stride*n + line%stride
			e.run(dist, f.nearest, start, stride, n)
		}
	})
}

// envelope is the lower envelope of the parabolas of one line.
type envelope struct {
	at    []int     // the parabolas' middles
	from  []float32 // where each begins to be the lowest
	value []float32 // copy of the line's values
	id    []int32
}

func (e *envelope) run(dist []float32, nearest []int32, start, stride, n int) {
	inf := float32(math.Inf(1))
	k := -1
	for q, c := 0, start; q < n; q, c = q+1, c+stride {
		e.value[q], e.id[q] = dist[c], nearest[c]
		if e.id[q] < 0 {
			continue
		}
		fq := e.value[q] + float32(q*q)
		for k >= 0 {
			v := e.at[k]
			s := (fq - (e.value[v] + float32(v*v))) / float32(2*(q-v))
			if s > e.from[k] {
				k++
				e.at[k], e.from[k] = q, s
				break
			}
			k--
		}
		if k < 0 {
			k = 0
			e.at[0], e.from[0] = q, -inf
		}
	}
	if k < 0 {
		return
	}
	count := k + 1
	k = 0
	for q, c := 0, start; q < n; q, c = q+1, c+stride {
		for k+1 < count && e.from[k+1] < float32(q) {
			k++
		}
		v := e.at[k]
		dist[c] = e.value[v] + float32((q-v)*(q-v))
		nearest[c] = e.id[v]
	}
}

func (f *field) clamp(v geom.Vec) (x, y, z int) {
	return clampCell(v.X, f.n[0]), clampCell(v.Y, f.n[1]), clampCell(v.Z, f.n[2])
}

func clampCell(x float64, n int) int {
	if !(x > 0) { // NaN too
		return 0
	}
	if x >= float64(n) {
		return n - 1
	}
	return int(x)
}

// near returns a point that is near q; outside the grid, one near to the grid's
// nearest cell.
func (f *field) near(q geom.Vec) int32 { return f.nearest[f.cell(q)] }

// cell is the place of q in the grid; outside it, that of the nearest cell.
func (f *field) cell(q geom.Vec) int {
	x, y, z := f.clamp(geom.Vec{X: (q.X - f.origin.X) * f.inv, Y: (q.Y - f.origin.Y) * f.inv, Z: (q.Z - f.origin.Z) * f.inv})
	return x + f.n[0]*(y+f.n[1]*z)
}
