// Package pages makes large slices on large pages of memory. Ordinary pages of 4 KiB
// are fetched from the system one by one when they are first touched, and a processor
// that jumps about in hundreds of megabytes of them, or down the columns of a matrix,
// looks up where a page lies more often than it reads what lies there.
package pages

import "unsafe"

// from is the number of bytes from which large pages are asked for.
const from = 1 << 20

// Make is make([]T, n), on large pages where the system has them and there are many
// bytes. The contents are the same.
func Make[T any](n int) []T {
	s := make([]T, n)
	var one T
	if size := uintptr(n) * unsafe.Sizeof(one); size >= from {
		advise(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), size))
	}
	return s
}
