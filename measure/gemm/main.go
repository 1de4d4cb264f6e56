// Command gemm is our side of measure/gemm/run.sh. It reads lines
//
//	M N K FORM SECONDS
//
// from standard input, FORM being NN, NT or TN, and answers each with the processor
// time and the wall time of one product in seconds: the quickest of many short runs.
//
//	gemm THREADS
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"blemish/task"
	"blemish/tensor"
)

func main() {
	threads, err := strconv.Atoi(append(os.Args, "")[1])
	if err != nil || threads < 1 {
		fmt.Fprintln(os.Stderr, "usage: gemm THREADS")
		os.Exit(2)
	}
	runtime.LockOSThread()
	pool := tensor.NewPool(task.Workers(threads))
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var m, n, k int
		var form string
		var seconds float64
		if _, err := fmt.Sscan(in.Text(), &m, &n, &k, &form, &seconds); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		p := newProduct(m, n, k, form, threads)
		w := pool.Start()
		cpu, wall := p.time(w, seconds)
		pool.Stop()
		fmt.Println(cpu, wall)
	}
}

// product is one C = A·B, cut into pieces along the longer side of C.
type product struct {
	m, n, k int
	a, b, c tensor.Matrix
	pieces  int
}

func newProduct(m, n, k int, form string, threads int) *product {
	values := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(i*7919%1000)/1000 - 0.5
		}
		return x
	}
	p := &product{m: m, n: n, k: k, pieces: 1}
	p.a, p.b, p.c = tensor.Rows(values(m*k), k), tensor.Rows(values(k*n), n), tensor.Rows(values(m*n), n)
	if form[0] == 'T' {
		p.a = tensor.Rows(p.a.Data, m).T()
	}
	if form[1] == 'T' {
		p.b = tensor.Rows(p.b.Data, k).T()
	}
	if threads > 1 {
		p.pieces = 2 * threads
		if k > 4096 { // every piece copies one side anew
			p.pieces = threads
		}
	}
	return p
}

// Piece computes a stretch of rows of C, or of columns where it is wide.
func (p *product) Piece(i int, w *tensor.Worker) {
	if p.m > p.n {
		lo, hi := cut(p.m, 14, i, p.pieces)
		w.Mul(hi-lo, p.n, p.k, from(p.a, lo, 0), p.b, from(p.c, lo, 0), false)
		return
	}
	lo, hi := cut(p.n, 32, i, p.pieces)
	w.Mul(p.m, hi-lo, p.k, p.a, from(p.b, 0, lo), from(p.c, 0, lo), false)
}

// cut is stretch i of n, in whole tiles.
func cut(n, tile, i, pieces int) (lo, hi int) {
	tiles := (n + tile - 1) / tile
	return min(n, i*tiles/pieces*tile), min(n, (i+1)*tiles/pieces*tile)
}

// from is the part of a matrix from an element on.
func from(m tensor.Matrix, row, column int) tensor.Matrix {
	at := row*m.Stride + column
	if m.Transposed {
		at = column*m.Stride + row
	}
	if at > len(m.Data) {
		at = len(m.Data)
	}
	m.Data = m.Data[at:]
	return m
}

// time runs the product for some seconds. Processor time is that of all threads.
func (p *product) time(w *tensor.Worker, seconds float64) (cpu, wall float64) {
	w.For(p.pieces, p)
	runs := max(1, int(2e-3/(2*float64(p.m)*float64(p.n)*float64(p.k)/2e11)))
	cpu, wall = 1e9, 1e9
	for begin := time.Now(); time.Since(begin).Seconds() < seconds; {
		t, c := time.Now(), processorTime()
		for range runs {
			w.For(p.pieces, p)
		}
		cpu = min(cpu, (processorTime()-c)/float64(runs))
		wall = min(wall, time.Since(t).Seconds()/float64(runs))
	}
	return cpu, wall
}

func processorTime() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
