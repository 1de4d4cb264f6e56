package benchmark

import (
	"context"
	"sort"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/metric"
	"blemish/report"
)

// Studies: one detector in several settings on the same set, side by side.

// Setting is one configuration of a study, under the name that tables give it.
type Setting struct {
	Name     string
	Detector detect.Detector
}

// named is a detector under the name of its setting.
type named struct {
	detect.Detector
	name string
}

func (n named) Name() string { return n.name }

// Sizes are the groups of defective scans by the share of their points that is
// anomalous: the smallest third, the middle one, the largest.
var Sizes = []string{"S", "M", "L"}

// StudyRow is what came out for one setting.
type StudyRow struct {
	Name string
	Mean report.Metrics
	// OBySize are the object AUROCs of the groups of Sizes against all sound scans, a
	// mean over classes.
	OBySize [3]report.Number
}

// RunStudy benchmarks every setting. The outcome's document has one detector for each.
func RunStudy(ctx context.Context, set *dataset.Set, settings []Setting, opt Options) (*Outcome, []StudyRow, error) {
	share := map[string]float64{}
	scored := opt.Scored
	opt.Scored = func(detector string, item dataset.Item, cloud *geom.Cloud, result *detect.Result) error {
		share[item.File] = anomalous(cloud)
		if scored == nil {
			return nil
		}
		return scored(detector, item, cloud, result)
	}
	detectors := make([]detect.Detector, len(settings))
	for i, s := range settings {
		detectors[i] = named{s.Detector, s.Name}
	}
	out, err := Run(ctx, set, detectors, opt)
	if err != nil {
		return nil, nil, err
	}
	limits := thirds(share)
	rows := make([]StudyRow, len(out.Document.Detectors))
	for i, d := range out.Document.Detectors {
		rows[i] = StudyRow{Name: d.Name, Mean: d.Mean, OBySize: bySize(d.Classes, share, limits)}
	}
	return out, rows, nil
}

func anomalous(cloud *geom.Cloud) float64 {
	n := 0
	label := cloud.Scalar("label")
	for _, v := range label {
		if v >= 0.5 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(label)))
}

// thirds are the shares that part the defective scans into three groups of equal size.
func thirds(share map[string]float64) [2]float64 {
	var all []float64
	for _, s := range share {
		if s > 0 {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return [2]float64{}
	}
	sort.Float64s(all)
	return [2]float64{all[len(all)/3], all[2*len(all)/3]}
}

func group(share float64, limits [2]float64) int {
	switch {
	case share < limits[0]:
		return 0
	case share < limits[1]:
		return 1
	}
	return 2
}

func bySize(classes []report.BenchmarkClass, share map[string]float64, limits [2]float64) (out [3]report.Number) {
	for g := range out {
		sum, n := 0.0, 0
		for _, c := range classes {
			var score []float32
			var positive []bool
			found := false
			for _, s := range c.Scans {
				if s.Error != "" || s.Defective && (share[s.File] == 0 || group(share[s.File], limits) != g) {
					continue
				}
				score, positive = append(score, float32(s.Score)), append(positive, s.Defective)
				found = found || s.Defective
			}
			if found {
				sum, n = sum+metric.AUROC(score, positive), n+1
			}
		}
		out[g] = report.None()
		if n > 0 {
			out[g] = report.Number(sum / float64(n))
		}
	}
	return out
}
