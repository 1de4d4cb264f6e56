package tensor

import (
	"slices"
	"testing"

	"blemish/task"
)

// grid is a task of rows, each of which is again a task of cells.
type grid struct {
	width int
	cells []int32
	rows  []gridRow
}

type gridRow struct {
	g *grid
	y int
}

func newGrid(height, width int) *grid {
	g := &grid{width: width, cells: make([]int32, height*width), rows: make([]gridRow, height)}
	for y := range g.rows {
		g.rows[y] = gridRow{g, y}
	}
	return g
}

func (g *grid) Piece(y int, w *Worker)    { w.For(g.width, &g.rows[y]) }
func (r *gridRow) Piece(x int, w *Worker) { r.g.cells[r.y*r.g.width+x]++ }

func TestPoolRunsEveryPieceOnce(t *testing.T) {
	for _, workers := range []task.Workers{1, 2, 3, 8} {
		p := NewPool(workers)
		g := newGrid(7, 33)
		const rounds = 300
		for round := range rounds {
			w := p.Start()
			w.For(len(g.rows), g)
			w.For(len(g.rows), g)
			p.Stop()
			for i, v := range g.cells {
				if int(v) != 2*(round+1) {
					t.Fatalf("%d workers, round %d: cell %d ran %d times", workers, round, i, v)
				}
			}
		}
	}
}

func TestPoolDoesNotAllocate(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs with -short, allocates by itself")
	}
	p := NewPool(2)
	g := newGrid(5, 5)
	if n := testing.AllocsPerRun(50, func() {
		w := p.Start()
		w.For(len(g.rows), g)
		p.Stop()
	}); n > 0 {
		t.Errorf("%v allocations a round", n)
	}
}

func TestArenaReusesItsMemory(t *testing.T) {
	var a Arena
	var x, y []float32
	n := 100
	all := func() { x, y = a.Floats(n), a.Zeros(7) }
	a.Take(all)
	x[99], y[6] = 1, 2
	a.Take(all)
	if !slices.Equal(y, make([]float32, 7)) || len(x) != 100 || cap(x) != 100 || x[99] != 1 {
		t.Fatal("slices overlap, are not cleared, or lie elsewhere")
	}
	if allocations := testing.AllocsPerRun(20, func() { a.Take(all) }); allocations > 0 {
		t.Errorf("%v allocations a round", allocations)
	}
	if len(a.block) != 112+16 {
		t.Errorf("holds %d values", len(a.block))
	}
	n = 1000
	a.Take(all)
	if len(x) != 1000 || len(a.block) != 1008+16 {
		t.Errorf("%d values of %d after growth", len(x), len(a.block))
	}
}
