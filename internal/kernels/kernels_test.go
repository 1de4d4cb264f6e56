package kernels

import "testing"

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		request string
		best    Family
		want    Family
		fails   bool
	}{
		{"", AVX512, AVX512, false},
		{"", Generic, Generic, false},
		{"avx2", AVX512, AVX2, false},
		{"generic", AVX512, Generic, false},
		{"avx512", AVX512, AVX512, false},
		{"avx512", AVX2, AVX2, true},
		{"AVX2", AVX512, AVX512, true},
		{"sse", Generic, Generic, true},
	} {
		got, err := choose(c.request, c.best)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%q on %v: %v, %v", c.request, c.best, got, err)
		}
	}
	if Problem() == nil && Active() > supported() {
		t.Error("a family is active that the processor lacks")
	}
}
