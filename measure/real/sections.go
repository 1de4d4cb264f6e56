package main

import (
	"fmt"
	"math"
	"path/filepath"

	"blemish/format"
	"blemish/geom"
	"blemish/register"
	"blemish/seed"
)

// units scales real one-sided scans, and looks for false alarms of incomplete scans,
// tables and strays.
func (r *run) units() error {
	scans, err := r.bunny()
	if err != nil {
		return err
	}
	var union []geom.Vec3
	for _, s := range scans {
		union = append(union, s.truth.ApplyAll(s.points)...)
	}
	ref, err := register.NewReference(r.ctx, union, r.opt)
	if err != nil {
		return err
	}
	fmt.Print("\n## Another unit\n\nThe ten range scans, in a unit so many times larger and smaller, beside their union.\n\n| factor | n | told by size | told in all | the factor itself | slowest s |\n|---|---|---|---|---|---|\n")
	for _, f := range []float64{10, 25.4, 39.37007874, 100, 304.8, 1000} {
		sized, told, exact, slowest := 0, 0, 0, 0.0
		for _, s := range scans {
			for _, factor := range []float64{f, 1 / f} {
				other := make([]geom.Vec3, len(s.points))
				for i, p := range s.points {
					other[i] = p.D().Scale(factor).F()
				}
				if _, ok := register.CompareUnits(other, union); ok {
					sized++
				}
				start := processorTime()
				hint, ok, err := ref.CompareUnits(r.ctx, other, r.opt)
				if err != nil {
					return err
				}
				slowest = max(slowest, processorTime()-start)
				if ok {
					told++
				}
				if math.Abs(hint.Factor*factor-1) < 0.01 {
					exact++
				}
			}
		}
		fmt.Printf("| %.4g | %d | %d | %d | %d | %.2f |\n", f, 2*len(scans), sized, told, exact, slowest)
	}
	solids, err := r.solids("*/*")
	if err != nil {
		return err
	}
	n, alarms := 0, 0
	for k := 0; k < len(solids); k += 4 {
		s := solids[k]
		random := seed.Stream(r.opt.Seed, "units", s.name)
		ref, err := register.NewReference(r.ctx, s.whole(20000, random), r.opt)
		if err != nil {
			return err
		}
		for _, make := range []func([]geom.Vec3) []geom.Vec3{
			func(p []geom.Vec3) []geom.Vec3 { return cut(p, direction(random), random.Uniform(0.3, 0.9)) },
			func(p []geom.Vec3) []geom.Vec3 { return s.seen(p, direction(random)) },
			func(p []geom.Vec3) []geom.Vec3 { return append(p, s.table(300, 20000, direction(random), random)...) },
			func(p []geom.Vec3) []geom.Vec3 { return append(p, noisy(p[:100], 1e4, random)...) },
		} {
			_, other, err := ref.CompareUnits(r.ctx, make(s.whole(20000, random)), r.opt)
			if err != nil {
				return err
			}
			n++
			if other {
				alarms++
			}
		}
	}
	fmt.Printf("\nFalse alarms: %d of %d scans of meshes with 10 to 70 %% missing, of one side, with a table of three diagonals, or with 100 strays far away.\n", alarms, n)
	return nil
}

// cut keeps a share of points, those that are lowest in a direction.
func cut(points []geom.Vec3, along geom.Vec, share float64) []geom.Vec3 {
	height := make([]float64, len(points))
	for i, p := range points {
		height[i] = p.D().Dot(along)
	}
	limit := quantile(height, share)
	var kept []geom.Vec3
	for i, p := range points {
		if height[i] <= limit {
			kept = append(kept, p)
		}
	}
	return kept
}

// cad aligns scans of machine parts to their meshes.
func (r *run) cad() error {
	solids, err := r.solids("mech/*")
	if err != nil {
		return err
	}
	fmt.Printf("\n## A CAD model as the reference\n\nScans of 8,000 to 30,000 points with noise of 0 to 0.1, onto the surface of %d meshes of machine parts.\n\n", len(solids))
	kinds := []string{"whole", "one side", "one side, on a table of three diagonals, 100 strays"}
	counts := make([]verdicts, len(kinds))
	for _, s := range solids {
		ref, err := register.NewMeshReference(r.ctx, s.mesh, r.opt)
		if err != nil {
			return err
		}
		for k, kind := range kinds {
			random := seed.Stream(r.opt.Seed, "cad", kind, s.name)
			n, noise := 8000+random.Intn(22001), random.Uniform(0, 0.1)
			part, camera := s.whole(n, random), direction(random)
			up := camera
			if k == 2 {
				up = axisNear(camera)
			}
			if k > 0 {
				part = s.seen(part, camera)
			}
			part = noisy(part, noise, random)
			all := part
			if k == 2 {
				all = append(all[:len(all):len(all)], noisy(s.seen(s.table(300, min(n, 20000), up, random), camera), noise, random)...)
				for range 100 {
					all = append(all, s.mesh.Box().Center().Add(geom.Vec{X: random.Uniform(-150, 150), Y: random.Uniform(-150, 150), Z: random.Uniform(-150, 150)}).F())
				}
			}
			pose := anyPose(random, 100)
			start := processorTime()
			res, err := ref.Align(r.ctx, pose.ApplyAll(all), r.opt)
			if err != nil {
				return err
			}
			counts[k].add(s, s.name, pose.ApplyAll(part), res.TargetFromSource, pose.Inverse(), processorTime()-start)
		}
	}
	fmt.Print(verdictHead)
	for k := range kinds {
		counts[k].line(kinds[k])
	}
	for k := range kinds {
		counts[k].tell()
	}
	return nil
}

