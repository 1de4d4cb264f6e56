//go:build !amd64

package tensor

import (
	"runtime"

	"blemish/internal/kernels"
)

// families lists what this architecture has.
func families() map[kernels.Family]*family {
	return map[kernels.Family]*family{kernels.Generic: &genericFamily}
}

// pause gives the processor away: there is no cheaper wait without assembly.
func pause(int) { runtime.Gosched() }
