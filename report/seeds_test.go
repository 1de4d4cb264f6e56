package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// seedRuns are three runs of two detectors: 0.8, 0.9 and 1.0, and 0.9 each time; in the last
// run the second detector failed on a class.
func seedRuns() []*Benchmark {
	var runs []*Benchmark
	for i, v := range []Number{0.8, 0.9, 1} {
		class := func(name string, v Number) BenchmarkClass {
			return BenchmarkClass{Class: name, Metrics: Metrics{v, v, v, v, None(), v, v}}
		}
		b := &Benchmark{Data: "set", Seed: uint64(i + 1), Detectors: []BenchmarkDetector{
			{Name: "one", Classes: []BenchmarkClass{class("bowl0", v), class("part", 0.5)}},
			{Name: "two", Classes: []BenchmarkClass{class("bowl0", 0.9), class("part", v)}},
		}}
		if i == 2 {
			b.Detectors[1].Classes = b.Detectors[1].Classes[:1]
		}
		for j := range b.Detectors {
			b.Detectors[j].Mean = MeanMetrics(b.Detectors[j].Classes)
		}
		runs = append(runs, b)
	}
	return runs
}

func TestSeedsAreMeansAndDeviations(t *testing.T) {
	s := NewSeeds(seedRuns())
	near := func(what string, got Spread, mean, sd float64, n int) {
		t.Helper()
		if !(math.Abs(float64(got.Mean)-mean) < 1e-12 && math.Abs(float64(got.SD)-sd) < 1e-12) || got.N != n {
			t.Errorf("%s: %+v, want %v ± %v over %d", what, got, mean, sd, n)
		}
	}
	near("one on bowl0", s.Detectors[0].Classes[0].OAUROC, 0.9, 0.1, 3)
	near("one's mean", s.Detectors[0].Mean.OAUROC, 0.7, 0.05, 3)
	near("two on bowl0", s.Detectors[1].Classes[0].AUPRO, 0.9, 0, 3)
	near("two on part, which failed once", s.Detectors[1].Classes[1].PF1Max, 0.85, math.Sqrt(0.005), 2)
	if p := s.Detectors[0].Mean.PAP; p.Mean.Known() || p.N != 0 {
		t.Errorf("a metric that never was: %+v", p)
	}
	if one := NewSeeds(seedRuns()[:1]).Detectors[0].Mean.OAUROC; one.SD.Known() || one.text() != "0.650" {
		t.Errorf("one seed: %+v", one)
	}
}

func TestSeedsFiles(t *testing.T) {
	dir := t.TempDir()
	s := NewSeeds(seedRuns())
	if err := s.WriteFiles(dir); err != nil {
		t.Fatal(err)
	}
	written := files(t, dir)
	md := string(written["tables.md"])
	// 0.9 ± 0.1 and 0.9 ± 0 are equally good.
	for _, want := range []string{"| one | **0.900 ± 0.100** | 0.500 ± 0.000 |", "| two | **0.900 ± 0.000** | **0.850 ± 0.071** |", "over 3 seeds", "IMRNet (published)"} {
		if !strings.Contains(md, want) {
			t.Errorf("tables.md lacks %q:\n%s", want, md)
		}
	}
	if !strings.Contains(string(written["tables.tex"]), `\textbf{0.900 $\pm$ 0.100}`) {
		t.Errorf("tables.tex:\n%s", written["tables.tex"])
	}
	var back Seeds
	if err := json.Unmarshal(written["seeds.json"], &back); err != nil || len(back.Seeds) != 3 || back.Detectors[1].Classes[1].OAUROC.N != 2 {
		t.Errorf("seeds.json reads as %+v, %v", back, err)
	}
	var out bytes.Buffer
	if err := s.WriteTables(&out); err != nil || !strings.Contains(out.String(), "0.700 ± 0.050") {
		t.Errorf("on the terminal, %v:\n%s", err, &out)
	}
}
