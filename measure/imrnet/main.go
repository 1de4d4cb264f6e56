// Command imrnet prints the tables of docs/measurements/quality.md from what measure/imrnet/run.sh kept:
// RESULTS/SET/MODE/SEED/CLASS.json, each the document of a benchmark of one class.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blemish/report"
)

// Sets and modes in the order of the tables.
var (
	sets  = []string{"meshes", "carved-elsewhere", "carved-elsewhere-hard"}
	modes = []string{"imrnet", "deviation", "literal-small", "literal"}
)

// run is one mode on one set with one seed.
type run struct {
	seed string
	report.BenchmarkDetector
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: imrnet RESULTS")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "imrnet:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	runs := map[string]map[string][]run{}
	for _, set := range sets {
		runs[set] = map[string][]run{}
		for _, mode := range modes {
			found, err := read(filepath.Join(dir, set, mode))
			if err != nil {
				return err
			}
			if len(found) > 0 {
				runs[set][mode] = found
			}
		}
	}
	summary(runs)
	for _, set := range sets {
		if len(runs[set]) > 0 {
			byKind(set, runs[set])
			byClass(set, runs[set])
		}
	}
	return nil
}

// read reads all seeds of a mode on a set; none where the folder is missing.
func read(dir string) ([]run, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []run
	for _, name := range files {
		doc, err := report.ReadBenchmarkFile(name)
		if err != nil {
			return nil, err
		}
		if len(doc.Detectors) != 1 || len(doc.Detectors[0].Classes) != 1 {
			return nil, fmt.Errorf("%s: want one detector and one class", name)
		}
		seed := filepath.Base(filepath.Dir(name))
		if len(out) == 0 || out[len(out)-1].seed != seed {
			out = append(out, run{seed: seed})
		}
		last := &out[len(out)-1]
		last.Classes = append(last.Classes, doc.Detectors[0].Classes[0])
		last.Mean = report.MeanMetrics(last.Classes)
	}
	return out, nil
}

func summary(runs map[string]map[string][]run) {
	fmt.Println("| set | mode | classes | seeds | O-AUROC | O-AP | P-AUROC | P-AP | AUPRO | learn a class, s | score a scan, s |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|")
	for _, set := range sets {
		for _, mode := range modes {
			r := runs[set][mode]
			if len(r) == 0 {
				continue
			}
			of := func(pick func(report.Metrics) report.Number) string {
				return over(r, func(one run) report.Number { return pick(one.Mean) })
			}
			fit, score := seconds(r)
			fmt.Println("|", strings.Join([]string{set, "`" + mode + "`", counts(r), fmt.Sprint(len(r)),
				of(func(m report.Metrics) report.Number { return m.OAUROC }), of(func(m report.Metrics) report.Number { return m.OAP }),
				of(func(m report.Metrics) report.Number { return m.PAUROC }), of(func(m report.Metrics) report.Number { return m.PAP }),
				of(func(m report.Metrics) report.Number { return m.AUPRO }), fmt.Sprintf("%.1f", fit), fmt.Sprintf("%.2f", score)}, " | "), "|")
		}
	}
}

// counts is the number of classes of each seed, once where all have the same.
func counts(runs []run) string {
	var n []string
	for _, r := range runs {
		n = append(n, fmt.Sprint(len(r.Classes)))
	}
	return strings.Join(slices.Compact(n), ", ")
}

// seconds are the mean wall times of learning a class and of scoring a scan.
func seconds(runs []run) (fit, score float64) {
	classes, scans := 0, 0
	for _, r := range runs {
		for _, c := range r.Classes {
			fit, score = fit+float64(c.FitS), score+float64(c.ScoreS)
			classes, scans = classes+1, scans+c.Test
		}
	}
	return fit / float64(classes), score / float64(scans)
}

func byKind(set string, runs map[string][]run) {
	kinds := map[string]bool{}
	each(runs, func(r []run) {
		for _, one := range r {
			for _, c := range one.Classes {
				for k := range c.Kinds {
					kinds[k] = true
				}
			}
		}
	})
	heading(set+", by kind of defect", "kind", runs)
	for _, kind := range sorted(kinds) {
		row(kind, runs, func(one run) (report.Number, report.Number) {
			k := one.KindMean(kind)
			return k.OAUROC, k.PAUROC
		})
	}
}

func byClass(set string, runs map[string][]run) {
	classes := map[string]bool{}
	each(runs, func(r []run) {
		for _, one := range r {
			for _, c := range one.Classes {
				classes[c.Class] = true
			}
		}
	})
	heading(set+", by class", "class", runs)
	for _, class := range sorted(classes) {
		row(class, runs, func(one run) (report.Number, report.Number) {
			if c := one.Class(class); c != nil {
				return c.OAUROC, c.PAUROC
			}
			return report.None(), report.None()
		})
	}
}

func heading(title, first string, runs map[string][]run) {
	fmt.Printf("\n### %s\n\n| %s |", title, first)
	line := "|---|"
	for _, mode := range modes {
		if len(runs[mode]) > 0 {
			fmt.Printf(" `%s` O | P |", mode)
			line += "---|---|"
		}
	}
	fmt.Printf("\n%s\n", line)
}

func row(name string, runs map[string][]run, pick func(run) (o, p report.Number)) {
	fmt.Printf("| %s |", name)
	each(runs, func(r []run) {
		fmt.Printf(" %s | %s |",
			over(r, func(one run) report.Number { o, _ := pick(one); return o }),
			over(r, func(one run) report.Number { _, p := pick(one); return p }))
	})
	fmt.Println()
}

func each(runs map[string][]run, do func([]run)) {
	for _, mode := range modes {
		if len(runs[mode]) > 0 {
			do(runs[mode])
		}
	}
}

// over is mean ± standard deviation over the seeds.
func over(runs []run, pick func(run) report.Number) string {
	var values []float64
	for _, r := range runs {
		if v := pick(r); v.Known() {
			values = append(values, float64(v))
		}
	}
	mean, spread := moments(values)
	switch len(values) {
	case 0:
		return "–"
	case 1:
		return fmt.Sprintf("%.3f", mean)
	}
	return fmt.Sprintf("%.3f ± %.3f", mean, spread)
}
