// Package kernels decides once which family of hand-written kernels this process
// runs, for every package that has assembly beside plain Go.
//
// The best family that the processor offers is taken. The environment variable
// BLEMISH_KERNELS=generic, avx2 or avx512 asks for another one, for tests and for
// results that must be equal on different machines.
package kernels
