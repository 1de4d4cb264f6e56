// Package blemish finds defects in 3D scans. Show it a few sound scans of a part,
// and it says of every new scan whether it is defective, where, and by how much.
//
// This package holds the few calls that a program needs:
//
//	var sound []*geom.Cloud
//	for _, path := range []string{"good1.ply", "good2.ply", "good3.ply", "good4.ply"} {
//		cloud, err := blemish.ReadCloud(path)
//		…
//		sound = append(sound, cloud)
//	}
//	model, err := blemish.Train(ctx, sound, detect.FitOptions{Class: "bracket", Seed: 1})
//	…
//	result, err := model.Score(ctx, scan)
//	fmt.Println(result.Verdict, result.Object, len(result.Regions))
//	err = blemish.SaveModel("bracket.model", model)
//	…
//	model, err = blemish.OpenModel(ctx, "bracket.model", blemish.Options{})
//
// Reports are in package report, which links what draws plots and a page:
//
//	doc, views := report.NewPredict(names, scans, results)
//	err = report.WritePredict(ctx, "out", doc, views, report.Options{})
//
// What lies behind them can be used by itself, from left to right: format reads and
// writes clouds and meshes; spatial, feature and register are the geometry kernels;
// shape, defect and dataset make data; detect holds what detectors share, and
// detect/deviation and detect/imrnet are detectors; metric, render and report show
// what came out. docs/architecture.md has the whole table.
//
// Scores are calibrated: 1 is the largest value seen on sound scans that were held
// out while learning. Lengths are in the unit of the scans. The same input and seed
// give the same bytes on any number of workers.
package blemish
