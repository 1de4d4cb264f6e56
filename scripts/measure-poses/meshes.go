package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blemish/format"
	"blemish/geom"
	"blemish/mesh"
	"blemish/register"
	"blemish/seed"
	"blemish/spatial"
)

// Scans made from meshes: whole, noisy, with a chunk missing, and from one side.

// scanKinds are the ways to make a scan of sampled points.
var scanKinds = []string{"clean", "noisy", "chunk", "partial"}

// meshes aligns scans of every mesh but the deliberately broken ones.
func (m *measurement) meshes(data string) error {
	files, err := filepath.Glob(filepath.Join(data, "meshes", "*", "*"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s: no meshes there (%v)", data, err)
	}
	slices.Sort(files)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		if strings.HasPrefix(name, "nasty/") || !strings.Contains(name, m.only) {
			continue
		}
		solid, _, err := format.ReadMesh(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		if err := m.mesh(name, solid); err != nil {
			return err
		}
	}
	return nil
}

func (m *measurement) mesh(name string, solid *geom.Mesh) error {
	var union []geom.Vec3
	for i := 0; i < 2; i++ {
		p, _ := mesh.Sample(solid, 10000, seed.Stream(m.opt.Seed, "reference", name, i))
		union = append(union, p...)
	}
	if len(union) == 0 {
		return nil
	}
	ref, err := register.NewReference(m.ctx, union, m.opt)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	tree := spatial.NewTree(union)
	dense, _ := mesh.Sample(solid, 60000, seed.Stream(m.opt.Seed, "dense", name))
	for _, kind := range scanKinds {
		if !strings.Contains(kind, m.kinds) {
			continue
		}
		for i := 0; i < m.scans; i++ {
			m.run(ref, union, tree, makeScan(solid, dense, kind, name, seed.Stream(m.opt.Seed, "scan", name, kind, i)))
		}
	}
	return nil
}

// makeScan samples a mesh, spoils the points as kind says, and moves them.
func makeScan(solid *geom.Mesh, dense []geom.Vec3, kind, name string, r *seed.Rand) trial {
	points, _ := mesh.Sample(solid, 8000+r.Intn(4000), r)
	diagonal := geom.BoxOf(points).Diagonal()
	switch kind {
	case "noisy":
		for i, p := range points {
			s := 0.003 * diagonal
			points[i] = p.D().Add(geom.Vec{X: s * r.Norm(), Y: s * r.Norm(), Z: s * r.Norm()}).F()
		}
	case "chunk":
		middle := points[r.Intn(len(points))]
		slices.SortStableFunc(points, func(a, b geom.Vec3) int {
			return int(math.Copysign(1, b.Dist2(middle)-a.Dist2(middle)))
		})
		points = points[:len(points)*9/10]
	case "partial":
		x, y, z := r.Direction()
		points = visible(points, dense, geom.Vec{X: x, Y: y, Z: z}, diagonal)
	}
	pose := geom.Pose{R: geom.RotationQuat(r.Quaternion()), T: geom.Vec{X: diagonal * r.Norm(), Y: diagonal * r.Norm(), Z: diagonal * r.Norm()}}
	t := trial{group: kind, name: name, truth: pose.Inverse(), points: pose.ApplyAll(points), partial: kind == "partial"}
	for i := range points {
		t.sound = append(t.sound, int32(i))
	}
	return t
}

// visible keeps the points that a camera far away in direction from sees: those
// not clearly behind the nearest dense point of their pixel.
func visible(points, dense []geom.Vec3, from geom.Vec, diagonal float64) []geom.Vec3 {
	u := from.Perpendicular()
	v := from.Cross(u)
	cell := diagonal / 80
	pixel := func(p geom.Vec3) [2]int {
		d := p.D()
		return [2]int{int(math.Floor(d.Dot(u) / cell)), int(math.Floor(d.Dot(v) / cell))}
	}
	nearest := map[[2]int]float64{}
	for _, p := range dense {
		key, depth := pixel(p), p.D().Dot(from)
		if old, ok := nearest[key]; !ok || depth > old {
			nearest[key] = depth
		}
	}
	var kept []geom.Vec3
	for _, p := range points {
		if best, ok := nearest[pixel(p)]; !ok || p.D().Dot(from) > best-1.5*cell {
			kept = append(kept, p)
		}
	}
	return kept
}
