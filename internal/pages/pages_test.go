package pages

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

func TestMakeIsMake(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 20, 1<<20 + 1, 3<<20 + 17} {
		s := Make[float32](n)
		if len(s) != n || cap(s) != n {
			t.Errorf("%d: length %d, capacity %d", n, len(s), cap(s))
		}
		for i := range s {
			if s[i] != 0 {
				t.Fatalf("%d: value %d is %v", n, i, s[i])
			}
			s[i] = 1
		}
	}
	if s := Make[struct{}](1 << 30); len(s) != 1<<30 {
		t.Errorf("length %d", len(s))
	}
}

// TestLargePagesAreAskedFor reads from the kernel what was asked of it.
func TestLargePagesAreAskedFor(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this system has no large pages on request")
	}
	s := Make[byte](64 << 20)
	middle := uintptr(unsafe.Pointer(&s[len(s)/2]))
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var lo, hi uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &lo, &hi); n == 2 {
			inside = lo <= middle && middle < hi
		}
		if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && inside {
			if !strings.Contains(flags+" ", " hg ") {
				t.Errorf("flags%s", flags)
			}
			runtime.KeepAlive(s)
			return
		}
	}
	t.Skip("the kernel does not list flags")
}
