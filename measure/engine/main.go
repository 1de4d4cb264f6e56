// Command engine times steps of the masked autoencoder for
// measure/engine/run.sh:
//
//	engine train|infer full|reduced64|reduced32 CLOUDS WORKERS SECONDS
//	engine peak
//
// It prints the median step and the mean processor time of a step in milliseconds, and
// the largest memory in MB; or what one thread reaches in a product that stays in its
// first-level cache, in GFLOP/s: the peak of these kernels.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/task"
	"blemish/tensor"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "peak" {
		fmt.Printf("%.0f\n", peak())
		return nil
	}
	if len(args) != 5 {
		return fmt.Errorf("usage: engine train|infer full|reduced64|reduced32 CLOUDS WORKERS SECONDS")
	}
	config := pointmae.Config{Width: 96, Encoder: 3, Decoder: 2, Heads: 6, GroupSize: 64, Embed: [3]int{32, 64, 128}, PosHidden: 32}
	switch args[1] {
	case "full":
		config = pointmae.DefaultConfig()
		config.GroupSize, config.DropPath = 64, 0
	case "reduced32":
		config.GroupSize = 32
	}
	var numbers [3]int
	for i, a := range args[2:] {
		n, err := strconv.Atoi(a)
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	model, err := pointmae.New(config, 1)
	if err != nil {
		return err
	}
	batch := clouds(numbers[0], config.GroupSize)
	ctx := context.Background()
	trainer := pointmae.NewTrainer(model, pointmae.TrainOptions{Workers: task.Workers(numbers[1]), WeightDecay: 0.05})
	session := pointmae.NewSession(model, task.Workers(numbers[1]))
	step := func() error {
		if args[0] == "train" {
			_, err := trainer.Step(ctx, batch, 1e-4)
			return err
		}
		_, err := session.Reconstruct(ctx, batch)
		return err
	}
	for range 2 {
		if err := step(); err != nil {
			return err
		}
	}
	var times []float64
	cpu := processorTime()
	for begin := time.Now(); len(times) < leastSteps || time.Since(begin) < time.Duration(numbers[2])*time.Second; {
		t := time.Now()
		if err := step(); err != nil {
			return err
		}
		times = append(times, 1e3*time.Since(t).Seconds())
	}
	cpu = (processorTime() - cpu) / time.Duration(len(times))
	slices.Sort(times)
	fmt.Println(times[len(times)/2], 1e3*cpu.Seconds(), peakMB())
	return nil
}

// leastSteps is how many steps are timed, however long they take.
const leastSteps = 4

// peak times small products and returns the best rate by processor time.
func peak() float64 {
	const m, n, k, runs = 14, 32, 256, 20000
	a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
	var packed tensor.Packed
	packed.Pack(k, n, tensor.Rows(b, n))
	var s tensor.Scratch
	best := time.Duration(1 << 62)
	for range 20 {
		begin := processorTime()
		for range runs {
			s.MulPacked(m, tensor.Rows(a, k), &packed, nil, tensor.Rows(c, n), false)
		}
		best = min(best, processorTime()-begin)
	}
	return 2 * m * n * k * runs / best.Seconds() / 1e9
}

// processorTime is what all threads have used so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// clouds draws n clouds of 256 patches of k points, 102 of them masked.
func clouds(n, k int) []pointmae.Cloud {
	const patches, masked = 256, 102
	r := seed.Stream(1, "measure")
	points := func(n int, scale float64) []geom.Vec3 {
		p := make([]geom.Vec3, n)
		for i := range p {
			p[i] = geom.Vec3{X: float32(scale * r.Norm()), Y: float32(scale * r.Norm()), Z: float32(scale * r.Norm())}
		}
		return p
	}
	batch := make([]pointmae.Cloud, n)
	for i := range batch {
		batch[i] = pointmae.Cloud{Centres: points(patches, 1), Patches: points(patches*k, 0.1), Masked: make([]bool, patches), Targets: points(masked*k, 0.1)}
		for _, p := range r.Perm(patches)[:masked] {
			batch[i].Masked[p] = true
		}
	}
	return batch
}

// peakMB reads the largest resident size from Linux; 0 elsewhere.
func peakMB() int {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return kb / 1024
		}
	}
	return 0
}
