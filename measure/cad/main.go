// Command cad judges scans by CAD models alone, on the folder of checking data, and
// writes the tables of docs/measurements/real.md, section "CAD".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blemish/dataset"
	"blemish/defect"
	"blemish/detect"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/metric"
)

func main() {
	data := flag.String("data", "../shared", "the folder with reports/, clouds/ and meshes/")
	only := flag.String("only", "", "reports, bunny or mech: only that table")
	meshes := flag.String("meshes", "", "only meshes whose file name has this as a part")
	flag.Parse()
	ctx := context.Background()
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"reports", func() error { return reports(ctx, *data) }},
		{"bunny", func() error { return bunny(ctx, *data) }},
		{"mech", func() error { return mech(ctx, *data, *meshes) }},
	} {
		if *only != "" && *only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			fmt.Fprintln(os.Stderr, "cad:", err)
			os.Exit(1)
		}
	}
}

// learn makes the model of a mesh file and a tolerance, with sound scans or none.
func learn(ctx context.Context, path string, tolerance float64, sound ...*geom.Cloud) (detect.Model, error) {
	m, _, err := format.ReadMesh(path)
	if err != nil {
		return nil, err
	}
	if tolerance < 0 { // a share of the diagonal
		tolerance *= -m.Box().Diagonal()
	}
	cfg := deviation.DefaultConfig()
	cfg.ToleranceOver, cfg.ToleranceUnder = tolerance, tolerance
	return deviation.New(cfg).Fit(ctx, sound, detect.FitOptions{Class: filepath.Base(path), Seed: 1, CAD: m})
}

func judge(ctx context.Context, model detect.Model, path string) (*detect.Result, error) {
	scan, _, err := format.ReadCloud(path)
	if err != nil {
		return nil, err
	}
	return model.Score(ctx, scan)
}

func reports(ctx context.Context, data string) error {
	dir := filepath.Join(data, "reports")
	fmt.Print("| CAD model, tolerance 0.2 | scan | verdict | score |\n|---|---|---|---|\n")
	for _, c := range [][]string{{"cad_part.stl", "cad_part_scan.ply", "dent_2mm.ply", "partial_nounderside.ply", "stray_5.ply", "zeros_third.ply"}, {"cad_step.stl", "cad_step_scan.ply"}} {
		model, err := learn(ctx, filepath.Join(dir, c[0]), 0.2)
		if err != nil {
			return err
		}
		for _, scan := range c[1:] {
			r, err := judge(ctx, model, filepath.Join(dir, scan))
			if err != nil {
				return err
			}
			fmt.Printf("| %s | %s | %v | %.2f |\n", c[0], scan, r.Verdict, r.Object)
		}
	}
	fmt.Println()
	return nil
}

func bunny(ctx context.Context, data string) error {
	real := filepath.Join(data, "clouds", "real")
	model, err := learn(ctx, filepath.Join(real, "bunny", "bun_zipper.stl"), 0.001)
	if err != nil {
		return err
	}
	scans, err := filepath.Glob(filepath.Join(real, "bunny", "*.pcd"))
	if err != nil {
		return err
	}
	sound, worst := 0, float32(0)
	for _, path := range scans {
		r, err := judge(ctx, model, path)
		if err != nil {
			return err
		}
		if r.Verdict == detect.Sound {
			sound++
		}
		worst = max(worst, r.Object)
	}
	fmt.Printf("Range scans of the bunny against its mesh, tolerance 1 mm: %d of %d sound, the largest score %.2f.\n\n", sound, len(scans), worst)
	set, err := dataset.Open(filepath.Join(real, "one-sided"), "auto")
	if err != nil {
		return err
	}
	fmt.Print("| scan | verdict | score | P-AUROC |\n|---|---|---|---|\n")
	t, err := judgeAll(ctx, set, &set.Classes[0], model, true)
	if err != nil {
		return err
	}
	fmt.Printf("\nAll points together: P-AUROC %.3f.\n\n", metric.AUROC(t.point, t.bad))
	return nil
}

// tally is what came of the scans of a class.
type tally struct {
	sound, soundAll int
	found, all      map[string]int // by kind
	unsure          int
	point           []float32
	bad             []bool
	object          []float32
	defective       []bool
}

