package tensor

// hugeFrom is the number of values from which memory is asked for in huge pages.
const hugeFrom = 1 << 18

// Values returns n zeros, in huge pages where the system has them and n is large:
// products read their matrices with long strides, a page a row, and large pages spare
// the processor most look-ups of where a page lies.
func Values(n int) []float32 {
	s := make([]float32, n)
	if n >= hugeFrom {
		adviseHuge(s)
	}
	return s
}
