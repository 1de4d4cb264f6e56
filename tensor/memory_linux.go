package tensor

import (
	"syscall"
	"unsafe"
)

// adviseHuge asks the kernel for huge pages under s, before they are first touched. It
// is a wish: what fails changes nothing but the speed.
func adviseHuge(s []float32) {
	const page = 4096
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), 4*len(s))
	skip := -uintptr(unsafe.Pointer(&s[0])) % page
	whole := (uintptr(len(bytes)) - skip) / page * page
	_ = syscall.Madvise(bytes[skip:skip+whole], syscall.MADV_HUGEPAGE)
}
