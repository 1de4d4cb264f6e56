// Command pod holds what `blemish pod` promises against defects that are carved into the mesh and scanned anew, for
// measure/pod/check.sh. For each mesh it samples sound scans, has the tool learn a model and measure a90/95 by carving into those
// scans, then makes defects of just that size in the mesh, scans them and has the same model judge them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"blemish/capability"
	"blemish/defect"
	"blemish/defect/inscan"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/metric/pod"
	"blemish/seed"
	"blemish/task"
	"blemish/weights"
)

// Shares of the part's diagonal, and how much is tried.
const (
	points = 4000
	noise  = 0.0005
	deep   = 0.02
	least  = 0.03
	most   = 0.2
	sound  = 4
	places = 6
	levels = 5
	tried  = 10 // defects in the mesh at the promised size, of each kind
)

var kinds = []defect.Kind{defect.Bulge, defect.Concavity, defect.Hole}

func main() {
	tool := flag.String("tool", "blemish", "the program")
	work := flag.String("work", "", "folder for scans, models and results; must exist")
	workers := flag.Int("workers", 0, "cores; 0: all")
	flag.Parse()
	fmt.Println("| mesh | kind | pod: found | a50 | a90 | a90/95 | carved into the mesh, of size | found | 95 % interval |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, path := range flag.Args() {
		if err := check(context.Background(), *tool, *work, path, task.Workers(*workers)); err != nil {
			fmt.Fprintln(os.Stderr, "pod:", path+":", err)
			os.Exit(1)
		}
	}
}

func check(ctx context.Context, tool, work, path string, workers task.Workers) error {
	m, _, err := format.ReadMesh(path)
	if err != nil {
		return err
	}
	target, err := defect.NewTarget(ctx, m)
	if err != nil {
		return err
	}
	size := geom.BoxOf(m.Vertices).Diagonal()
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	stream := func(what ...any) *seed.Rand { return seed.Stream(1, append([]any{"measure-pod", name}, what...)...) }
	dir := filepath.Join(work, name)
	good := filepath.Join(dir, "good")
	if err := os.MkdirAll(good, 0o755); err != nil {
		return err
	}
	for i := range sound {
		r := stream("sound", i)
		scan := noisy(target.Sample(points, r), size, r)
		scan.Scalars = nil
		if err := format.WriteCloud(filepath.Join(good, fmt.Sprintf("%d.ply", i)), scan, format.WriteOptions{}); err != nil {
			return err
		}
	}
	model, out := filepath.Join(dir, "part.model"), filepath.Join(dir, "out")
	run := func(args ...string) error {
		c := exec.CommandContext(ctx, tool, append(args, "--quiet", "--workers", fmt.Sprint(workers))...)
		c.Stderr = os.Stderr
		return c.Run()
	}
	if err := run("train", "--sound", good, "--set", "pose=fixed", "--set", "sites=2000", "--set", "reference_points=4000", "-o", model); err != nil {
		return err
	}
	length := func(share float64) string { return fmt.Sprintf("%.6g", share*size) }
	err = run("pod", "--model", model, "--sound", good, "--sizes", length(least)+","+length(most), "--depths", length(deep),
		"--places", fmt.Sprint(places), "--levels", fmt.Sprint(levels), "-o", out)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(out, "pod.json"))
	if err != nil {
		return err
	}
	var report capability.Report
	if err := json.Unmarshal(text, &report); err != nil {
		return err
	}
	state, err := weights.Read(model)
	if err != nil {
		return err
	}
	opened, err := all.Open(ctx, state, detect.OpenOptions{Workers: 1})
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		i := slices.IndexFunc(report.Curves, func(c capability.Curve) bool { return c.Kind == inscan.Kind(kind) })
		c := &report.Curves[i]
		row := fmt.Sprintf("| %s | %s | %d of %d |", name, kind, c.Hits, c.Trials)
		if c.Fit == nil {
			why, _, _ := strings.Cut(c.Refusal, ":")
			fmt.Println(row, "– | – | – | not tried:", why, "| – | – |")
			continue
		}
		row += fmt.Sprintf(" %.3f | %.3f | %.3f |", c.Fit.A50/size, c.Fit.A90/size, c.Fit.A9095/size)
		at, which := c.Fit.A9095, "a90/95"
		if c.Fit.Beyond {
			at, which = c.Fit.A90, "a90"
		}
		if at > c.Fit.Most || at < c.Fit.Least {
			fmt.Println(row, "not tried: beyond what was tried | – | – |")
			continue
		}
		found := make([]bool, tried)
		err := task.Each(ctx, workers, tried, func(i int) error {
			r := stream("defect", string(kind), i)
			carved, center, err := carve(ctx, target, kind, at, deep*size, r)
			if err != nil {
				return err
			}
			scan := noisy(carved.Sample(points, r), size, r)
			label := scan.Scalar("label")
			scan.Scalars = nil
			result, err := opened.Score(ctx, scan)
			if err != nil {
				return err
			}
			found[i] = lies(result, label, center, at/2+2.5*report.Spacing)
			return nil
		})
		if err != nil {
			fmt.Println(row, "not tried:", err, "| – | – |")
			continue
		}
		hits := 0
		for _, f := range found {
			if f {
				hits++
			}
		}
		low, high := pod.ClopperPearson(hits, tried, 0.95)
		fmt.Println(row, fmt.Sprintf("%.3f (%s) | %d of %d | %.0f to %.0f %% |", at/size, which, hits, tried, 100*low, 100*high))
	}
	return nil
}

