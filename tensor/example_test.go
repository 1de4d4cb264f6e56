package tensor_test

import (
	"fmt"

	"blemish/tensor"
)

// rowSums is a task whose pieces are the rows of a matrix.
type rowSums struct {
	x    tensor.Matrix
	sums []float32
}

func (t *rowSums) Piece(i int, _ *tensor.Worker) {
	for _, v := range t.x.Data[i*t.x.Stride:][:t.x.Stride] {
		t.sums[i] += v
	}
}

func Example() {
	pool := tensor.NewPool(0) // one worker a core
	w := pool.Start()
	defer pool.Stop()

	a := tensor.Rows([]float32{1, 2, 3, 4, 5, 6}, 3) // 2×3
	c := tensor.Rows(make([]float32, 4), 2)
	w.Mul(2, 2, 3, a, a.T(), c, false) // a·aᵀ
	fmt.Println(c.Data)

	t := &rowSums{c, make([]float32, 2)}
	w.For(2, t)
	fmt.Println(t.sums)
	// Output:
	// [14 32 32 77]
	// [46 109]
}
