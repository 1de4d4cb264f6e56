package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"syscall"
	"time"

	"blemish/defect"
	"blemish/seed"
)

// Processor time of one defective cloud of 20,000 points from a prepared object.

// speedRuns is how many clouds are made of each object and kind.
const speedRuns = 6

func speed(ctx context.Context, data string, root uint64, w io.Writer) error {
	targets := make([]*defect.Target, len(shown))
	var prepare time.Duration
	for i, name := range shown {
		m, err := object(data, name)
		if err != nil {
			return err
		}
		from := processorTime()
		if targets[i], err = defect.NewTarget(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		prepare += processorTime() - from
	}
	fmt.Fprintf(w, "Preparing an object (`NewTarget`): %.0f ms on average of the ten objects of the sheets. Then, a cloud of 20,000 points:\n\n", milliseconds(prepare, len(shown)))
	fmt.Fprintf(w, "| kind | clouds | processor ms a cloud, drawing included |\n|---|---|---|\n")
	for _, kind := range append(defect.Kinds(), defect.Hybrid) {
		made := 0
		var spent time.Duration
		for i, t := range targets {
			for k := 0; k < speedRuns; k++ {
				from := processorTime()
				_, _, err := one(ctx, t, kind, seed.Stream(root, "speed", shown[i], string(kind), k))
				if errors.Is(err, defect.ErrUnsuitable) {
					continue
				} else if err != nil {
					return err
				}
				made++
				spent += processorTime() - from
			}
		}
		fmt.Fprintf(w, "| %s | %d | %.0f |\n", kind, made, milliseconds(spent, made))
	}
	return growth(ctx, targets[0], root, w)
}

// growth tells how the time grows with the number of points.
func growth(ctx context.Context, t *defect.Target, root uint64, w io.Writer) error {
	fmt.Fprintf(w, "\nOne bulge on %s, sampled:\n\n| points | processor ms | ns a point |\n|---|---|---|\n", filepath.Base(shown[0]))
	p, err := defect.Draw(t, defect.Bulge, defect.Medium, seed.Stream(root, "growth"))
	if err != nil {
		return err
	}
	for _, n := range []int{8_000, 20_000, 50_000, 125_000, 500_000} {
		best := time.Duration(math.MaxInt64)
		for k := 0; k < 5; k++ {
			from := processorTime()
			c, err := defect.Apply(ctx, t, p)
			if err != nil {
				return err
			}
			c.Sample(n, seed.Stream(root, "growth", k))
			best = min(best, processorTime()-from)
		}
		fmt.Fprintf(w, "| %d | %.1f | %.0f |\n", n, milliseconds(best, 1), float64(best.Nanoseconds())/float64(n))
	}
	return nil
}

func milliseconds(d time.Duration, n int) float64 {
	return float64(d.Microseconds()) / 1000 / float64(max(1, n))
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
