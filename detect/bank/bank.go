package bank

import (
	"context"
	"math"
	"sync"
	"sync/atomic"

	"blemish/task"
	"blemish/tensor"
)

// The bank: vectors, packed for matrix products.

// Bank holds the vectors among which Nearest looks. It does not change once made
// and may be used from several goroutines.
type Bank struct {
	frame
	blocks []block
	head   []int32 // the values that make heads, see head.go; none for short vectors
	// headless is set once heads turned out to rule out too little. It changes the
	// time that searches take and not what they find.
	headless atomic.Bool
}

// block is blockRows vectors, centred and scaled, as the columns of a matrix.
type block struct {
	whole tensor.Packed // made when first asked for
	once  sync.Once
	head  tensor.Packed
	bias  []float32 // −|v|²/2 of each
	norm  float64   // the greatest |v|
}

// blockRows is the number of vectors in a block: its products with queryRows
// queries stay in the second-level cache.
const blockRows = 512

// New makes a bank of rows of dim values. It keeps rows without a copy: they must
// not change while the bank is in use. Rows with a value that is not finite are an
// error.
func New(ctx context.Context, workers task.Workers, rows []float32, dim int) (*Bank, error) {
	n, err := countRows("bank", rows, dim)
	if err != nil {
		return nil, err
	}
	b := &Bank{frame: newFrame(rows, n, dim), blocks: make([]block, task.Count(n, blockRows))}
	b.chooseHead()
	err = task.For(ctx, workers, n, blockRows, func(c, lo, hi int) { b.pack(&b.blocks[c], lo, hi) })
	if err != nil {
		return nil, err
	}
	return b, nil
}

// pack fills a block with rows [lo, hi), heads where they have any.
func (b *Bank) pack(to *block, lo, hi int) {
	to.bias = make([]float32, hi-lo)
	width := b.headWidth()
	heads, v := make([]float32, (hi-lo)*width), make([]float32, b.dim)
	for i := range to.bias {
		norm2 := b.move(v, b.row(lo+i))
		b.behead(heads[i*width:(i+1)*width], v, norm2)
		to.bias[i] = float32(-norm2 / 2)
		to.norm = max(to.norm, math.Sqrt(norm2))
	}
	if len(b.head) > 0 {
		to.head.Pack(width, hi-lo, tensor.Rows(heads, width).T())
	}
}

// wholes is block c's whole vectors. Those with heads rarely need them.
func (b *Bank) wholes(c int) *tensor.Packed {
	from := &b.blocks[c]
	from.once.Do(func() {
		moved := make([]float32, len(from.bias)*b.dim)
		for i := range from.bias {
			b.move(moved[i*b.dim:(i+1)*b.dim], b.row(c*blockRows+i))
		}
		from.whole.Pack(b.dim, len(from.bias), tensor.Rows(moved, b.dim).T())
	})
	return &from.whole
}

// Len is the number of vectors.
func (b *Bank) Len() int { return b.n }

// Dim is the number of values of a vector.
func (b *Bank) Dim() int { return b.dim }
