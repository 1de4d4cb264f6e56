package tensor

import "fmt"

// Matrix is a view of float32 values: element (i, j) lies at Data[i·Stride + j],
// or at Data[j·Stride + i] where Transposed.
type Matrix struct {
	Data       []float32
	Stride     int
	Transposed bool
}

// Rows views data as a matrix of rows of the given length.
func Rows(data []float32, length int) Matrix { return Matrix{Data: data, Stride: length} }

// T is the transposed view.
func (m Matrix) T() Matrix { m.Transposed = !m.Transposed; return m }

// strides are the distances between rows and between columns.
func (m Matrix) strides() (row, column int) {
	if m.Transposed {
		return 1, m.Stride
	}
	return m.Stride, 1
}

// check panics where an r×c matrix would leave the data.
func (m Matrix) check(name string, r, c int) {
	if m.Transposed {
		r, c = c, r
	}
	if r > 0 && c > 0 && (m.Stride < c || (r-1)*m.Stride+c > len(m.Data)) {
		panic(fmt.Sprintf("tensor: %s: %d rows of %d (stride %d) in %d values", name, r, c, m.Stride, len(m.Data)))
	}
}

const (
	kBlock   = 512 // depth of a packed block of B: a panel of it stays in the second-level cache
	rowBlock = 224 // rows of A that one pass over the panels takes, likewise
	// A copied left side is read in one stretch and may be larger: what counts then is
	// to pass over the panels less often.
	copiedRowBlock = 546
)

// depth is the block depth for k: equal parts of at most kBlock. It depends on k
// alone, and with it the order in which products are added up.
func depth(k int) int {
	parts := (k + kBlock - 1) / kBlock
	return (k + parts - 1) / parts
}

// Mul sets c = a·b, or c += a·b where accumulate, for a of m×k, b of k×n and c of
// m rows of n with stride c.Stride. c must not overlap a or b. It runs on the
// calling goroutine alone: parallel work is split into several products.
func (s *Scratch) Mul(m, n, k int, a, b, c Matrix, accumulate bool) {
	if m <= 0 || n <= 0 {
		return
	}
	if k <= 0 {
		for i := 0; i < m && !accumulate; i++ {
			clear(c.Data[i*c.Stride:][:n])
		}
		return
	}
	b.check("B", k, n)
	kc := depth(k)
	s.panels = sized(s.panels, kc*paddedColumns(n))
	mode := set
	if accumulate {
		mode = add
	}
	for k0 := 0; k0 < k; k0 += kc {
		d := min(kc, k-k0)
		packBlock(s.panels, b, k0, d, n)
		s.block(m, n, k0, d, a, s.panels, c, mode, nil)
		mode = add
	}
}

// Packed is a k×n matrix in the order in which the kernels read it, for the right
// side of products that happen more than once.
type Packed struct {
	k, n int
	data []float32
}

// Pack copies b (k×n, k > 0) into p, whose memory it reuses.
func (p *Packed) Pack(k, n int, b Matrix) {
	if k <= 0 {
		panic(fmt.Sprintf("tensor: packing %d rows", k))
	}
	b.check("B", k, n)
	p.k, p.n = k, n
	p.data = sized(p.data, k*paddedColumns(n))
	kc := depth(k)
	for k0 := 0; k0 < k; k0 += kc {
		packBlock(p.data[k0*paddedColumns(n):], b, k0, min(kc, k-k0), n)
	}
}

// MulPacked sets c = a·b + bias for a of m×k and the packed b of k×n; bias has n
// values, or is nil for none. With accumulate it adds to c; bias must be nil then.
func (s *Scratch) MulPacked(m int, a Matrix, b *Packed, bias []float32, c Matrix, accumulate bool) {
	mode := set
	switch {
	case accumulate && bias != nil:
		panic("tensor: a product with a bias cannot accumulate")
	case accumulate:
		mode = add
	case bias != nil:
		mode = setBias
		if len(bias) < b.n {
			panic(fmt.Sprintf("tensor: bias of %d values for %d columns", len(bias), b.n))
		}
	}
	if m <= 0 || b.k == 0 {
		return
	}
	kc := depth(b.k)
	for k0 := 0; k0 < b.k; k0 += kc {
		s.block(m, b.n, k0, min(kc, b.k-k0), a, b.data[k0*paddedColumns(b.n):], c, mode, bias)
		mode = add
	}
}

// block multiplies columns [k0, k0+d) of a with one packed block.
func (s *Scratch) block(m, n, k0, d int, a Matrix, panels []float32, c Matrix, mode int, bias []float32) {
	if c.Transposed {
		panic("tensor: the result of a product cannot be transposed")
	}
	a.check("A", m, k0+d)
	c.check("C", m, n)
	f := active
	block := rowBlock
	if copiesLeft(f, a, d, n) {
		block = copiedRowBlock
	}
	for i0 := 0; i0 < m; i0 += block {
		i1 := min(m, i0+block)
		left := s.leftSide(f, a, i0, i1, k0, d, n)
		at := 0
		for j := 0; j < n; {
			width := panelWidth(f, n-j)
			panel := panels[at : at+d*width]
			s.column(f, width, i0, i1, j, n, d, left, panel, c, mode, bias)
			at += d * width
			j += width
		}
	}
}

// column runs the tiles of rows [i0, i1) down one panel of columns from j.
func (s *Scratch) column(f *family, width, i0, i1, j, n, d int, a left, panel []float32, c Matrix, mode int, bias []float32) {
	inside := min(width, n-j)
	h := 0
	for i := i0; i < i1; {
		for f.heights[h].rows > i1-i {
			h++
		}
		t := &f.heights[h]
		kernel := t.full
		if width != f.nr {
			kernel = t.half
		}
		from, rs, cs := a.tile(i-i0, t.rows, d)
		switch {
		case inside < width:
			kernel(d, from, rs, cs, &panel[0], &s.tile[0], width, set, nil)
			storeTile(c, i, j, t.rows, inside, s.tile[:], width, mode, bias)
		case mode == setBias:
			kernel(d, from, rs, cs, &panel[0], &c.Data[i*c.Stride+j], c.Stride, mode, &bias[j])
		default:
			kernel(d, from, rs, cs, &panel[0], &c.Data[i*c.Stride+j], c.Stride, mode, nil)
		}
		i += t.rows
	}
}

// storeTile copies what of a tile lies inside C.
func storeTile(c Matrix, i, j, rows, columns int, tile []float32, width, mode int, bias []float32) {
	for r := 0; r < rows; r++ {
		out := c.Data[(i+r)*c.Stride+j:][:columns]
		in := tile[r*width:][:columns]
		switch mode {
		case set:
			copy(out, in)
		case add:
			for x, v := range in {
				out[x] += v
			}
		case setBias:
			for x, v := range in {
				out[x] = v + bias[j+x]
			}
		}
	}
}
