package kind

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"blemish/dataset"
	"blemish/format"
	"blemish/internal/version"
	"blemish/jobs"
	"blemish/storage"
)

// Making a data set: a job is a shard, its result the working folder with the shard's clouds.

// SynthSpec is a shard of a data set.
type SynthSpec struct {
	Recipe  dataset.Options `json:"recipe"`
	Seed    uint64          `json:"seed"`
	Sources []string        `json:"sources"` // meshes or folders of scans among the inputs; none: built-in objects
	Shard   int             `json:"shard"`
	Shards  int             `json:"shards"`
}

// NewSynth stores meshes and scans and makes the jobs of a data set, a shard each.
func NewSynth(ctx context.Context, s storage.Store, recipe dataset.Options, shards int) ([]jobs.Job, error) {
	spec := SynthSpec{Recipe: recipe, Seed: recipe.Seed, Shards: shards, Sources: []string{}}
	from, ability := recipe.Meshes, format.ReadableMesh
	if recipe.Scans {
		from, ability = recipe.ScanFolders, format.Readable
	}
	var files []jobs.File
	for i, source := range from {
		more, root, err := putTree(ctx, s, source, path.Join("sources", fmt.Sprint(i)), ability.Has)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
		spec.Sources = append(spec.Sources, root)
	}
	var list []jobs.Job
	for spec.Shard = range shards {
		job, err := jobs.New(SynthKind, spec, files)
		if err != nil {
			return nil, err
		}
		list = append(list, job)
	}
	return list, nil
}

// setName is what a data set is called where it is made.
const setName = "set"

func (o Options) synth(ctx context.Context, w jobs.Work) error {
	var spec SynthSpec
	if err := w.Spec(&spec); err != nil {
		return err
	}
	opt := spec.Recipe
	opt.Seed, opt.Version, opt.Workers, opt.Progress = spec.Seed, version.Version, o.Workers, o.Progress
	opt.Shard = dataset.Shard{Index: spec.Shard, Count: spec.Shards}
	opt.Meshes, opt.ScanFolders = nil, nil
	for _, source := range spec.Sources {
		at := filepath.Join(w.In, filepath.FromSlash(source))
		if opt.Scans {
			opt.ScanFolders = append(opt.ScanFolders, at)
		} else {
			opt.Meshes = append(opt.Meshes, at)
		}
	}
	_, err := dataset.Build(ctx, filepath.Join(w.Out, setName), opt)
	if err != nil && ctx.Err() == nil && !errors.Is(err, syscall.ENOSPC) {
		err = jobs.Hopeless(err)
	}
	return err
}

// JoinSynth brings the results of all shards together and makes the data set of them.
func JoinSynth(ctx context.Context, q *jobs.Queue, results []jobs.Result, dir string, opt dataset.Options) (*dataset.Summary, error) {
	working := filepath.Clean(dir) + ".partial"
	for _, r := range results {
		for _, f := range r.Files {
			name, ok := strings.CutPrefix(f.Name, setName+".partial/")
			if !ok {
				return nil, fmt.Errorf("a shard has a file %q", f.Name)
			}
			if err := storage.GetFile(ctx, q.Store, f.SHA256, filepath.Join(working, filepath.FromSlash(name))); err != nil {
				return nil, err
			}
		}
	}
	opt.Resume, opt.Shard = true, dataset.Shard{}
	return dataset.Build(ctx, dir, opt)
}
