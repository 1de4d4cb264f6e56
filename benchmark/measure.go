package benchmark

import (
	"math"
	"sort"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/metric"
	"blemish/report"
)

// proLimit is the rate of false positives up to which AUPRO integrates, as the field
// does (Bergmann et al., 2021).
const proLimit = 0.3

// measure computes the metrics of a class. Point metrics take every point of every
// scan whose points are labelled.
func measure(scans []scan) report.Metrics {
	object, defective := objectScores(scans)
	point, anomalous, region := pointScores(scans)
	objectF1, _ := metric.BestF1(object, defective)
	pointF1, _ := metric.BestF1(point, anomalous)
	return report.Metrics{
		OF1Max: report.Number(objectF1),
		PF1Max: report.Number(pointF1),
		OAUROC: report.Number(metric.AUROC(object, defective)),
		OAP:    report.Number(metric.AveragePrecision(object, defective)),
		PAUROC: report.Number(metric.AUROC(point, anomalous)),
		PAP:    report.Number(metric.AveragePrecision(point, anomalous)),
		AUPRO:  report.Number(metric.AUPRO(point, region, proLimit)),
	}
}

// interval is the 95 % confidence interval of the object AUROC.
func interval(scans []scan, auroc report.Number) report.Interval {
	defective := 0
	for _, s := range scans {
		if s.item.Defective {
			defective++
		}
	}
	low, high := metric.AUROCInterval(float64(auroc), defective, len(scans)-defective, 0.95)
	return report.Interval{report.Number(low), report.Number(high)}
}

// deLong is the same interval by another estimate. Where all pairs are in the right order,
// or none, it would have no width, and there is none.
func deLong(scans []scan) report.Interval {
	object, defective := objectScores(scans)
	low, high := metric.DeLongInterval(object, defective, 0.95)
	if !(low < high) {
		return report.Interval{report.None(), report.None()}
	}
	return report.Interval{report.Number(low), report.Number(high)}
}

// byKind measures each kind's scans against the sound ones.
func byKind(scans []scan) map[string]report.KindMetrics {
	kinds := map[string][]scan{}
	var sound []scan
	for _, s := range scans {
		if s.item.Defective {
			kinds[s.item.Kind] = append(kinds[s.item.Kind], s)
		} else {
			sound = append(sound, s)
		}
	}
	out := map[string]report.KindMetrics{}
	for kind, own := range kinds {
		all := append(append([]scan{}, sound...), own...)
		object, defective := objectScores(all)
		point, anomalous, _ := pointScores(all)
		out[kind] = report.KindMetrics{
			N: len(own), OAUROC: report.Number(metric.AUROC(object, defective)), PAUROC: report.Number(metric.AUROC(point, anomalous)),
		}
	}
	return out
}

func objectScores(scans []scan) (score []float32, defective []bool) {
	for _, s := range scans {
		score = append(score, s.result.Object)
		defective = append(defective, s.item.Defective)
	}
	return score, defective
}

// pointScores pools the points of all labelled scans. Regions get numbers that are
// unique over all of them.
func pointScores(scans []scan) (score []float32, anomalous []bool, region []int32) {
	regions := int32(0)
	for _, s := range scans {
		label := s.cloud.Scalar("label")
		if label == nil || s.result.Point == nil {
			continue
		}
		score = append(score, s.result.Point...)
		before := regions
		for i, v := range label {
			anomalous = append(anomalous, v > 0.5)
			r := s.region[i]
			if r > 0 {
				r += before
				regions = max(regions, r)
			}
			region = append(region, r)
		}
	}
	return score, anomalous, region
}

// pick chooses the scans that a reader of the report wants to open: of the
// defective ones the clearest hit and the worst miss, the sound one with the
// highest score, then one of each kind, up to the number that was asked for.
func (r *runner) pick() []int {
	order := make([]int, len(r.scans))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return r.object[order[a]] > r.object[order[b]] })
	chosen := map[int]bool{}
	var picked []int
	pick := func(i int) {
		if i >= 0 && !chosen[i] && len(picked) < r.opt.Views {
			chosen[i] = true
			picked = append(picked, i)
		}
	}
	first := func(match func(scan) bool) int {
		for _, i := range order {
			if match(r.scans[i]) {
				return i
			}
		}
		return -1
	}
	last := -1
	for _, i := range order {
		if r.scans[i].item.Defective {
			last = i
		}
	}
	pick(first(func(s scan) bool { return s.item.Defective }))
	pick(last)
	pick(first(func(s scan) bool { return !s.item.Defective }))
	seen := map[string]bool{}
	for i, s := range r.scans {
		if s.item.Defective && !seen[s.item.Kind] {
			seen[s.item.Kind] = true
			pick(i)
		}
	}
	return picked
}

// views are the picked scans as the report takes them.
func (r *runner) views() []report.ScanView {
	var views []report.ScanView
	for _, i := range r.pick() {
		s := r.scans[i]
		views = append(views, viewOf(r.detector.Name(), s.item, s.cloud, s.result))
	}
	return views
}

// show is the same as a record keeps it: without the cloud, which the data set has.
func (r *runner) show() []shown {
	var out []shown
	for _, i := range r.pick() {
		out = append(out, shown{r.scans[i].test, *r.scans[i].result})
	}
	return out
}

func viewOf(detector string, it dataset.Item, cloud *geom.Cloud, result *detect.Result) report.ScanView {
	return report.ScanView{
		Name: it.File, Class: it.Class, Cloud: cloud, Result: result, Truth: cloud.Scalar("label"), Kind: it.Kind, Detector: detector,
	}
}

// finite guards against a detector that returns NaN: such a score would sort
// anywhere and spoil every metric silently.
func finite(values []float32) bool {
	for _, v := range values {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return false
		}
	}
	return true
}
