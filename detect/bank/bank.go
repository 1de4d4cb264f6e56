package bank

import (
	"context"
	"math"

	"blemish/task"
	"blemish/tensor"
)

// The bank: vectors, packed for matrix products.

// Bank holds the vectors among which Nearest looks. It does not change once made
// and may be used from several goroutines.
type Bank struct {
	frame
	blocks []block
}

// block is blockRows vectors, centred and scaled, as the columns of a matrix.
type block struct {
	packed tensor.Packed
	bias   []float32 // −|v|²/2 of each
	norm   float64   // the greatest |v|
}

// blockRows is the number of vectors in a block: its products with queryRows
// queries stay in the second-level cache.
const blockRows = 512

// New makes a bank of rows of dim values. It keeps rows without a copy: they must
// not change while the bank is in use. Rows with a value that is not finite are an
// error.
func New(ctx context.Context, workers int, rows []float32, dim int) (*Bank, error) {
	n, err := countRows("bank", rows, dim)
	if err != nil {
		return nil, err
	}
	b := &Bank{frame: newFrame(rows, n, dim), blocks: make([]block, task.Count(n, blockRows))}
	err = task.For(ctx, workers, n, blockRows, func(c, lo, hi int) { b.pack(&b.blocks[c], lo, hi) })
	if err != nil {
		return nil, err
	}
	return b, nil
}

// pack fills a block with rows [lo, hi).
func (b *Bank) pack(to *block, lo, hi int) {
	moved := make([]float32, (hi-lo)*b.dim)
	to.bias = make([]float32, hi-lo)
	for i := range to.bias {
		norm2 := b.move(moved[i*b.dim:(i+1)*b.dim], b.row(lo+i))
		to.bias[i] = float32(-norm2 / 2)
		to.norm = max(to.norm, math.Sqrt(norm2))
	}
	to.packed.Pack(b.dim, hi-lo, tensor.Rows(moved, b.dim).T())
}

// Len is the number of vectors.
func (b *Bank) Len() int { return b.n }

// Dim is the number of values of a vector.
func (b *Bank) Dim() int { return b.dim }
