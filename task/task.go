package task

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Workers is how many goroutines work at once; 0: one for each core that the program may use.
// It is a type of its own, so that it is not taken for one of the numbers beside it.
type Workers int

// Count is the number itself where it is positive, and else that of the cores.
func (w Workers) Count() int {
	if w > 0 {
		return int(w)
	}
	return runtime.GOMAXPROCS(0)
}

// Count is the number of chunks of the given size in n items.
func Count(n, size int) int {
	if n <= 0 {
		return 0
	}
	return (n-1)/size + 1
}

// For calls body once for each chunk [lo, hi) of n items, at most `workers`
// (0: one for each core) at a time. Chunk boundaries depend on n and size alone.
// It returns ctx's error when ctx ends before every chunk has started; chunks
// under way then finish first. A panic in body is raised again in the caller.
func For(ctx context.Context, workers Workers, n, size int, body func(chunk, lo, hi int)) error {
	if size <= 0 {
		panic(fmt.Sprintf("task: chunk size %d", size))
	}
	chunks := Count(n, size)
	if chunks == 0 {
		return ctx.Err()
	}
	count := min(workers.Count(), chunks)
	if count == 1 {
		for c := 0; c < chunks; c++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			body(c, c*size, min(n, (c+1)*size))
		}
		return nil
	}
	var next, done atomic.Int64
	var failed atomic.Pointer[string]
	var group sync.WaitGroup
	work := func() {
		defer group.Done()
		defer func() {
			if r := recover(); r != nil {
				text := fmt.Sprintf("task: %v\n%s", r, debug.Stack())
				failed.CompareAndSwap(nil, &text)
			}
		}()
		for ctx.Err() == nil && failed.Load() == nil {
			c := int(next.Add(1)) - 1
			if c >= chunks {
				return
			}
			body(c, c*size, min(n, (c+1)*size))
			done.Add(1)
		}
	}
	group.Add(count)
	for i := 1; i < count; i++ {
		go work()
	}
	work()
	group.Wait()
	if text := failed.Load(); text != nil {
		panic(*text)
	}
	if int(done.Load()) < chunks {
		return ctx.Err()
	}
	return nil
}

// Each calls body for every i in [0, n) and returns the error of the lowest i
// that failed. Use it where one item is a good chunk: a file, a cloud, a class.
// After a failure no item with a higher index starts; lower ones still run, so
// the error returned does not depend on the number of workers.
func Each(ctx context.Context, workers Workers, n int, body func(i int) error) error {
	errs := make([]error, n)
	var lowest atomic.Int64
	lowest.Store(int64(n))
	err := For(ctx, workers, n, 1, func(_, i, _ int) {
		if int64(i) > lowest.Load() {
			return
		}
		if errs[i] = body(i); errs[i] != nil {
			for {
				old := lowest.Load()
				if int64(i) >= old || lowest.CompareAndSwap(old, int64(i)) {
					return
				}
			}
		}
	})
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return err
}
