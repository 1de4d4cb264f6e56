package kind

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/jobs"
	"blemish/judge"
	"blemish/storage"
)

// Learning a model: the inputs are the sound scans and, last, a CAD model where there is one; the result is the model and what was
// noticed about the scans.

// TrainSpec is what is learnt, and how.
type TrainSpec struct {
	Detector string          `json:"detector"`
	Config   json.RawMessage `json:"config"` // its effective configuration
	Class    string          `json:"class"`
	Unit     string          `json:"unit,omitempty"`
	Seed     uint64          `json:"seed"`
	KeepAll  bool            `json:"keep_all,omitempty"` // also learn from scans that differ from the others
	Alarms   float64         `json:"alarms,omitempty"`   // see detect.FitOptions
	Columns  []string        `json:"columns,omitempty"`
	CAD      bool            `json:"cad,omitempty"` // the last input is a CAD model; NewTrain sets it
}

// The files of a result.
const (
	ModelName    = "part.model"
	WarningsName = "warnings.json" // what was noticed about the scans, a list of sentences
)

// NewTrain stores the sound scans and the CAD model, "" for none, and makes the job.
func NewTrain(ctx context.Context, s storage.Store, sound []string, cad string, spec TrainSpec) (jobs.Job, error) {
	var files []jobs.File
	for i, scan := range sound {
		f, err := put(ctx, s, scan, path.Join("sound", fmt.Sprint(i), filepath.Base(scan)))
		if err != nil {
			return jobs.Job{}, err
		}
		files = append(files, f)
	}
	if spec.CAD = cad != ""; spec.CAD {
		f, err := put(ctx, s, cad, path.Join("cad", filepath.Base(cad)))
		if err != nil {
			return jobs.Job{}, err
		}
		files = append(files, f)
	}
	return jobs.New(TrainKind, spec, files)
}

func (o Options) train(ctx context.Context, w jobs.Work) error {
	var spec TrainSpec
	if err := w.Spec(&spec); err != nil {
		return err
	}
	d, err := all.Configured(spec.Detector, spec.Config)
	if err != nil {
		return jobs.Hopeless(err)
	}
	opt := detect.FitOptions{Files: []detect.SourceFile{}, Class: spec.Class, Unit: spec.Unit, Seed: spec.Seed, FalseAlarms: spec.Alarms, Workers: o.Workers, Progress: o.Progress, Logger: o.Log}
	scans := len(w.Job.Inputs)
	if spec.CAD {
		if scans--; scans < 0 {
			return jobs.Hopeless(errors.New("the job has no CAD model, which is to be its last input"))
		}
		f := w.Job.Inputs[scans]
		if opt.CAD, _, err = format.ReadMesh(w.Input(scans)); err != nil {
			return o.own(ctx, err)
		}
		opt.CADFile = detect.SourceFile{Name: path.Base(f.Name), SHA256: f.SHA256, Points: len(opt.CAD.Vertices)}
	}
	clouds := make([]*geom.Cloud, scans)
	for i, f := range w.Job.Inputs[:scans] {
		if clouds[i], _, err = judge.ReadScanAs(w.Input(i), path.Base(f.Name), format.ReadOptions{Columns: spec.Columns}); err != nil {
			return o.own(ctx, err)
		}
		opt.Files = append(opt.Files, detect.SourceFile{Name: path.Base(f.Name), SHA256: f.SHA256, Points: clouds[i].Len()})
	}
	var model detect.Model
	vetted, err := deviation.Vet(ctx, d, clouds, opt, spec.KeepAll)
	if err == nil {
		model, err = vetted.Fit(ctx, d, opt)
	}
	if err != nil {
		return o.own(ctx, err)
	}
	text, err := json.Marshal(append([]string{}, vetted.Warnings...))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(w.Out, WarningsName), text, 0o644); err != nil {
		return err
	}
	return format.WriteAtomic(filepath.Join(w.Out, ModelName), model.Save)
}

// own marks an error as the job's, unless the worker is stopped: the same files would give
// it again.
func (o Options) own(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return jobs.Hopeless(err)
}
