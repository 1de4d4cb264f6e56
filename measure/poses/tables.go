package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// The tables of the results.

// results are what was measured: the poses of all scans, and the times of those that
// were done while nothing else ran, which may be the same rows.
type results struct{ rows, timed []row }

func (r results) filter(keep func(row) bool) results {
	return results{filter(r.rows, keep), filter(r.timed, keep)}
}

// printTables prints the tables of files of results; a file named by times, if any, is
// where all times come from.
func printTables(w io.Writer, files []string, times string) error {
	rows, err := readRows(files)
	if err != nil {
		return err
	}
	all := results{rows, rows}
	if times != "" {
		if all.timed, err = readRows([]string{times}); err != nil {
			return err
		}
	}
	whole := func(r row) bool { return !strings.HasPrefix(r.Kind, "view") }
	made := func(r row) bool { return r.Set == "meshes" || r.Set == "shapes" }
	mine := func(r row) bool { return r.Method == own }
	fmt.Fprint(w, "| scans | n | right | cannot be told | wrong | timed | median s | p95 s | median CPU s | p95 CPU s |\n|---|---|---|---|---|---|---|---|---|---|\n")
	line := func(name string, keep func(row) bool) {
		if some := all.filter(keep); len(some.rows) > 0 {
			fmt.Fprintln(w, summary(name, some))
		}
	}
	for _, set := range values(rows, func(r row) string { return r.Set }) {
		for _, kind := range values(rows, func(r row) string { return r.Kind }) {
			line(set+", "+kind, func(r row) bool { return mine(r) && made(r) && r.Set == set && r.Kind == kind })
		}
		line("**"+set+"**", func(r row) bool { return mine(r) && !made(r) && r.Set == set })
	}
	line("**all made whole scans**", func(r row) bool { return mine(r) && made(r) && whole(r) })
	line("**all made partial scans**", func(r row) bool { return mine(r) && made(r) && !whole(r) })
	line("**all scans**", mine)
	printBeside(w, all, whole)
	printFailures(w, filter(rows, mine))
	return nil
}

// printBeside compares methods on the scans that all of them have done.
func printBeside(w io.Writer, all results, whole func(row) bool) {
	methods := values(all.rows, func(r row) string { return r.Method })
	if len(methods) < 2 {
		return
	}
	all = results{shared(all.rows, len(methods)), shared(all.timed, len(methods))}
	fmt.Fprint(w, "\n## Beside Open3D, the same scans in the same run\n\n| scans | method | n | right | cannot be told | wrong | timed | median s | p95 s | median CPU s | p95 CPU s |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, set := range values(all.rows, func(r row) string { return r.Set }) {
		for _, part := range []bool{false, true} {
			for _, method := range methods {
				some := all.filter(func(r row) bool { return r.Set == set && r.Method == method && whole(r) != part })
				if len(some.rows) == 0 {
					continue
				}
				name := set
				if set == "meshes" || set == "shapes" {
					name += map[bool]string{false: ", whole", true: ", partial"}[part]
				}
				fmt.Fprintln(w, summary(name+" | "+method, some))
			}
		}
	}
}

// shared keeps the scans that so many methods have done.
func shared(rows []row, methods int) []row {
	count := map[string]int{}
	scan := func(r row) string { r.Method = ""; return r.key() }
	for _, r := range rows {
		count[scan(r)]++
	}
	return filter(rows, func(r row) bool { return count[scan(r)] == methods })
}

// printFailures lists the wrong poses one by one with what is known of their cause,
// and those that cannot be told by object and kind.
func printFailures(w io.Writer, rows []row) {
	fmt.Fprint(w, "\n## Every wrong pose\n\n`cost`: what the search makes small, of the pose found over that of the best pose near the true one. Below 1 the pose found explains the\nscan better, so no longer search would help; above 1 the true pose was not found.\n\n| scan | points | off | cost | distance | overlap | cause |\n|---|---|---|---|---|---|---|\n")
	for _, r := range filter(rows, func(r row) bool { return !r.right() && !r.untold() }) {
		cause := "the search missed the true pose"
		switch {
		case r.Error != "":
			cause = r.Error
		case r.Better < 1:
			cause = "fits better than the truth"
		case min(r.Off, r.OffMod) < 3*rightBelow:
			cause = "settled beside the true pose"
		}
		if r.Ambiguous {
			cause += "; reported as ambiguous"
		}
		fmt.Fprintf(w, "| %s/%s %s %d%s | %d | %.1f %% | %.2f | %.2f | %.2f | %s |\n", r.Set, r.Object, r.Kind, r.Scan, r.File, r.Points, 100*min(r.Off, r.OffMod), r.Better, r.Alike, r.Overlap, cause)
	}
	fmt.Fprint(w, "\n## Poses that cannot be told\n\n`fits better`: cost below 1, the scan explained better than in its true pose. `ambiguous`: reported so.\n\n| object | kind | scans | cannot be told | fits better | ambiguous | median off |\n|---|---|---|---|---|---|---|\n")
	group := func(r row) string { return r.Set + "/" + r.Object + " | " + r.Kind }
	untold := filter(rows, row.untold)
	for _, g := range values(untold, group) {
		all := filter(rows, func(r row) bool { return group(r) == g })
		some := filter(untold, func(r row) bool { return group(r) == g })
		better := len(filter(some, func(r row) bool { return r.Better < 1 }))
		ambiguous := len(filter(some, func(r row) bool { return r.Ambiguous }))
		off := quantile(some, func(r row) float64 { return 100 * min(r.Off, r.OffMod) }, 0.5)
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %s %% |\n", g, len(all), len(some), better, ambiguous, off)
	}
}

// summary is a line of a table.
func summary(name string, some results) string {
	right, untold := 0, 0
	for _, r := range some.rows {
		if r.right() {
			right++
		} else if r.untold() {
			untold++
		}
	}
	n := len(some.rows)
	share := func(k int) float64 { return 100 * float64(k) / float64(n) }
	text := fmt.Sprintf("| %s | %d | %.1f %% | %.1f %% | %.1f %% | %d |", name, n, share(right), share(untold), share(n-right-untold), len(some.timed))
	for _, time := range []func(row) float64{func(r row) float64 { return r.Wall }, func(r row) float64 { return r.CPU }} {
		for _, q := range []float64{0.5, 0.95} {
			text += " " + quantile(some.timed, time, q) + " |"
		}
	}
	return text
}

// quantile is that of a time in seconds, or a dash where nothing was timed.
func quantile(rows []row, time func(row) float64, q float64) string {
	if len(rows) == 0 {
		return "–"
	}
	v := make([]float64, len(rows))
	for i, r := range rows {
		v[i] = time(r)
	}
	slices.Sort(v)
	return fmt.Sprintf("%.2f", v[min(len(v)-1, int(q*float64(len(v))))])
}

func filter(rows []row, keep func(row) bool) []row {
	var out []row
	for _, r := range rows {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// values lists the values of a column in alphabetical order.
func values(rows []row, column func(row) string) []string {
	var out []string
	for _, r := range rows {
		if v := column(r); !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}
