// Command kernels times the geometry kernels for measure/kernels/run.sh and
// measure/kernels/scaling.sh. It reads jobs from standard input, one JSON object a
// line, and answers each with a line: milliseconds by the clock, milliseconds of
// processor time, and the most memory in MiB that the process has held so far.
// Times include building the tree.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

// job is one run of a kernel.
type job struct {
	Kernel  string
	Points  string // file of little-endian float32 triples
	Queries string // likewise, or vectors; "" where the kernel needs none
	Radius  float64
	Voxel   float64
	K       []int // neighbours, one value or several
	Count   int   // of picks
	Dim     int   // of vectors

	points, queries []geom.Vec3
	normals         []geom.Vec3
	rows, targets   []float32
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kernels:", err)
		os.Exit(1)
	}
}

// run serves jobs, or with arguments measures how kernels scale.
func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "once":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return once(args[1], n)
	case len(args) == 4 && args[0] == "scaling":
		most, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return scaling(most, args[2], args[3])
	}
	return serve()
}

func serve() error {
	in := bufio.NewScanner(os.Stdin)
	var last job
	for in.Scan() {
		j := job{}
		if err := json.Unmarshal(in.Bytes(), &j); err != nil {
			return fmt.Errorf("line %q: %w", in.Text(), err)
		}
		kernel, ok := kernels[j.Kernel]
		if !ok {
			return fmt.Errorf("there is no kernel %q", j.Kernel)
		}
		if err := j.load(&last); err != nil {
			return err
		}
		last = j
		runtime.GC()
		start, used := time.Now(), processorTime()
		if err := kernel(&j); err != nil {
			return err
		}
		wall, processor := time.Since(start), processorTime()-used
		fmt.Printf("%.4f %.4f %.1f\n", ms(wall), ms(processor), peak())
	}
	return in.Err()
}

// load reads the job's files, unless the job before had the same.
func (j *job) load(last *job) error {
	if j.Dim > 0 {
		var err error
		if j.rows, err = read[float32](j.Points); err != nil {
			return err
		}
		j.targets, err = read[float32](j.Queries)
		return err
	}
	if j.Points == last.Points && j.Queries == last.Queries {
		j.points, j.queries, j.normals = last.points, last.queries, last.normals
	} else {
		var err error
		if j.points, err = read[geom.Vec3](j.Points); err != nil {
			return err
		}
		if j.Queries != "" {
			if j.queries, err = read[geom.Vec3](j.Queries); err != nil {
				return err
			}
		}
	}
	if needsNormals[j.Kernel] && j.normals == nil {
		t, err := spatial.BuildTree(ctx, workers, j.points)
		if err != nil {
			return err
		}
		j.normals, _, err = feature.Normals(ctx, workers, t, 30)
		return err
	}
	return nil
}

func read[T any](path string) ([]T, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var v T
	out := make([]T, len(data)/binary.Size(v))
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, out); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// processorTime is what the process has used on all cores.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that the program has held, in MiB, as Linux tells; rusage
// would include what the process held before it became this program.
func peak() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kib float64
	_, _ = fmt.Sscan(after, &kib)
	return kib / 1024
}
