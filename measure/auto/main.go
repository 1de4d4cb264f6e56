// Command auto prints the tables of docs/measurements/auto.md from what measure/auto/run.sh
// has left in a folder.
package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blemish/report"
)

var (
	sets      = []string{"carved-elsewhere", "carved-elsewhere-hard", "one-sided", "whole", "noise", "views"}
	detectors = []string{"auto", "deviation", "imrnet", "simple3d", "auto-imrnet", "auto-simple3d"}
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: auto FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "auto:", err)
		os.Exit(1)
	}
}

// found is the classes of a set that a detector was measured on.
type found []report.BenchmarkClass

func write(dir string) error {
	results := map[string]map[string]found{}
	for _, set := range sets {
		results[set] = map[string]found{}
		for _, d := range detectors {
			classes, err := read(filepath.Join(dir, set, d))
			if err != nil {
				return err
			}
			if len(classes) > 0 {
				results[set][d] = classes
			}
		}
	}
	fmt.Print("## By set\n\n")
	fmt.Println("| set | detector | classes | O-AUROC | O-AP | P-AUROC | P-AP | AUPRO | sound: sound, defective, unsure | defective: sound, defective, unsure |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	for _, set := range sets {
		for _, d := range detectors {
			if f := results[set][d]; len(f) > 0 {
				m := report.MeanMetrics(f)
				fmt.Printf("| %s | `%s` | %d | %s | %s | %s | %s | %s | %s | %s |\n", set, d, len(f), three(m.OAUROC), three(m.OAP), four(m.PAUROC), three(m.PAP),
					three(m.AUPRO), f.verdicts(false), f.verdicts(true))
			}
		}
	}
	fmt.Print("\n## By kind, P-AUROC\n\n")
	for _, set := range sets {
		byKind(set, results[set])
	}
	fmt.Print("## By class, O-AUROC / P-AUROC\n\n")
	for _, set := range sets {
		byClass(set, results[set])
	}
	return nil
}

func three(n report.Number) string { return fmt.Sprintf("%.3f", float64(n)) }
func four(n report.Number) string  { return fmt.Sprintf("%.4f", float64(n)) }

// read reads all classes of a detector on a set; none where the folder is missing.
func read(dir string) (found, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var out found
	for _, name := range files {
		doc, err := report.ReadBenchmarkFile(name)
		if err != nil {
			return nil, err
		}
		if len(doc.Detectors) != 1 {
			return nil, fmt.Errorf("%s: want one detector", name)
		}
		out = append(out, doc.Detectors[0].Classes...)
	}
	return out, nil
}

// verdicts counts those of sound or of defective scans.
func (f found) verdicts(defective bool) string {
	n := map[string]int{}
	for _, c := range f {
		for _, s := range c.Scans {
			if s.Defective == defective {
				n[s.Verdict]++
			}
		}
	}
	return fmt.Sprintf("%d, %d, %d", n["sound"], n["defective"], n["unsure"])
}

// present are the detectors that were measured on a set.
func present(of map[string]found) []string {
	return slices.DeleteFunc(slices.Clone(detectors), func(d string) bool { return len(of[d]) == 0 })
}

func head(corner string, names []string) {
	fmt.Printf("| %s |", corner)
	for _, n := range names {
		fmt.Printf(" `%s` |", n)
	}
	fmt.Println("\n|---" + strings.Repeat("|---", len(names)) + "|")
}

func byKind(set string, of map[string]found) {
	names := present(of)
	if len(names) == 0 {
		return
	}
	values := map[string]map[string][]float64{} // by kind and detector
	var kinds []string
	for _, d := range names {
		for _, c := range of[d] {
			for kind, m := range c.Kinds {
				if math.IsNaN(float64(m.PAUROC)) {
					continue // no point of that kind has a label
				}
				if values[kind] == nil {
					values[kind] = map[string][]float64{}
					kinds = append(kinds, kind)
				}
				values[kind][d] = append(values[kind][d], float64(m.PAUROC))
			}
		}
	}
	slices.Sort(kinds)
	fmt.Printf("### %s\n\n", set)
	head("kind", names)
	for _, kind := range kinds {
		fmt.Printf("| %s |", kind)
		for _, d := range names {
			var sum float64
			for _, v := range values[kind][d] {
				sum += v
			}
			fmt.Printf(" %.4f |", sum/float64(len(values[kind][d])))
		}
		fmt.Println()
	}
	fmt.Println()
}

func byClass(set string, of map[string]found) {
	names := present(of)
	if len(names) == 0 {
		return
	}
	var classes []string
	for _, d := range names {
		for _, c := range of[d] {
			if !slices.Contains(classes, c.Class) {
				classes = append(classes, c.Class)
			}
		}
	}
	slices.Sort(classes)
	fmt.Printf("### %s\n\n", set)
	head("class", names)
	for _, class := range classes {
		fmt.Printf("| %s |", class)
		for _, d := range names {
			cell := " – |"
			for _, c := range of[d] {
				if c.Class == class {
					cell = fmt.Sprintf(" %s / %s |", three(c.OAUROC), four(c.PAUROC))
				}
			}
			fmt.Print(cell)
		}
		fmt.Println()
	}
	fmt.Println()
}
