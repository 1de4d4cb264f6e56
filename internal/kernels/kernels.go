package kernels

import (
	"fmt"
	"os"
)

// Family is a set of processor instructions that kernels are written for. A
// larger value offers all that a smaller one does.
type Family int

const (
	Generic Family = iota // plain Go
	AVX2                  // x86-64 with AVX2, FMA, BMI1, BMI2 and POPCNT
	AVX512                // x86-64 with AVX-512 F, DQ, BW and VL, and AVX2
)

// String returns the name that BLEMISH_KERNELS takes.
func (f Family) String() string {
	switch f {
	case AVX2:
		return "avx2"
	case AVX512:
		return "avx512"
	}
	return "generic"
}

var active, problem = choose(os.Getenv("BLEMISH_KERNELS"), supported())

// Active returns the family in use.
func Active() Family { return active }

// Problem returns nil, or why BLEMISH_KERNELS could not be followed: it names no
// family, or one that this processor lacks. The best possible family is active then.
func Problem() error { return problem }

// choose resolves a request ("" for none) on a processor that supports best.
func choose(request string, best Family) (Family, error) {
	if request == "" {
		return best, nil
	}
	for _, f := range []Family{Generic, AVX2, AVX512} {
		if f.String() != request {
			continue
		}
		if f > best {
			return best, fmt.Errorf("BLEMISH_KERNELS=%s: this processor offers %s at most", request, best)
		}
		return f, nil
	}
	return best, fmt.Errorf("BLEMISH_KERNELS=%s: want generic, avx2 or avx512", request)
}
