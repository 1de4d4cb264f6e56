package nn

import (
	"fmt"

	"blemish/internal/pages"
)

// State returns the two moments of every value and the number of steps taken, for a
// checkpoint. The arrays are the optimiser's own, nil before its first step.
func (o *AdamW) State() (first, second []float32, steps int) { return o.m, o.v, o.step }

// Restore makes the optimiser go on where State was taken, on parameters that have
// as many values. The data are copied.
func (o *AdamW) Restore(p *Params, first, second []float32, steps int) error {
	if len(first) != len(p.value) || len(second) != len(p.value) {
		return fmt.Errorf("moments of %d and %d values for %d parameters", len(first), len(second), len(p.value))
	}
	o.begin(p)
	copy(o.m, first)
	copy(o.v, second)
	o.step = steps
	return nil
}

// begin takes memory for p.
func (o *AdamW) begin(p *Params) {
	o.params, o.step = p, 0
	o.m, o.v = pages.Make[float32](len(p.value)), pages.Make[float32](len(p.value))
	o.piece = optimiserPiece{o: o, sums: make([]float64, (len(p.value)+optimiserChunk-1)/optimiserChunk)}
}
