// Package report writes down what a model found: documents for programs
// (results.json, results.csv), tables for the terminal, and a self-contained
// HTML page with plots and a 3D viewer for people.
//
// [Predict] is the document of new scans judged by one model, [Benchmark] that
// of detectors judged on a data set with truth. [WritePredict] and
// [WriteBenchmark] put a document and its page into a folder:
//
//	doc := &report.Predict{Blemish: blemish.Version, Threshold: 1}
//	doc.Scans = append(doc.Scans, report.NewPredictScan("vase.ply", scan, result, 0.4))
//	err := report.WritePredict(ctx, "out", doc, []report.ScanView{{Name: "vase.ply", Cloud: scan, Result: result}}, report.Options{})
//
// The page needs no network and no server: it opens from the disk in any
// current browser. The same input gives the same bytes; running times stand in
// results.json and at the end of the tables alone.
package report
