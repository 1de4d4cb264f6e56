package tensor

import (
	"runtime"
	"sync"
	"sync/atomic"

	"blemish/task"
)

// Task is work cut into pieces. Piece may be called for several pieces at once, on
// different workers; it must write nothing that another piece reads or writes.
type Task interface {
	Piece(i int, w *Worker)
}

// Worker is one thread of a Pool: its own scratch memory, and For for work inside
// a piece.
type Worker struct {
	Scratch
	pool  *Pool
	id    int
	depth int // how many For this worker stands in
	help  func()
}

// Scratch is the memory of one worker that lasts for one call.
type Scratch struct {
	panels []float32
	left   []float32
	tile   [14 * 32]float32
	// Buffers for the pieces of higher packages; whoever asks gets the same memory.
	named [4][]float32
	index []int32
}

// Buffer returns n values of unspecified content, slot 0 to 3. It is the same
// memory at each call with that slot on this worker.
func (s *Scratch) Buffer(slot, n int) []float32 {
	s.named[slot] = sized(s.named[slot], n)
	return s.named[slot]
}

// Indices is Buffer for whole numbers, with one slot.
func (s *Scratch) Indices(n int) []int32 {
	if cap(s.index) < n {
		s.index = make([]int32, n)
	}
	return s.index[:n]
}

// nesting is how deep For may be called and still find helpers.
const nesting = 2

// Pool runs tasks on several workers. Helpers join a task when they are free; the
// caller works through the pieces itself and waits only for pieces that a helper
// has begun. So a core that another process takes costs speed, not a stall, and
// For inside a piece lets idle workers help with an uneven rest. What is computed
// never depends on who computes it.
//
// Between Start and Stop the pool holds goroutines; outside it holds none. A Pool
// serves one caller at a time.
type Pool struct {
	workers []*Worker
	jobs    []job // nesting × workers
	closed  atomic.Bool
	parked  atomic.Int32
	wake    chan struct{}
	group   sync.WaitGroup
}

// job is one For under way. Its state holds, from above: a generation, an open
// flag, and the number of helpers inside.
type job struct {
	task  Task
	n     int64
	next  atomic.Int64
	state atomic.Uint64
	_     [64]byte // jobs of different workers lie on different cache lines
}

const (
	generation = 1 << 32
	open       = 1 << 31
	inside     = open - 1
)

// NewPool makes a pool of the given number of workers, 0 for one a core.
func NewPool(workers task.Workers) *Pool {
	n := workers.Count()
	p := &Pool{jobs: make([]job, nesting*n), wake: make(chan struct{}, n)}
	for i := 0; i < n; i++ {
		w := &Worker{pool: p, id: i}
		w.help = w.helper
		p.workers = append(p.workers, w)
	}
	return p
}

// Start begins a stretch of work and returns the caller's worker.
func (p *Pool) Start() *Worker {
	p.closed.Store(false)
	p.group.Add(len(p.workers) - 1)
	for _, w := range p.workers[1:] {
		go w.help()
	}
	return p.workers[0]
}

// Stop ends it: helpers are gone when it returns.
func (p *Pool) Stop() {
	p.closed.Store(true)
	for range p.workers[1:] {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
	p.group.Wait()
	for {
		select {
		case <-p.wake:
		default:
			return
		}
	}
}

// For runs pieces 0 to n-1 of the task and returns when all are done.
func (w *Worker) For(n int, t Task) {
	p := w.pool
	if n <= 1 || len(p.workers) == 1 || w.depth >= nesting {
		for i := 0; i < n; i++ {
			t.Piece(i, w)
		}
		return
	}
	j := &p.jobs[w.depth*len(p.workers)+w.id]
	j.task, j.n = t, int64(n)
	j.next.Store(0)
	j.state.Store(j.state.Load()&^(generation-1) + generation + open)
	for k := min(p.parked.Load(), int32(n-1)); k > 0; k-- {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
	w.depth++
	j.work(w)
	w.depth--
	for s := j.state.Load(); !j.state.CompareAndSwap(s, s&^open); s = j.state.Load() {
	}
	for spin := 0; j.state.Load()&inside != 0; spin++ {
		pause(16)
		if spin > 128 {
			runtime.Gosched()
		}
	}
}

// work takes pieces until none is left.
func (j *job) work(w *Worker) {
	for {
		i := j.next.Add(1) - 1
		if i >= j.n {
			return
		}
		j.task.Piece(int(i), w)
	}
}

// helper is the loop of every worker but the caller's.
func (w *Worker) helper() {
	p := w.pool
	defer p.group.Done()
	const spins = 256 // some tens of microseconds, about the gap between two phases
	for spin := 0; !p.closed.Load(); {
		if w.join() {
			spin = 0
			continue
		}
		if spin++; spin < spins {
			pause(16)
			continue
		}
		p.parked.Add(1)
		if !w.join() && !p.closed.Load() {
			<-p.wake
		}
		p.parked.Add(-1)
		spin = 0
	}
}

// join helps with the outermost open job that has pieces left, if there is one.
func (w *Worker) join() bool {
	p := w.pool
	for i := range p.jobs {
		j := &p.jobs[i]
		s := j.state.Load()
		if s&open == 0 {
			continue
		}
		// Nothing of the job may be read before this succeeds: it pins the generation.
		if !j.state.CompareAndSwap(s, s+1) {
			continue
		}
		left := j.next.Load() < j.n
		if left {
			w.depth = i/len(p.workers) + 1
			j.work(w)
			w.depth = 0
		}
		j.state.Add(^uint64(0))
		if left {
			return true
		}
	}
	return false
}
