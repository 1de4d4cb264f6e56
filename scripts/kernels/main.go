// Kernels times the geometry kernels for scripts/measure-kernels.sh. It reads jobs
// from standard input, one a line: a kernel's name and a file of little-endian
// float32 points. For each it prints the milliseconds that the kernel took, its
// tree included.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"time"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

const workers = 2

// kernels are the jobs. normals are those of the cloud, for FPFH.
var kernels = map[string]func(points, normals []geom.Vec3, voxel float64) error{
	"tree": func(points, _ []geom.Vec3, _ float64) error {
		_, err := spatial.BuildTree(ctx, workers, points)
		return err
	},
	"knn": func(points, _ []geom.Vec3, _ float64) error {
		t, err := spatial.BuildTree(ctx, workers, points)
		if err != nil {
			return err
		}
		_, _, err = t.KNNSelf(ctx, workers, 64)
		return err
	},
	"normals": func(points, _ []geom.Vec3, _ float64) error {
		t, err := spatial.BuildTree(ctx, workers, points)
		if err != nil {
			return err
		}
		_, _, err = feature.Normals(ctx, workers, t, 30)
		return err
	},
	"fpfh": func(points, normals []geom.Vec3, _ float64) error {
		t, err := spatial.BuildTree(ctx, workers, points)
		if err != nil {
			return err
		}
		_, err = feature.FPFH(ctx, workers, t, normals, 100)
		return err
	},
	"fps": func(points, _ []geom.Vec3, _ float64) error {
		_, err := spatial.FarthestPoints(ctx, workers, points, 2048, 0)
		return err
	},
	"voxel": func(points, _ []geom.Vec3, voxel float64) error {
		spatial.VoxelDownsample(points, voxel)
		return nil
	},
}

var ctx = context.Background()

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "kernels:", err)
		os.Exit(1)
	}
}

func serve() error {
	in := bufio.NewScanner(os.Stdin)
	var loaded string
	var points, normals []geom.Vec3
	for in.Scan() {
		var name, file string
		var voxel float64
		if _, err := fmt.Sscan(in.Text(), &name, &file, &voxel); err != nil {
			return fmt.Errorf("line %q: %w", in.Text(), err)
		}
		kernel, ok := kernels[name]
		if !ok {
			return fmt.Errorf("there is no kernel %q", name)
		}
		if file != loaded {
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			points = make([]geom.Vec3, len(data)/12)
			if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, points); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if normals, _, err = feature.Normals(ctx, workers, spatial.NewTree(points), 30); err != nil {
				return err
			}
			loaded = file
		}
		start := time.Now()
		if err := kernel(points, normals, voxel); err != nil {
			return err
		}
		fmt.Printf("%.4f\n", float64(time.Since(start).Nanoseconds())/1e6)
	}
	return in.Err()
}
