package task

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

func TestForCoversEveryItemOnce(t *testing.T) {
	for _, n := range []int{0, 1, 5, 64, 1000} {
		for _, size := range []int{1, 7, 64, 2000} {
			for _, workers := range []Workers{1, 2, 9} {
				seen := make([]int32, n)
				err := For(context.Background(), workers, n, size, func(chunk, lo, hi int) {
					if lo != chunk*size || hi > n || hi <= lo {
						t.Errorf("chunk %d is [%d,%d)", chunk, lo, hi)
					}
					for i := lo; i < hi; i++ {
						atomic.AddInt32(&seen[i], 1)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				for i, s := range seen {
					if s != 1 {
						t.Fatalf("n=%d size=%d workers=%d: item %d ran %d times", n, size, workers, i, s)
					}
				}
			}
		}
	}
}

func TestForStopsOnCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var ran atomic.Int32
	err := For(ctx, 2, 1000, 1, func(_, _, _ int) {
		if ran.Add(1) == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || ran.Load() > 10 {
		t.Fatalf("ran %d chunks, error %v", ran.Load(), err)
	}
}

func TestForPassesPanicsOn(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "boom") {
			t.Fatalf("recovered %v", r)
		}
	}()
	_ = For(context.Background(), 3, 100, 1, func(_, lo, _ int) {
		if lo == 50 {
			panic("boom")
		}
	})
}

func TestEachReturnsTheLowestError(t *testing.T) {
	for _, workers := range []Workers{1, 4} {
		for trial := 0; trial < 50; trial++ {
			err := Each(context.Background(), workers, 100, func(i int) error {
				if i%7 == 6 {
					return fmt.Errorf("item %d", i)
				}
				return nil
			})
			if err == nil || err.Error() != "item 6" {
				t.Fatalf("workers %d: %v", workers, err)
			}
		}
	}
}
