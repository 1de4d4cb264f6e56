// Package metric measures scores against truth: the area under the ROC curve,
// average precision, and the region overlap of anomaly localisation.
//
//	scores := []float32{0.1, 0.4, 0.35, 0.8}
//	defective := []bool{false, false, true, true}
//	metric.AUROC(scores, defective)            // 0.75
//	metric.AveragePrecision(scores, defective) // 0.8333…
//
// Higher scores mean worse. Ties are handled exactly: equal scores are one
// threshold, so no result depends on the order of the input. A figure that is not
// defined, because one of the two kinds is absent or a score is NaN, is NaN.
package metric