// axisNear is the direction along an axis that is nearest to d.
func axisNear(d geom.Vec) geom.Vec {
	switch x, y, z := math.Abs(d.X), math.Abs(d.Y), math.Abs(d.Z); {
	case x >= y && x >= z:
		return geom.Vec{X: math.Copysign(1, d.X)}
	case y >= z:
		return geom.Vec{Y: math.Copysign(1, d.Y)}
	}
	return geom.Vec{Z: math.Copysign(1, d.Z)}
}

// clutter aligns parts amid other things.
func (r *run) clutter() error {
	fmt.Print("\n## Other things in the scan\n\n| scan | reference | overlap | explained | covered | rival | s |\n|---|---|---|---|---|---|---|\n")
	for _, c := range [][2]string{
		{"reports/table_background.ply", "reports/sound/g0.ply"}, {"reports/table_background.ply", "reports/cad_part.stl"},
		{"clouds/real/clutter/milk_scene.pcd", "clouds/real/clutter/milk.pcd"}, {"clouds/real/clutter/milk.pcd", "clouds/real/clutter/milk_scene.pcd"},
		{"clouds/real/clutter/rs1.pcd", "clouds/real/clutter/chef.pcd"}, {"clouds/real/clutter/chef.pcd", "clouds/real/clutter/rs1.pcd"},
	} {
		points, err := r.read(c[0])
		if err != nil {
			return err
		}
		var ref *register.Reference
		if filepath.Ext(c[1]) == ".stl" {
			m, _, err := format.ReadMesh(filepath.Join(r.data, c[1]))
			if err != nil {
				return err
			}
			if ref, err = register.NewMeshReference(r.ctx, m, r.opt); err != nil {
				return err
			}
		} else {
			target, err := r.read(c[1])
			if err != nil {
				return err
			}
			if ref, err = register.NewReference(r.ctx, target, r.opt); err != nil {
				return err
			}
		}
		start := processorTime()
		res, err := ref.Align(r.ctx, points, r.opt)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", filepath.Base(c[0]), filepath.Base(c[1]), res.Overlap, res.Explained, res.Covered, res.Rival, processorTime()-start)
	}
	return nil
}

// others times scans of another part.
func (r *run) others() error {
	solids, err := r.solids("mech/*")
	if err != nil {
		return err
	}
	var own, other, ratio, overlap, explained []float64
	for k, s := range solids {
		ref, err := register.NewReference(r.ctx, s.whole(20000, seed.Stream(r.opt.Seed, "others", s.name)), r.opt)
		if err != nil {
			return err
		}
		var spent [2]float64
		for i := range spent {
			random := seed.Stream(r.opt.Seed, "others", s.name, i)
			of := solids[(k+i)%len(solids)]
			points := anyPose(random, 100).ApplyAll(of.whole(20000, random))
			start := processorTime()
			res, err := ref.Align(r.ctx, points, r.opt)
			if err != nil {
				return err
			}
			spent[i] = processorTime() - start
			if i == 1 {
				overlap, explained = append(overlap, res.Overlap), append(explained, res.Explained)
			}
		}
		own, other, ratio = append(own, spent[0]), append(other, spent[1]), append(ratio, spent[1]/spent[0])
	}
	fmt.Printf("\n## Another part\n\nWhole scans of 20,000 points of %d machine parts, onto their own cloud and onto another's.\n\n", len(solids))
	fmt.Printf("| | median | p95 |\n|---|---|---|\n| its own, s | %.2f | %.2f |\n| another's, s | %.2f | %.2f |\n| ratio | %.1f | %.1f |\n| overlap with another's | %.2f | %.2f |\n| explained by another's | %.2f | %.2f |\n",
		quantile(own, 0.5), quantile(own, 0.95), quantile(other, 0.5), quantile(other, 0.95), quantile(ratio, 0.5), quantile(ratio, 0.95),
		quantile(overlap, 0.5), quantile(overlap, 0.95), quantile(explained, 0.5), quantile(explained, 0.95))
	return nil
}
