package tensor

import "blemish/internal/pages"

// Arena hands out float32 slices that live until the next Take. It is not safe for
// use by several goroutines; the zero value is ready.
type Arena struct {
	block    []float32
	used     int
	planning bool
}

// alignment keeps slices at 64-byte steps, one cache line and one AVX-512 register.
const alignment = 16

// Take runs `all`, which asks for everything that is needed and keeps the slices. It
// runs twice: first with nil slices, which shows how much is needed and lets go of
// the memory before, then with the slices. Memory is allocated only where the need
// has grown.
func (a *Arena) Take(all func()) {
	a.used, a.planning = 0, true
	all()
	if a.used > len(a.block) {
		a.block = nil
		a.block = pages.Make[float32](a.used)
	}
	a.used, a.planning = 0, false
	all()
}

// Floats returns n values of unspecified content, nil while Take plans.
func (a *Arena) Floats(n int) []float32 {
	from := a.used
	a.used += (n + alignment - 1) / alignment * alignment
	if a.planning {
		return nil
	}
	return a.block[from : from+n : from+n]
}

// Zeros returns n zeros.
func (a *Arena) Zeros(n int) []float32 {
	s := a.Floats(n)
	clear(s)
	return s
}

// sized returns a slice of n values, s itself where it is large enough.
func sized(s []float32, n int) []float32 {
	if cap(s) < n {
		return pages.Make[float32](n)
	}
	return s[:n]
}
