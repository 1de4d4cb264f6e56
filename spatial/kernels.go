package spatial

import "blemish/internal/kernels"

// family is the family of kernels in use. A variable, so that tests try each.
var family = kernels.Active()
