// Package seed gives every piece of work its own random stream, named by what
// the stream is for, so that results depend on the root seed and never on the
// order in which work is done.
//
//	r := seed.Stream(1, "defect", "vase0", 7)
//	angle := r.Uniform(0, 2*math.Pi)
//
// The generator is PCG-DXSM from math/rand/v2, whose source output is fixed; the
// helper methods are our own, because the standard library does not promise the
// exact sequence of its own.
package seed
