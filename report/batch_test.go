package report

import (
	"fmt"
	"runtime"
	"testing"
)

// heap is what lives, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A batch holds the scans that its page opens and no others, in whatever order they come: those
// that are passed over, and those that give way to more telling ones.
func TestABatchHoldsWhatItsPageShows(t *testing.T) {
	const points = 2000
	kinds := []string{"", "bulge"}
	b := NewBatch(t.Context(), t.TempDir(), 1000, fakeThreshold, "mm", Options{Workers: 1})
	add := func(from, until int) {
		for i := from; i < until; i++ {
			v := fakeScan(fmt.Sprintf("%d.ply", i), kinds[i%2], points, uint64(i))
			v.Result.Object += float32(i) / 1e4 // the later, the more telling
			if err := b.Add(v); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := heap()
	add(0, 2*maxScans)
	full := heap() - before
	add(2*maxScans, 5*maxScans)
	if more := heap() - before; float64(more) > 1.1*float64(full) {
		t.Errorf("%d scans take %d bytes, %d scans %d", 2*maxScans, full, 5*maxScans, more)
	}
	if full < maxScans*points*12 {
		t.Errorf("%d bytes cannot be %d scans of %d points: nothing was measured", full, maxScans, points)
	}
	runtime.KeepAlive(b)
}