// noisy is a scan as it comes.
func noisy(scan *geom.Cloud, size float64, r *seed.Rand) *geom.Cloud {
	for i, p := range scan.Points {
		scan.Points[i] = p.D().Add(geom.Vec{X: r.Norm(), Y: r.Norm(), Z: r.Norm()}.Scale(noise * size)).F()
	}
	scan.Normals = nil
	return scan
}

// carve makes a round and smooth defect of a diameter and depth in the mesh, where the mesh has room.
func carve(ctx context.Context, target *defect.Target, kind defect.Kind, diameter, depth float64, r *seed.Rand) (*defect.Carved, geom.Vec, error) {
	var last error
	for range 30 {
		p, err := defect.Draw(target, kind, defect.Hard, r)
		if err != nil {
			return nil, geom.Vec{}, err
		}
		p.Rough = 0
		switch form := p.Form.(type) {
		case defect.BulgePlan:
			form.Radius, form.Aspect, form.Depth = diameter/2, 1, depth
			p.Form = form
		case defect.ConcavityPlan:
			form.Radius, form.Aspect, form.Depth = diameter/2, 1, depth
			p.Form = form
		case defect.HolePlan:
			form.Radius, form.Aspect = diameter/2, 1
			p.Form = form
		}
		c, err := defect.Apply(ctx, target, p)
		if err == nil {
			return c, geom.Vec{X: p.Center[0], Y: p.Center[1], Z: p.Center[2]}, nil
		}
		if ctx.Err() != nil {
			return nil, geom.Vec{}, ctx.Err()
		}
		last = err
	}
	return nil, geom.Vec{}, errors.Join(errors.New("no place of 30 has room"), last)
}

// lies reports whether a scan is called defective with a region on the defect, by the rule of pod.
func lies(result *detect.Result, label []float32, center geom.Vec, within float64) bool {
	if result.Verdict != detect.Defective {
		return false
	}
	return slices.ContainsFunc(result.Regions, func(r detect.Region) bool {
		if r.Peak <= float64(result.Threshold) {
			return false
		}
		return r.Center.Sub(center).Norm() <= within || slices.ContainsFunc(r.Index, func(i int32) bool { return label[i] > 0 })
	})
}
