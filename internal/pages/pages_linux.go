package pages

import (
	"syscall"
	"unsafe"
)

// advise asks the kernel for large pages under b, before they are first touched. It is
// a wish: what fails changes nothing but the speed.
func advise(b []byte) {
	const page = 4096
	skip := -uintptr(unsafe.Pointer(&b[0])) % page
	whole := (uintptr(len(b)) - skip) / page * page
	_ = syscall.Madvise(b[skip:skip+whole], syscall.MADV_HUGEPAGE)
}
