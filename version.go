package blemish

import "blemish/internal/version"

// Version is the version of the library and the program.
const Version = version.Version
