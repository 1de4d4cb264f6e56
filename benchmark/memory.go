package benchmark

import (
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"blemish/detect"
	"blemish/report"
)

// How much memory a detector takes.

// memoryEvery is how often it is looked at. What lives shorter is not learning or judging.
const memoryEvery = 10 * time.Millisecond

// memoryWatch looks at the program's heap until it is ended.
type memoryWatch struct {
	peak atomic.Uint64
	stop chan struct{}
	gone chan struct{}
}

func watchMemory() *memoryWatch {
	runtime.GC() // what the unit before has left does not count
	w := &memoryWatch{stop: make(chan struct{}), gone: make(chan struct{})}
	w.look()
	go func() {
		defer close(w.gone)
		tick := time.NewTicker(memoryEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				w.look()
			case <-w.stop:
				return
			}
		}
	}()
	return w
}

func (w *memoryWatch) look() {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if v := sample[0].Value; v.Kind() == metrics.KindUint64 && v.Uint64() > w.peak.Load() {
		w.peak.Store(v.Uint64())
	}
}

// end stops looking.
func (w *memoryWatch) end() {
	close(w.stop)
	<-w.gone
}

// of is the most bytes that were in use: by this program, or by the one that the model runs.
func (w *memoryWatch) of(model detect.Model) report.Number {
	if other, ok := model.(interface{ PeakBytes() int64 }); ok {
		if n := other.PeakBytes(); n > 0 {
			return report.Number(n)
		}
		return report.None()
	}
	w.look()
	return report.Number(w.peak.Load())
}
