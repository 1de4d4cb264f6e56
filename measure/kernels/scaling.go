package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"blemish/feature"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// How time and memory grow from a thousand points to ten million.

// scalingSizes are the numbers of points.
var scalingSizes = []int{1000, 10000, 100000, 1000000, 10000000}

// scalingJobs are what is measured, each with a radius that holds about 30 points.
var scalingJobs = []struct {
	title string
	job   job
}{
	{"tree", job{Kernel: "tree"}},
	{"voxel grid", job{Kernel: "voxel"}},
	{"spacing", job{Kernel: "spacing"}},
	{"cloud-to-cloud distance", job{Kernel: "distance"}},
	{"components", job{Kernel: "components"}},
	{"farthest points, 512", job{Kernel: "fps", Count: 512}},
	{"k-NN, k = 16", job{Kernel: "knn", K: []int{16}}},
	{"normals, 30 neighbours", job{Kernel: "normals", K: []int{30}}},
	{"orientation, 12 neighbours", job{Kernel: "orient", K: []int{12}}},
	{"radius lists", job{Kernel: "radius"}},
	{"rate of change", job{Kernel: "change", K: []int{30}}},
	{"FPFH, 40 neighbours", job{Kernel: "fpfh", K: []int{40}}},
}

// torus is n points on a torus with bumps.
func torus(n int, name string) []geom.Vec3 {
	r := seed.Stream(1, name, n)
	points := make([]geom.Vec3, n)
	for i := range points {
		u, v := r.Uniform(0, 2*math.Pi), r.Uniform(0, 2*math.Pi)
		tube := 0.35 + 0.03*math.Sin(9*u)*math.Sin(7*v)
		ring := 1 + tube*math.Cos(v)
		points[i] = geom.Vec{X: ring * math.Cos(u), Y: ring * math.Sin(u), Z: tube * math.Sin(v)}.F()
	}
	return points
}

// once runs a job on n points of its own and prints its processor time in ms, the
// least of a few for small clouds, and the peak of memory in MiB.
func once(text string, n int) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	const area = 13.8 // of the torus
	j.Radius = math.Sqrt(30 * area / (math.Pi * float64(n)))
	j.Voxel = 2 * j.Radius
	j.points = torus(n, "points")
	if j.Kernel == "distance" {
		j.queries = torus(n, "queries")
	}
	if needsNormals[j.Kernel] {
		t, err := spatial.BuildTree(ctx, workers, j.points)
		if err != nil {
			return err
		}
		if j.normals, _, err = feature.Normals(ctx, workers, t, 10); err != nil {
			return err
		}
	}
	least := math.Inf(1)
	for range max(1, min(9, 300000/n)) {
		used := processorTime()
		if err := kernels[j.Kernel](&j); err != nil {
			return err
		}
		least = min(least, ms(processorTime()-used))
	}
	fmt.Printf("%.4f %.1f\n", least, peak())
	return nil
}

// measured is a job's processor time in ms and memory in MiB, above that of a
// program that only holds the points; 0 where it was not measured.
type measured struct{ time, memory float64 }

// scaling measures all jobs at all sizes up to most, each in a process of its own,
// and writes scaling.md and scaling.png.
func scaling(most int, table, picture string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := func(j job, n int) (measured, error) {
		text, err := json.Marshal(j)
		if err != nil {
			return measured{}, err
		}
		cmd := exec.Command(self, "once", string(text), strconv.Itoa(n))
		cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(workers))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return measured{}, fmt.Errorf("%s of %d points: %w", j.Kernel, n, err)
		}
		var m measured
		_, err = fmt.Sscan(string(out), &m.time, &m.memory)
		return m, err
	}
	results := make([][]measured, len(scalingJobs))
	for at, n := range scalingSizes {
		if n > most {
			break
		}
		idle, err := child(job{Kernel: "nothing"}, n)
		if err != nil {
			return err
		}
		for i, s := range scalingJobs {
			results[i] = append(results[i], measured{})
			m, err := child(s.job, n)
			if err != nil {
				return err
			}
			results[i][at] = measured{m.time, max(0, m.memory-idle.memory)}
			fmt.Fprintf(os.Stderr, "%s, %d points: %.1f ms, %.0f MiB\n", s.title, n, m.time, results[i][at].memory)
			// What is there so far, should a longer run be cut off.
			if err := writeScaling(table, picture, results); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeScaling(table, picture string, results [][]measured) error {
	var b strings.Builder
	b.WriteString("# Time and memory from a thousand points to ten million\n\n")
	b.WriteString("`measure/kernels/scaling.sh`: points at random on a torus with bumps, two threads, each run in a process of\n")
	b.WriteString("its own. *Time* is processor time of all threads, building the tree included, in nanoseconds a point: a\n")
	b.WriteString("kernel that is linear keeps its figure. *Memory* is the peak of the process above that of one that only\n")
	b.WriteString("holds the points, results and garbage not yet collected included, in bytes a point.\n\n")
	fmt.Fprintf(&b, "![time and memory](../images/%s)\n\n## Time, ns a point\n\n", filepath.Base(picture))
	cells(&b, results, func(m measured, n int) string {
		return fmt.Sprintf("%.0f", m.time*1e6/float64(n))
	})
	b.WriteString("\n## Memory, bytes a point\n\n")
	cells(&b, results, func(m measured, n int) string {
		if n < 100000 {
			return "–" // less than what the runtime takes by itself
		}
		return fmt.Sprintf("%.0f", m.memory*(1<<20)/float64(n))
	})
	if notes, err := os.ReadFile("measure/kernels/scaling-notes.md"); err == nil {
		b.WriteString("\n" + string(notes))
	}
	if err := os.WriteFile(table, []byte(b.String()), 0o644); err != nil {
		return err
	}
	return drawScaling(picture, results)
}

func cells(b *strings.Builder, results [][]measured, text func(m measured, n int) string) {
	b.WriteString("| kernel |")
	for _, n := range scalingSizes {
		fmt.Fprintf(b, " %d |", n)
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", len(scalingSizes)) + "\n")
	for i, s := range scalingJobs {
		fmt.Fprintf(b, "| %s |", s.title)
		for at, n := range scalingSizes {
			if at < len(results[i]) && results[i][at].time > 0 {
				fmt.Fprintf(b, " %s |", text(results[i][at], n))
			} else {
				b.WriteString("  |")
			}
		}
		b.WriteString("\n")
	}
}
