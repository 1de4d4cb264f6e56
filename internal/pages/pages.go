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
