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

// packBlock copies rows [k0, k0+d) of b, n columns, panel by panel: inside a panel
// row after row, filled up with zeros.
func packBlock(dst []float32, b Matrix, k0, d, n int) {
	f := active
	for j := 0; j < n; {
		width := panelWidth(f, n-j)
		inside := min(width, n-j)
		panel := dst[:d*width]
		switch {
		case b.Transposed:
			packColumns(f, panel, b, k0, d, j, inside, width)
		case inside == width && f.copyFull != nil:
			rows := f.copyFull
			if width == f.half {
				rows = f.copyHalf
			}
			rows(&panel[0], &b.Data[k0*b.Stride+j], b.Stride, d)
		default:
			for p := 0; p < d; p++ {
				row := panel[p*width : (p+1)*width]
				clear(row[copy(row, b.Data[(k0+p)*b.Stride+j:][:inside]):])
			}
		}
		dst = dst[d*width:]
		j += width
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
