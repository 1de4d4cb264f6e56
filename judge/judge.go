package judge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/inspection"
	"blemish/internal/version"
	"blemish/report"
	"blemish/task"
	"blemish/weights"
)

// Learnt as a threshold stands for the one that the model learnt.
const Learnt = 0

// Judge is an open model with what its documents say of it. Several goroutines may use it
// at once.
type Judge struct {
	model detect.Model
	plan  inspection.Plan
	cut   *inspection.Reference // what sections cut; nil: there are none
	// About is the document without scans: model, unit, threshold, tolerance.
	About report.Predict
	// Card is the model's, as the plan and the threshold have changed it.
	Card *detect.Card
}

// Options is what Open takes beside the model.
type Options struct {
	Threshold float64          // scores above it are defective; Learnt: the model's own
	Plan      *inspection.Plan // what a shop asks of judging; nil: nothing
	Workers   task.Workers     // cores that the model may use; 0: all; never changes a result
	// Read reads the files that a plan names; nil: as format.ReadCloud does.
	Read func(path string) (*geom.Cloud, error)
}

// Open reads a model file of any detector and has it judge by the plan.
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
	plan := opt.Plan
	if plan == nil {
		if plan, err = inspection.Parse(nil); err != nil {
			return nil, err
		}
	}
	j.plan = *plan
	card, err := detect.ReadCard(state)
	if err == nil {
		card, err = j.adjust(ctx, opt, card)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	j.Card = card
	j.About.Threshold, j.About.Unit, j.About.Model.Decision = report.Number(card.Calibration.Threshold), card.Unit, card.Decision
	j.About.SetTolerance(j.plan.Tolerance)
	if words := j.plan.Align.Words(); words != inspection.BestFit {
		j.About.Alignment = words
	}
	return j, nil
}

// adjust has the model judge by the plan, and by a threshold where one was given. It returns
// the card as adjusted; card is that of the file.
func (j *Judge) adjust(ctx context.Context, opt Options, card *detect.Card) (*detect.Card, error) {
	m, ok := j.model.(detect.Adjustable)
	switch {
	case !ok && !j.plan.Empty():
		return nil, fmt.Errorf("%s takes no inspection plan: use a model of auto or deviation", card.Detector)
	case !ok && opt.Threshold > 0:
		card.Calibration.Threshold = opt.Threshold
		return card, nil
	case !ok:
		return card, nil
	}
	read := opt.Read
	if read == nil {
		read = func(path string) (*geom.Cloud, error) {
			cloud, _, err := format.ReadCloud(path)
			return cloud, err
		}
	}
	a, err := j.plan.Adjustment(ctx, m, read)
	if err != nil {
		return nil, err
	}
	a.Threshold = opt.Threshold
	if err := m.Adjust(a); err != nil {
		return nil, err
	}
	if !j.plan.Tolerance.Given() {
		j.plan.Tolerance = learntTolerance(m.About())
	}
	if len(j.plan.Sections) > 0 {
		j.cut = &inspection.Reference{Surface: m.Surface(), Mesh: m.Mesh(), Workers: opt.Workers}
	}
	return m.About(), nil
}

// learntTolerance is the tolerance that a model was taught with; zero where it was not.
func learntTolerance(card *detect.Card) inspection.Tolerance {
	var config struct {
		Over  float64 `json:"tolerance_over"`
		Under float64 `json:"tolerance_under"`
	}
	if json.Unmarshal(card.Config, &config) != nil { // another detector's
		return inspection.Tolerance{}
	}
	return inspection.Tolerance{Over: config.Over, Under: config.Under}
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
	scan.Describe(result, j.plan.Tolerance, j.About.Unit)
	return &report.ScanView{Name: name, Cloud: cloud, Result: result, Truth: cloud.Scalar("label")}, scan, nil
}

// sections cuts a scan where the plan says.
func (j *Judge) sections(ctx context.Context, view *report.ScanView) error {
	if j.cut == nil || view.Result.Pose.R == (geom.Mat3{}) {
		return nil
	}
	for _, s := range j.plan.Sections {
		profile, err := j.cut.Cut(ctx, s, view.Cloud, view.Result)
		if err != nil {
			return fmt.Errorf("%s: section %s: %w", view.Name, s.Name, err)
		}
		view.Sections = append(view.Sections, profile)
	}
	return nil
}

// ErrScan is wrapped where a scan itself cannot be judged: its file is malformed, or the
// model has no answer to it. Other errors of File are the machine's, and may pass.
var ErrScan = errors.New("the scan cannot be judged")

// scanError keeps the text of an error and is ErrScan too.
type scanError struct{ error }

func (e scanError) Unwrap() []error { return []error{e.error, ErrScan} }

// File reads and judges a file; name is what documents call it. Warnings are the reader's.
// An error that is the scan's own wraps ErrScan.
func (j *Judge) File(ctx context.Context, path, name string, reading format.ReadOptions) (view *report.ScanView, scan report.PredictScan, warnings []string, err error) {
	cloud, warnings, err := ReadScanAs(path, name, reading)
	if err != nil {
		if wrong := new(format.SyntaxError); errors.As(err, &wrong) {
			err = scanError{err}
		}
		return nil, report.PredictScan{}, nil, err
	}
	sum, err := format.HashFile(path)
	if err != nil {
		return nil, report.PredictScan{}, warnings, err
	}
	if view, scan, err = j.Cloud(ctx, name, cloud); err != nil {
		if ctx.Err() == nil {
			err = scanError{err}
		}
		return nil, report.PredictScan{}, warnings, err
	}
	scan.SHA256 = sum
	return view, scan, warnings, nil
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
