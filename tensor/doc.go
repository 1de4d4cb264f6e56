// Package tensor holds what a small network engine needs below its layers: float32
// matrix products and fused passes over rows, with assembly kernels for x86-64 and
// plain Go that they are tested against; an arena that makes the second step free
// of allocations; and a pool of workers.
//
// Matrices are row-major slices. There is no tensor type, no graph and no
// broadcasting: a layer says which rows it means.
//
// # Determinism
//
// A product runs on one goroutine and adds up along k in an order that depends on k
// alone. Parallel work is cut into pieces that do not depend on the number of
// workers, so results are equal for any number. Kernel families (generic, AVX2,
// AVX-512; see internal/kernels for the choice) differ in the last bits, because
// they fuse multiplication and addition.
//
// The assembly is written by tools/kernelgen; after a change there, from the tools
// folder: go run ./kernelgen ../tensor. Its test fails where the files are not current.
//
// The kernel layout follows Goto and van de Geijn, "Anatomy of high-performance
// matrix multiplication", ACM TOMS 34 (2008); A is not packed but read where it
// lies, which pays off because the products here are narrow.
package tensor
