package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"blemish/detect"
	"blemish/geom"
	"blemish/report"
)

// A page for one scan of four points.
func Example() {
	scan := &geom.Cloud{Points: []geom.Vec3{{}, {X: 1}, {Y: 1}, {Z: 1}}}
	result := &detect.Result{Point: []float32{0.2, 0.1, 0.3, 1.6}, Object: 1.6, Pose: geom.IdentityPose(), Verdict: detect.Defective}
	doc := &report.Predict{Blemish: "0.1.0", Threshold: 1, Model: report.Model{File: "part.safetensors", Detector: "deviation"}}
	doc.Scans = append(doc.Scans, report.NewPredictScan("part7.ply", scan, result, 0.01))
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	err = report.WritePredict(context.Background(), dir, doc, []report.ScanView{{Name: "part7.ply", Cloud: scan, Result: result}}, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range files {
		fmt.Println(filepath.Base(f))
	}
	// Output:
	// pictures
	// regions.csv
	// report.html
	// results.csv
	// results.json
	// results.xlsx
}
