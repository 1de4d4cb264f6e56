package feature

import "blemish/spatial"

// kernels names the family of kernels in use; the processor and BLEMISH_KERNELS
// choose it for this package as for spatial.
var kernels = spatial.Kernels()
