package report

// Published figures, to be read beside those of a benchmark.

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// publishedText is the data file, with its sources in its first lines.
//
//go:embed published.csv
var publishedText string

// publishedSource is where the figures are from.
const publishedSource = "Li et al., Towards Scalable 3D Anomaly Detection and Localization, CVPR 2024"

// publishedSet is what was published of one data set.
type publishedSet struct {
	name, title string // as dataset calls the layout, as its authors call it
	place       string // table of the source
	systems     []string
	figures     map[[2]string][]Number // by metric and class, one a system
	classes     []string
}

var publishedSets = []*publishedSet{
	readPublished("anomaly-shapenet", "Anomaly-ShapeNet", "Table 3, page 7"),
	readPublished("real3d", "Real3D-AD", "Table 2, page 7"),
}

// readPublished panics on a damaged file: it is part of the program, and a test reads it.
func readPublished(name, title, place string) *publishedSet {
	r := csv.NewReader(strings.NewReader(publishedText))
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		panic("report: published.csv: " + err.Error())
	}
	p := &publishedSet{name: name, title: title, place: place, systems: records[0][3:], figures: map[[2]string][]Number{}}
	for _, record := range records[1:] {
		if record[0] != name {
			continue
		}
		values := make([]Number, len(p.systems))
		for i, field := range record[3:] {
			if values[i], err = parseNumber(field); err != nil {
				panic("report: published.csv: " + err.Error())
			}
		}
		p.figures[[2]string{record[1], record[2]}] = values
		if record[2] != "mean" && !slices.Contains(p.classes, record[2]) {
			p.classes = append(p.classes, record[2])
		}
	}
	return p
}

// rows are the published figures of the classes that are named, with their mean last, and
// what a reader has to know of them; none where the set has none of the classes. same is
// whether they are of the very files that were benchmarked.
func (p *publishedSet) rows(metric string, classes []string, same bool) (rows []sheetRow, note string) {
	shared := 0
	for _, class := range classes {
		if slices.Contains(p.classes, class) {
			shared++
		}
	}
	printed, ok := p.figures[[2]string{metric, "mean"}]
	if shared == 0 || !ok {
		return nil, ""
	}
	var means []string
	for i, system := range p.systems {
		means = append(means, system+" "+printed[i].fixed(3))
		values := make([]Number, 0, len(classes)+1)
		known := 0
		for _, class := range classes {
			v := None()
			if of, ok := p.figures[[2]string{metric, class}]; ok {
				v = of[i]
			}
			if v.Known() {
				known++
			}
			values = append(values, v)
		}
		// The mean is to be of the same classes as those above it.
		mean := None()
		switch {
		case len(classes) == len(p.classes) && shared == len(classes):
			mean = printed[i]
		case known == len(classes):
			mean = meanKnown(values)
		case known == 0:
			continue
		}
		rows = append(rows, sheetRow{name: system + " (published)", cells: cells(append(values, mean)), rule: len(rows) == 0})
	}
	whose := fmt.Sprintf("from other data than this table's, namely %s", p.title)
	if same {
		whose = "from the same files of " + p.title
	}
	place := p.place
	if metric != "o_auroc" {
		place = "supplement (classes as MC3D-AD, arXiv 2505.01969, reprints them)"
	}
	return rows, fmt.Sprintf("Published figures are %s: %s, %s. Its means over all %d classes: %s.",
		whose, publishedSource, place, len(p.classes), strings.Join(means, ", "))
}
