package ablation

import (
	"context"
	"fmt"
	"io"

	"blemish/benchmark"
	"blemish/dataset"
	"blemish/internal/version"
	"blemish/report"
	"blemish/report/plot"
)

// Compare benchmarks the settings of a study. The page has the means over classes, the
// outcome every class, kind and scan.
func (s Study) Compare(ctx context.Context, set *dataset.Set, settings []benchmark.Setting, opt benchmark.Options) (*Page, *benchmark.Outcome, error) {
	outcome, rows, err := benchmark.RunStudy(ctx, set, settings, opt)
	if err != nil {
		return nil, nil, err
	}
	page := &Page{
		Title: s.Title, Version: version.Version, Table: s.table(rows), More: "report.html",
		About: fmt.Sprintf("imrnet in %d settings on %s, seed %d; means over classes. S, M and L are the thirds of the defective scans by the share of their points that is anomalous, each against all sound scans.",
			len(rows), set.Name, opt.Seed),
		name: s.Name,
		plot: func(w io.Writer) error { return plot.BarsPNG(w, s.Title, "AUROC", barNames(rows), studySeries(rows)) },
	}
	return page, outcome, nil
}

// table has a row a setting, and at its end what the paper prints of it (Li et al., CVPR 2024,
// Table 4, on its own data).
func (s Study) table(rows []benchmark.StudyRow) [][]string {
	table := [][]string{{"setting", "o_auroc", "p_auroc", "aupro", "o_ap", "p_ap", "o_auroc_s", "o_auroc_m", "o_auroc_l"}}
	for _, r := range rows {
		line := []string{r.Name}
		for _, v := range []report.Number{r.Mean.OAUROC, r.Mean.PAUROC, r.Mean.AUPRO, r.Mean.OAP, r.Mean.PAP, r.OBySize[0], r.OBySize[1], r.OBySize[2]} {
			line = append(line, cellOf(v))
		}
		if s.printed != nil {
			line = append(line, s.printed[r.Name][0], s.printed[r.Name][1])
		}
		table = append(table, line)
	}
	if s.printed != nil {
		table[0] = append(table[0], "paper_o", "paper_p")
	}
	return table
}

// cellOf is empty for a number that cannot be computed.
func cellOf(v report.Number) string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprintf("%.3f", float64(v))
}

// barNames are the settings under a plot: their numbers in the table where the names
// would not fit.
func barNames(rows []benchmark.StudyRow) []string {
	var names []string
	for i, r := range rows {
		names = append(names, r.Name)
		if len(rows) > 8 {
			names[i] = fmt.Sprint(i + 1)
		}
	}
	return names
}

// studySeries are the bars of a study's plot: O, P, and O by size.
func studySeries(rows []benchmark.StudyRow) []plot.Series {
	names := []string{"O", "P", "O small", "O middle", "O large"}
	series := make([]plot.Series, len(names))
	for i, n := range names {
		series[i].Name = n
	}
	for k, r := range rows {
		for i, v := range []report.Number{r.Mean.OAUROC, r.Mean.PAUROC, r.OBySize[0], r.OBySize[1], r.OBySize[2]} {
			series[i].X, series[i].Y = append(series[i].X, float64(k)), append(series[i].Y, float64(v))
		}
	}
	return series
}
