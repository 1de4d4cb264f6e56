package judge

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/version"
	"blemish/report"
	"blemish/weights"
)

// Learnt as a threshold stands for the one that the model learnt.
const Learnt = 0

// Judge is an open model with what its documents say of it. Several goroutines may use it
// at once.
type Judge struct {
	model detect.Model
	// About is the document without scans: model, unit, threshold.
	About report.Predict
}

// Options is what Open takes beside the model.
type Options struct {
	Threshold float64 // scores above it are defective; Learnt: the model's own
	Workers   int     // cores that the model may use; 0: all; never changes a result
}

// Open reads a model file of any detector.
func Open(ctx context.Context, path string, opt Options) (*Judge, error) {
	state, err := weights.Read(path)
	if err != nil {
		return nil, err
	}
	j := &Judge{About: report.Predict{Blemish: version.Version, Scans: []report.PredictScan{}}}
	if j.model, err = all.Open(ctx, state, detect.OpenOptions{Workers: opt.Workers}); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if j.About.Model, err = DescribeModel(path, state); err != nil {
		return nil, err
	}
	card, err := detect.ReadCard(state)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	limit := opt.Threshold
	if limit == Learnt {
		limit = card.Calibration.Threshold
	}
	j.About.Threshold, j.About.Unit = report.Number(limit), card.Unit
	return j, nil
}

// Document is a document of the scans, of which some may have failed.
func (j *Judge) Document(scans ...report.PredictScan) *report.Predict {
	doc := j.About
	doc.Scans = append([]report.PredictScan{}, scans...)
	return &doc
}

// Cloud judges a scan that was read. The entry of the document has no hash.
func (j *Judge) Cloud(ctx context.Context, name string, cloud *geom.Cloud) (*report.ScanView, report.PredictScan, error) {
	begun := time.Now()
	result, err := j.model.Score(ctx, cloud)
	if err != nil {
		return nil, report.PredictScan{}, fmt.Errorf("%s: %w", name, err)
	}
	result.Threshold = float32(j.About.Threshold)
	result.Judge()
	scan := report.NewPredictScan(name, cloud, result, time.Since(begun).Seconds())
	return &report.ScanView{Name: name, Cloud: cloud, Result: result, Truth: cloud.Scalar("label")}, scan, nil
}

// ErrScan is wrapped where a scan itself cannot be judged: its file is malformed, or the
// model has no answer to it. Other errors of File are the machine's, and may pass.
var ErrScan = errors.New("the scan cannot be judged")

// scanError is an error with the document's name for the file, and is ErrScan too.
type scanError struct {
	text string
	err  error
}

func (e scanError) Error() string   { return e.text }
func (e scanError) Unwrap() []error { return []error{e.err, ErrScan} }

// File reads and judges a file; name is what documents call it. Warnings are the reader's.
// An error that is the scan's own wraps ErrScan.
func (j *Judge) File(ctx context.Context, path, name string, reading format.ReadOptions) (view *report.ScanView, scan report.PredictScan, warnings []string, err error) {
	cloud, info, err := reading.ReadCloud(path)
	if err != nil {
		if wrong := new(format.SyntaxError); errors.As(err, &wrong) {
			err = scanError{strings.ReplaceAll(err.Error(), path, name), err}
		}
		return nil, report.PredictScan{}, nil, err
	}
	sum, err := format.HashFile(path)
	if err != nil {
		return nil, report.PredictScan{}, info.Warnings, err
	}
	if view, scan, err = j.Cloud(ctx, name, cloud); err != nil {
		if ctx.Err() == nil {
			err = scanError{err.Error(), err}
		}
		return nil, report.PredictScan{}, info.Warnings, err
	}
	scan.SHA256 = sum
	return view, scan, info.Warnings, nil
}

// DescribeModel is what documents say of a model file; state is what it holds.
func DescribeModel(path string, state *weights.File) (report.Model, error) {
	card, err := detect.ReadCard(state)
	if err != nil {
		return report.Model{}, fmt.Errorf("%s: %w", path, err)
	}
	sum, err := format.HashFile(path)
	if err != nil {
		return report.Model{}, err
	}
	return report.NewModel(filepath.Base(path), sum, card), nil
}

// Write writes what predict leaves in a folder: report.html, pictures, point files,
// results.csv and, last, results.json. The folder is made if need be.
func Write(ctx context.Context, dir string, doc *report.Predict, views []report.ScanView, opt report.Options) error {
	if err := report.WritePredict(ctx, dir, doc, views, opt); err != nil {
		return err
	}
	return saveMaps(dir, views)
}
