package tensor

// panelWidth is the width of the panel that starts with n columns left.
func panelWidth(f *family, n int) int {
	if n <= f.half {
		return f.half
	}
	return f.nr
}

// paddedColumns is n rounded up to whole panels.
func paddedColumns(n int) int {
	f := active
	full := n / f.nr * f.nr
	if full == n {
		return n
	}
	return full + panelWidth(f, n-full)
}

// packRows is how many rows are copied to all panels or tiles before the next ones: memory
// is read in long stretches, and the rows' lines stay in the first-level cache.
const packRows = 16

// packBlock copies rows [k0, k0+d) of b, n columns, panel by panel: inside a panel
// row after row, filled up with zeros.
func packBlock(dst []float32, b Matrix, k0, d, n int) {
	f := active
	if b.Transposed {
		for j := 0; j < n; {
			width := panelWidth(f, n-j)
			packColumns(f, dst[j*d:][:d*width], b, k0, d, j, min(width, n-j), width)
			j += width
		}
		return
	}
	for p := 0; p < d; p += packRows {
		rows := min(packRows, d-p)
		for j := 0; j < n; {
			width := panelWidth(f, n-j)
			packRowsTo(f, dst[j*d+p*width:][:rows*width], b.Data[(k0+p)*b.Stride+j:], b.Stride, rows, min(width, n-j), width)
			j += width
		}
	}
}

// packRowsTo copies some rows of one panel.
func packRowsTo(f *family, dst, src []float32, stride, rows, inside, width int) {
	switch {
	case inside < width || f.copyFull == nil:
		for p := 0; p < rows; p++ {
			row := dst[p*width : (p+1)*width]
			clear(row[copy(row, src[p*stride:][:inside]):])
		}
	case width == f.nr:
		f.copyFull(&dst[0], &src[0], stride, rows)
	default:
		f.copyHalf(&dst[0], &src[0], stride, rows)
	}
}

// packColumns fills a panel from a transposed matrix, whose columns lie along k.
func packColumns(f *family, panel []float32, b Matrix, k0, d, j, inside, width int) {
	x := 0
	if size := f.transposeSize; size > 0 && d >= size {
		whole := d / size * size
		for ; x+size <= inside; x += size {
			f.transpose(&panel[x], width, &b.Data[(j+x)*b.Stride+k0], b.Stride, d/size)
			for c := x; c < x+size && whole < d; c++ {
				scatter(panel[whole*width+c:], b.Data[(j+c)*b.Stride+k0+whole:][:d-whole], width)
			}
		}
	}
	for ; x < inside; x++ {
		scatter(panel[x:], b.Data[(j+x)*b.Stride+k0:][:d], width)
	}
	for ; x < width; x++ {
		for p := 0; p < d; p++ {
			panel[p*width+x] = 0
		}
	}
}

// scatter writes src to every stride-th value of dst.
func scatter(dst, src []float32, stride int) {
	for p, v := range src {
		dst[p*stride] = v
	}
}

// left is a block of A's rows as the kernels read it: where it lies, or copied.
type left struct {
	data   []float32
	rs, cs int
	packed bool
}

// tile returns the first value and the strides of the tile of h rows from row r of
// the block on, with d columns.
func (a left) tile(r, h, d int) (first *float32, rs, cs int) {
	if a.packed {
		return &a.data[packedTile(r, h, d)], 1, h
	}
	return &a.data[r*a.rs], a.rs, a.cs
}

// packedTile is where a packed tile begins: behind those before it, and one cache line
// further each, lest they all fall on the same lines of the first-level cache. The
// tiles before one of h rows number at most r/h.
func packedTile(r, h, d int) int { return r*d + r/h*alignment }

// copiesLeft reports whether d columns of a are copied tile by tile for n columns of
// B: a transposed matrix that enough columns use. Its columns lie a whole row apart,
// where neither cache lines nor prefetching help.
func copiesLeft(f *family, a Matrix, d, n int) bool {
	return a.Transposed && n >= 3*f.nr && d >= 8
}

// leftSide prepares rows [i0, i1) of a, d columns from k0, for n columns of B.
func (s *Scratch) leftSide(f *family, a Matrix, i0, i1, k0, d, n int) left {
	rs, cs := a.strides()
	from := a.Data[i0*rs+k0*cs:]
	if !copiesLeft(f, a, d, n) {
		return left{data: from, rs: rs, cs: cs}
	}
	rows := i1 - i0
	s.left = sized(s.left, packedTile(rows, 1, d))
	for p := 0; p < d; p += packRows {
		n := min(packRows, d-p)
		h := 0
		for r := 0; r < rows; r += f.heights[h].rows {
			for f.heights[h].rows > rows-r {
				h++
			}
			t := &f.heights[h]
			copyTile(t, s.left[packedTile(r, t.rows, d)+p*t.rows:], from[p*cs+r:], cs, n)
		}
	}
	return left{data: s.left, packed: true}
}

// copyTile copies n columns of one tile, which lie stride apart.
func copyTile(t *tileHeight, dst, src []float32, stride, n int) {
	if t.copy != nil {
		t.copy(&dst[:t.rows*n][0], &src[:(n-1)*stride+t.rows][0], stride, n)
		return
	}
	for p := range n {
		copy(dst[p*t.rows:(p+1)*t.rows], src[p*stride:])
	}
}
