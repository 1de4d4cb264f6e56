// Command distance times distances for measure/distance/run.sh. It reads jobs
// from standard input, one a line: a kernel's name and the files of a mesh's
// vertices and faces and of points, little-endian float32 and int32. For each it
// prints the milliseconds that the kernel took and those that it kept processors
// busy, building included.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"syscall"
	"time"

	"blemish/distance"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

const workers = 2

var ctx = context.Background()

// job is what a kernel works on.
type job struct {
	mesh   *geom.Mesh
	from   *geom.Cloud
	target *geom.Cloud
	points int
}

var kernels = map[string]func(j *job) error{
	"mesh": func(j *job) error {
		tree, err := spatial.BuildBVH(ctx, workers, j.mesh)
		if err != nil {
			return err
		}
		out := make([]float64, j.from.Len())
		return tree.ForClosest(ctx, workers, j.from.Points, geom.Vec{}, 1e30, func(i int32, c spatial.Closest) { out[i] = c.Dist2 })
	},
	"signed": func(j *job) error {
		to, err := distance.ToMesh(ctx, workers, j.mesh, true)
		if err != nil {
			return err
		}
		_, err = to.Measure(ctx, workers, j.from, distance.Options{Signed: true})
		return err
	},
	"cloud": func(j *job) error {
		to, err := distance.ToCloud(ctx, workers, j.target, false)
		if err != nil {
			return err
		}
		_, err = to.Measure(ctx, workers, j.from, distance.Options{})
		return err
	},
	"poisson": func(j *job) error {
		points, _ := mesh.Sample(j.mesh, 5*j.points, seed.Stream(1, "measure"))
		_, err := spatial.Eliminate(ctx, workers, points, j.points, j.mesh.Area())
		return err
	},
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "distance:", err)
		os.Exit(1)
	}
}

func serve() error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var name, stem string
		var points int
		if _, err := fmt.Sscan(in.Text(), &name, &stem, &points); err != nil {
			return fmt.Errorf("line %q: %w", in.Text(), err)
		}
		kernel, ok := kernels[name]
		if !ok {
			return fmt.Errorf("there is no kernel %q", name)
		}
		j, err := load(stem, points)
		if err != nil {
			return err
		}
		begun, busy := time.Now(), processor()
		if err := kernel(j); err != nil {
			return err
		}
		fmt.Printf("%.4f %.4f\n", ms(time.Since(begun)), ms(processor()-busy))
	}
	return in.Err()
}

func load(stem string, points int) (*job, error) {
	j := &job{mesh: &geom.Mesh{}, from: &geom.Cloud{}, target: &geom.Cloud{}, points: points}
	for _, part := range []struct {
		suffix string
		into   func(data []byte) error
	}{
		{".vertices", func(b []byte) (err error) { j.mesh.Vertices, err = vectors(b); return }},
		{".faces", func(b []byte) error {
			j.mesh.Faces = make([][3]int32, len(b)/12)
			return binary.Read(bytes.NewReader(b), binary.LittleEndian, j.mesh.Faces)
		}},
		{fmt.Sprintf(".%d.from", points), func(b []byte) (err error) { j.from.Points, err = vectors(b); return }},
		{fmt.Sprintf(".%d.to", points), func(b []byte) (err error) { j.target.Points, err = vectors(b); return }},
	} {
		data, err := os.ReadFile(stem + part.suffix)
		if err != nil {
			return nil, err
		}
		if err := part.into(data); err != nil {
			return nil, fmt.Errorf("%s%s: %w", stem, part.suffix, err)
		}
	}
	return j, nil
}

func vectors(b []byte) ([]geom.Vec3, error) {
	out := make([]geom.Vec3, len(b)/12)
	return out, binary.Read(bytes.NewReader(b), binary.LittleEndian, out)
}

// processor is the time that this process has kept processors busy.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
