package blemish

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/report"
	"blemish/weights"
)

// ReadCloud reads a scan: PCD, PLY, OBJ, STL, OFF, XYZ, TXT, CSV or NPY, told by
// its content.
func ReadCloud(path string) (*geom.Cloud, error) {
	cloud, _, err := format.ReadCloud(path)
	return cloud, err
}

// Train learns from the sound scans of one part with the default detector. The scans
// may stand in any pose but share a unit.
func Train(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	d, err := all.New("auto")
	if err != nil {
		return nil, err
	}
	return d.Fit(ctx, sound, opt)
}

// SaveModel writes a model as one safetensors file, whole or not at all, and notes
// in it which version of Blemish it is from.
func SaveModel(path string, model detect.Model) error {
	file, err := model.State()
	if err != nil {
		return err
	}
	if err := detect.Stamp(file, Version); err != nil {
		return err
	}
	return weights.Write(path, file)
}

// OpenModel reads a model that SaveModel, or `blemish train`, wrote.
func OpenModel(path string) (detect.Model, error) {
	file, err := weights.Read(path)
	if err != nil {
		return nil, err
	}
	model, err := all.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return model, nil
}

// WriteReport writes report.html, results.json, results.csv and pictures of scored
// scans into a folder. names, scans and results belong together one by one.
func WriteReport(ctx context.Context, dir string, names []string, scans []*geom.Cloud, results []*detect.Result) error {
	if len(names) != len(scans) || len(names) != len(results) {
		panic(fmt.Sprintf("blemish: %d names, %d scans and %d results", len(names), len(scans), len(results)))
	}
	doc := &report.Predict{Blemish: Version, Scans: []report.PredictScan{}}
	var views []report.ScanView
	for i, r := range results {
		doc.Threshold = report.Number(r.Threshold)
		scan := report.NewPredictScan(names[i], scans[i], r, 0)
		scan.Seconds = report.None()
		doc.Scans = append(doc.Scans, scan)
		views = append(views, report.ScanView{Name: names[i], Cloud: scans[i], Result: r})
	}
	return report.WritePredictContext(ctx, dir, doc, views, report.Options{})
}
