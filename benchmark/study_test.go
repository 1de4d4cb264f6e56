package benchmark

import (
	"context"
	"io"
	"math"
	"testing"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/report"
)

// sized is a detector whose score is given by the number of a scan's anomalous points.
type sized struct{ score func(anomalous int) float32 }

func (sized) Name() string { return "sized" }
func (sized) Config() any  { return struct{}{} }
func (s sized) Fit(context.Context, []*geom.Cloud, detect.FitOptions) (detect.Model, error) {
	return s, nil
}
func (sized) Save(io.Writer) error { return nil }
func (s sized) Score(_ context.Context, scan *geom.Cloud) (*detect.Result, error) {
	n := int(math.Round(anomalous(scan) * float64(scan.Len())))
	return &detect.Result{Point: make([]float32, scan.Len()), Object: s.score(n)}, nil
}

// TestStudyBySize benchmarks detectors that see small, middle or large defects alone.
func TestStudyBySize(t *testing.T) {
	dir := t.TempDir()
	_, err := dataset.Build(context.Background(), dir+"/data", dataset.Options{
		Classes: []string{"cup0"}, Train: 1, Sound: 4, PerKind: 3, MinPoints: 1000, MaxPoints: 1000, Seed: 1, Pose: "fixed",
	}.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	set, err := dataset.Open(dir+"/data", "auto")
	if err != nil {
		t.Fatal(err)
	}
	var counts []float64
	for _, it := range set.Classes[0].Test {
		if it.Defective {
			cloud, _, err := set.Load(it)
			if err != nil {
				t.Fatal(err)
			}
			counts = append(counts, anomalous(cloud))
		}
	}
	share := map[string]float64{}
	for i, c := range counts {
		share[string(rune('a'+i))] = c
	}
	limits := thirds(share)
	sees := func(g int) detect.Detector {
		return sized{func(n int) float32 {
			if n > 0 && group(float64(n)/1000, limits) == g {
				return 1
			}
			return 0
		}}
	}
	_, rows, err := RunStudy(context.Background(), set, []Setting{{"small", sees(0)}, {"middle", sees(1)}, {"large", sees(2)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if row.Name != []string{"small", "middle", "large"}[i] {
			t.Errorf("row %d is called %s", i, row.Name)
		}
		for g, v := range row.OBySize {
			want := 0.5
			if g == i {
				want = 1
			}
			if math.Abs(float64(v)-want) > 1e-9 {
				t.Errorf("%s: AUROC of group %s is %v, want %v", row.Name, Sizes[g], v, want)
			}
		}
	}
}

func TestThirdsAreOfEqualSize(t *testing.T) {
	share := map[string]float64{"sound": 0}
	for i := range 9 {
		share[string(rune('a'+i))] = float64(1+i) / 100
	}
	limits := thirds(share)
	var n [3]int
	for _, s := range share {
		if s > 0 {
			n[group(s, limits)]++
		}
	}
	if n != [3]int{3, 3, 3} {
		t.Errorf("groups of %v", n)
	}
	for _, v := range bySize([]report.BenchmarkClass{{Scans: []report.BenchmarkScan{{File: "sound", Score: 1}}}}, share, limits) {
		if v.Known() {
			t.Errorf("a class without defects has AUROC %v", v)
		}
	}
}
