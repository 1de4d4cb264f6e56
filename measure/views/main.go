// Command views prints the tables of docs/measurements/real.md from what
// measure/views/run.sh has left in a folder.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// document is what is read of benchmark's results.json.
type document struct {
	Detectors []struct {
		Classes []struct {
			Class string   `json:"class"`
			O     *float64 `json:"o_auroc"`
			P     *float64 `json:"p_auroc"`
			Kinds map[string]struct {
				O *float64 `json:"o_auroc"`
				P *float64 `json:"p_auroc"`
			} `json:"kinds"`
			Scans []struct {
				Defective bool   `json:"defective"`
				Verdict   string `json:"verdict"`
			} `json:"scans"`
		} `json:"classes"`
	} `json:"detectors"`
}

// tally sums up results.
type tally struct {
	o, p           []float64
	kindO, kindP   map[string][]float64
	classO, classP map[string][]float64
	verdicts       map[string]int // "sound sound", "defective unsure"…
}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "results", "*", "*.json"))
	if err != nil {
		fail(err)
	}
	sort.Strings(files)
	rows := map[string]*tally{}
	var names []string
	for _, file := range files {
		// DETECTOR/learnL-viewsV-noiseN-seedS.json; seeds are joined.
		setting := strings.TrimSuffix(filepath.Base(file), ".json")
		setting = setting[:strings.LastIndex(setting, "-seed")]
		name := filepath.Base(filepath.Dir(file)) + "|" + setting
		if rows[name] == nil {
			rows[name] = &tally{kindO: map[string][]float64{}, kindP: map[string][]float64{}, classO: map[string][]float64{}, classP: map[string][]float64{}, verdicts: map[string]int{}}
			names = append(names, name)
		}
		if err := rows[name].add(file); err != nil {
			fail(fmt.Errorf("%s: %w", file, err))
		}
	}
	fmt.Println("| detector | learnt from | tests | noise | O-AUROC | P-AUROC | false alarms | missed | unsure |\n|---|---|---|---|---|---|---|---|---|")
	for _, n := range names {
		t := rows[n]
		fmt.Printf("| %s | %.3f | %.3f | %s | %s | %s |\n", labels(n), mean(t.o), mean(t.p),
			t.share("sound defective", "sound"), t.share("defective sound", "defective"), t.share("unsure", ""))
	}
	fmt.Print("\nBy kind, O / P:\n\n")
	kinds := keys(rows)
	fmt.Println("| detector | learnt from | tests | noise | " + strings.Join(kinds, " | ") + " |\n|---|---|---|---" + strings.Repeat("|---", len(kinds)) + "|")
	for _, n := range names {
		fmt.Printf("| %s |", labels(n))
		for _, k := range kinds {
			fmt.Printf(" %.3f / %.3f |", mean(rows[n].kindO[k]), mean(rows[n].kindP[k]))
		}
		fmt.Println()
	}
	fmt.Print("\nClasses below 0.98 in either, O / P:\n\n")
	for _, n := range names {
		var low []string
		for class, o := range rows[n].classO {
			if p := rows[n].classP[class]; mean(o) < 0.98 || mean(p) < 0.98 {
				low = append(low, fmt.Sprintf("%s %.3f / %.3f", class, mean(o), mean(p)))
			}
		}
		sort.Strings(low)
		if len(low) > 0 {
			fmt.Printf("- %s: %s\n", strings.ReplaceAll(labels(n), " |", ","), strings.Join(low, ", "))
		}
	}
}

func (t *tally) add(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return err
	}
	for _, detector := range d.Detectors {
		for _, c := range detector.Classes {
			if c.O != nil && c.P != nil {
				t.o, t.p = append(t.o, *c.O), append(t.p, *c.P)
				t.classO[c.Class], t.classP[c.Class] = append(t.classO[c.Class], *c.O), append(t.classP[c.Class], *c.P)
			}
			for k, v := range c.Kinds {
				if v.O != nil && v.P != nil {
					t.kindO[k], t.kindP[k] = append(t.kindO[k], *v.O), append(t.kindP[k], *v.P)
				}
			}
			for _, s := range c.Scans {
				truth := "sound"
				if s.Defective {
					truth = "defective"
				}
				t.verdicts[truth+" "+s.Verdict]++
			}
		}
	}
	return nil
}

// share is how many scans have a verdict, of all whose truth is given.
func (t *tally) share(verdict, truth string) string {
	n, all := 0, 0
	for v, count := range t.verdicts {
		if strings.HasPrefix(v, truth) {
			all += count
			if v == verdict || truth == "" && strings.HasSuffix(v, " "+verdict) {
				n += count
			}
		}
	}
	return fmt.Sprintf("%d of %d", n, all)
}

func labels(name string) string {
	detector, setting, _ := strings.Cut(name, "|")
	parts := strings.Split(setting, "-")
	word := func(part, prefix string) string {
		switch v := strings.TrimPrefix(part, prefix); v {
		case "0":
			return "whole scans"
		case "1":
			return "one side each"
		default:
			return v + " sides each"
		}
	}
	return fmt.Sprintf("`%s` | %s | %s | %s", detector, word(parts[0], "learn"), word(parts[1], "views"), strings.TrimPrefix(parts[2], "noise"))
}

func keys(rows map[string]*tally) []string {
	all := map[string]bool{}
	for _, t := range rows {
		for k := range t.kindO {
			all[k] = true
		}
	}
	var list []string
	for k := range all {
		list = append(list, k)
	}
	sort.Strings(list)
	return list
}

func mean(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "views:", err)
	os.Exit(1)
}
