// Command camera judges depth-camera scans of machined parts by their CAD models and
// a tolerance, and compares the poses found with those that come with the scans.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"blemish/detect"
	"blemish/detect/deviation"
	"blemish/distance"
	"blemish/format"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

func main() {
	data := flag.String("data", "", "the folder datasets of the published scans")
	only := flag.String("only", "", "only scans whose name has this as a part")
	tolerance := flag.Float64("tolerance", 0.003, "in metres, as the scans are")
	flag.Parse()
	if err := run(context.Background(), *data, *only, *tolerance); err != nil {
		fmt.Fprintln(os.Stderr, "camera:", err)
		os.Exit(1)
	}
}

// truth is what is published beside a scan: poses of the CAD model, centred and in
// metres, in the scan. A part that looks the same from several sides has several.
type truth struct {
	Name           string          `json:"name"`
	Transformation [][4][4]float64 `json:"transformation"`
	Scale          float64         `json:"scale"`
}

func run(ctx context.Context, data, only string, tolerance float64) error {
	files, err := filepath.Glob(filepath.Join(data, "ground_truth", "filtered", "*.json"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s: no poses in ground_truth/filtered (%v)", data, err)
	}
	slices.Sort(files)
	models := map[string]*part{}
	var right, sound, unsure, all int
	fmt.Print("| scan | pose off by | of the diagonal | median distance, found / published | verdict | score | seconds | reason |\n|---|---|---|---|---|---|---|---|\n")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if only != "" && !strings.Contains(name, only) {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var t truth
		if err := json.Unmarshal(raw, &t); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		key := name[:strings.LastIndex(name, "_")]
		if models[key] == nil {
			if models[key], err = learn(ctx, filepath.Join(data, "CAD", key+".stl"), t.Scale, tolerance); err != nil {
				return err
			}
		}
		scan, _, err := format.ReadCloud(filepath.Join(data, "point_clouds", "filtered", name+"_Source.ply"))
		if err != nil {
			return err
		}
		m := models[key]
		start := time.Now()
		r, err := m.model.Score(ctx, scan)
		if err != nil {
			return err
		}
		seconds := time.Since(start).Seconds()
		off, best := m.off(r.Pose.Inverse(), t)
		found, err := m.median(ctx, scan, r.Pose)
		if err != nil {
			return err
		}
		published, err := m.median(ctx, scan, best.Inverse())
		if err != nil {
			return err
		}
		ok := off < 0.05*m.diagonal
		if ok {
			right++
		}
		if r.Verdict == detect.Sound {
			sound++
		}
		if r.Verdict == detect.Unsure {
			unsure++
		}
		all++
		region := ""
		if len(r.Regions) > 0 {
			region = fmt.Sprintf(" [%s %.4g]", r.Regions[0].Kind, r.Regions[0].Depth)
		}
		fmt.Printf("| %s | %.1f mm | %.1f %% | %.2f / %.2f mm | %v | %.2f of %.2f | %.1f | %s%s |\n", name, 1e3*off, 100*off/m.diagonal, 1e3*found, 1e3*published, r.Verdict, r.Object, r.Threshold, seconds, r.Reason, region)
	}
	fmt.Printf("\nOf %d scans %d poses within 5 %% of the diagonal, %d sound, %d unsure.\n", all, right, sound, unsure)
	return nil
}

// part is a CAD model in metres, centred as the published poses want it.
type part struct {
	model    detect.Model
	samples  []geom.Vec3
	surface  *distance.Target
	diagonal float64
}

func learn(ctx context.Context, path string, scale, tolerance float64) (*part, error) {
	m, _, err := format.ReadMesh(path)
	if err != nil {
		return nil, err
	}
	// The published poses are those of a sampled model whose points were divided by
	// the scale and moved to have their mean at 0.
	points, _ := mesh.Sample(m, 50_000, seed.Stream(1, "centre"))
	var centre geom.Vec
	for _, p := range points {
		centre = centre.Add(p.D())
	}
	centre = centre.Scale(1 / float64(len(points)))
	for i, v := range m.Vertices {
		m.Vertices[i] = v.D().Sub(centre).Scale(1 / scale).F()
	}
	m.Origin = [3]float64{}
	cfg := deviation.DefaultConfig()
	cfg.ToleranceOver, cfg.ToleranceUnder = tolerance, tolerance
	model, err := deviation.New(cfg).Fit(ctx, nil, detect.FitOptions{Class: filepath.Base(path), Seed: 1, CAD: m})
	if err != nil {
		return nil, err
	}
	samples, _ := mesh.Sample(m, 2_000, seed.Stream(1, "off"))
	surface, err := distance.ToMesh(ctx, 0, m, false)
	return &part{model, samples, surface, m.Box().Diagonal()}, err
}

// off is how far the CAD model's surface is from where it is published to be, on
// average, for the nearest of the published poses, which it also gives.
func (p *part) off(scanFromPart geom.Pose, t truth) (float64, geom.Pose) {
	best, nearest := math.Inf(1), geom.IdentityPose()
	for _, m := range t.Transformation {
		var flat [16]float64
		for i, row := range m {
			copy(flat[4*i:], row[:])
		}
		published := geom.PoseFromMatrix(flat)
		var sum float64
		for _, s := range p.samples {
			sum += scanFromPart.Apply(s).D().Sub(published.Apply(s).D()).Norm()
		}
		if mean := sum / float64(len(p.samples)); mean < best {
			best, nearest = mean, published
		}
	}
	return best, nearest
}

// median is the median distance of the scan's points to the model's surface.
func (p *part) median(ctx context.Context, scan *geom.Cloud, partFromScan geom.Pose) (float64, error) {
	moved := &geom.Cloud{Points: partFromScan.ApplyAll(scan.Points)}
	f, err := p.surface.Measure(ctx, 0, moved, distance.Options{})
	if err != nil {
		return 0, err
	}
	slices.Sort(f.Distance)
	return float64(f.Distance[len(f.Distance)/2]), nil
}
