package blemish

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/kernels"
	"blemish/task"
	"blemish/weights"
)

// ReadCloud reads a scan: PCD, PLY, OBJ, STL, OFF, XYZ, TXT, CSV or NPY, told by
// its content.
func ReadCloud(path string) (*geom.Cloud, error) {
	cloud, _, err := format.ReadCloud(path)
	return cloud, err
}

// Train learns from the sound scans of one part with the default detector. The scans
// may be in any pose but share a unit. Those that do not fit the others, or stand apart from
// them, are left out: the model's card says which and why, and so do warnings to
// opt.Logger. Package detect/all has the other detectors and their settings, and
// detect/deviation's Vet the check alone.
func Train(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if err := kernels.Problem(); err != nil {
		return nil, err
	}
	d, err := all.New(all.Names()[0])
	if err != nil {
		return nil, err
	}
	vetted, err := deviation.Vet(ctx, d, sound, opt, false)
	if err != nil {
		return nil, err
	}
	for _, w := range vetted.Warnings {
		if opt.Logger != nil {
			opt.Logger.Warn(w)
		}
	}
	return vetted.Fit(ctx, d, opt)
}

// SaveModel writes a model as one safetensors file, whole or not at all.
func SaveModel(path string, model detect.Model) error {
	return format.WriteAtomic(path, model.Save)
}

// Options is what opening a model takes beside its file.
type Options struct {
	Workers task.Workers // cores that the model may use; 0: all; never changes a result
}

// OpenModel reads a model that SaveModel, or `blemish train`, wrote, of any detector.
// Several goroutines may use it at once.
func OpenModel(ctx context.Context, path string, opt Options) (detect.Model, error) {
	if err := kernels.Problem(); err != nil {
		return nil, err
	}
	file, err := weights.Read(path)
	if err != nil {
		return nil, err
	}
	model, err := all.Open(ctx, file, detect.OpenOptions(opt))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return model, nil
}