func judgeAll(ctx context.Context, set *dataset.Set, class *dataset.Class, model detect.Model, rows bool) (*tally, error) {
	t := &tally{found: map[string]int{}, all: map[string]int{}}
	for _, it := range class.Test {
		cloud, _, err := set.Load(it)
		if err != nil {
			return nil, err
		}
		r, err := model.Score(ctx, cloud)
		if err != nil {
			return nil, err
		}
		bad := make([]bool, cloud.Len())
		for i, l := range cloud.Scalar("label") {
			bad[i] = l > 0.5
		}
		if rows {
			fmt.Printf("| %s | %v | %.2f | %s |\n", filepath.Base(it.File), r.Verdict, r.Object, share(metric.AUROC(r.Point, bad)))
		} else if (r.Verdict == detect.Defective) != it.Defective {
			fmt.Fprintf(os.Stderr, "%s: %v, score %.2f, overlap %.2f, noise %.3g, withheld %.3g, %s %s\n", it.File, r.Verdict, r.Object, r.Fit.Overlap, r.Seen.Noise, r.Seen.Withheld, r.Reason, regionText(r))
		}
		t.point, t.bad = append(t.point, r.Point...), append(t.bad, bad...)
		t.object, t.defective = append(t.object, r.Object), append(t.defective, it.Defective)
		switch {
		case !it.Defective:
			t.soundAll++
			if r.Verdict == detect.Sound {
				t.sound++
			}
		default:
			t.all[it.Kind]++
			if r.Verdict == detect.Defective {
				t.found[it.Kind]++
			}
		}
		if r.Verdict == detect.Unsure {
			t.unsure++
		}
	}
	return t, nil
}

func regionText(r *detect.Result) string {
	var b strings.Builder
	for _, g := range r.Regions[:min(2, len(r.Regions))] {
		fmt.Fprintf(&b, "[%s %d points, depth %.3g, peak %.2f]", g.Kind, g.Points, g.Depth, g.Peak)
	}
	return b.String()
}

func share(v float64) string {
	if v != v {
		return "–"
	}
	return fmt.Sprintf("%.3f", v)
}

// mostMeshes is how many meshes are sampled.
const mostMeshes = 20

var kinds = []defect.Kind{defect.Bulge, defect.Concavity, defect.Hole, defect.Broken, defect.Bending, defect.Crack, defect.Scratch}

// inFile is how files of the layout spell a kind.
func inFile(k defect.Kind) string {
	if k == defect.Crack {
		return "crak"
	}
	return string(k)
}

func mech(ctx context.Context, data, only string) error {
	files, err := filepath.Glob(filepath.Join(data, "meshes", "mech", "*.*"))
	if err != nil {
		return err
	}
	for _, c := range []struct {
		noise  float64
		beside int // sound scans
	}{{0, 0}, {0.001, 0}, {0, 4}, {0.001, 4}} {
		fmt.Printf("Noise %.1f %% of the diagonal, tolerance 0.3 %%, %s:\n\n| mesh | sound | defective found | O-AUROC | P-AUROC |\n|---|---|---|---|---|\n", 100*c.noise, beside(c.beside))
		var sum tally
		sum.found, sum.all = map[string]int{}, map[string]int{}
		used := 0
		for _, path := range files {
			if used == mostMeshes {
				break
			}
			if !strings.Contains(filepath.Base(path), only) {
				continue
			}
			t, err := meshTally(ctx, path, c.noise, c.beside)
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(path), err)
				continue
			}
			used++
			found, all := 0, 0
			for _, k := range kinds {
				name := inFile(k)
				found, all = found+t.found[name], all+t.all[name]
				sum.found[name] += t.found[name]
				sum.all[name] += t.all[name]
			}
			sum.sound, sum.soundAll, sum.unsure = sum.sound+t.sound, sum.soundAll+t.soundAll, sum.unsure+t.unsure
			fmt.Printf("| %s | %d of %d | %d of %d | %s | %s |\n", filepath.Base(path), t.sound, t.soundAll, found, all, share(metric.AUROC(t.object, t.defective)), share(metric.AUROC(t.point, t.bad)))
		}
		fmt.Printf("\n%d of %d sound, %d unsure. Found:", sum.sound, sum.soundAll, sum.unsure)
		for _, k := range kinds {
			fmt.Printf(" %s %d of %d;", k, sum.found[inFile(k)], sum.all[inFile(k)])
		}
		fmt.Print("\n\n")
	}
	return nil
}

func beside(scans int) string {
	if scans == 0 {
		return "no sound scan"
	}
	return fmt.Sprintf("%d sound scans beside", scans)
}

// meshTally carves and scans a mesh and judges the scans by it, and by so many sound scans beside.
func meshTally(ctx context.Context, path string, noise float64, scans int) (*tally, error) {
	dir, err := os.MkdirTemp("", "measure-cad")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "set")
	opt := dataset.Options{Meshes: []string{path}, Train: max(1, scans), Sound: 2, PerKind: 1, Kinds: kinds, Noise: noise, Seed: 1}
	if _, err := dataset.Build(ctx, out, opt); err != nil {
		return nil, err
	}
	set, err := dataset.Open(out, "auto")
	if err != nil {
		return nil, err
	}
	var sound []*geom.Cloud
	for _, it := range set.Classes[0].Train[:scans] {
		c, _, err := set.Load(it)
		if err != nil {
			return nil, err
		}
		sound = append(sound, c)
	}
	model, err := learn(ctx, path, -0.003, sound...)
	if err != nil {
		return nil, err
	}
	return judgeAll(ctx, set, &set.Classes[0], model, false)
}
