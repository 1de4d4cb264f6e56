package spatial

import "os"

// Choice of the kernels.

// kernelFamily names a set of kernels.
type kernelFamily int

const (
	generic kernelFamily = iota
	avx2
	avx512
)

func (f kernelFamily) String() string { return [...]string{"generic", "avx2", "avx512"}[f] }

// kernels is the family in use: the best that the processor has, unless
// BLEMISH_KERNELS names a lesser one.
var kernels = chooseKernels(os.Getenv("BLEMISH_KERNELS"), bestKernels())

func chooseKernels(forced string, best kernelFamily) kernelFamily {
	for f := generic; f < best; f++ {
		if f.String() == forced {
			return f
		}
	}
	return best
}

// Kernels names the kernels in use: "generic", "avx2" or "avx512".
func Kernels() string { return kernels.String() }
