package kind

import (
	"context"
	"log/slog"
	"os"
	"path"
	"path/filepath"

	"blemish/jobs"
	"blemish/storage"
	"blemish/task"
)

// The names of the kinds.
const (
	JudgeKind     = "judge"
	TrainKind     = "train"
	SynthKind     = "synth"
	BenchmarkKind = "benchmark"
)

// Options is what a worker gives its handlers.
type Options struct {
	Workers  task.Workers // cores for one job; 0: all; never changes a result
	Log      *slog.Logger
	Progress task.Progress
}

// Handlers are those of all kinds.
func Handlers(opt Options) map[string]jobs.Handler {
	models := &models{opt: opt}
	return map[string]jobs.Handler{
		JudgeKind:     models.judge,
		TrainKind:     opt.train,
		SynthKind:     opt.synth,
		BenchmarkKind: opt.benchmark,
	}
}

// put stores a file and says what a job calls it.
func put(ctx context.Context, s storage.Store, file, name string) (jobs.File, error) {
	sum, size, err := storage.PutFile(ctx, s, file)
	return jobs.File{Name: name, SHA256: sum, Size: size}, err
}

// putTree stores a file or the files of a folder that are wanted, under names that begin
// with stem and keep the last two parts of a file's path: reports name them.
func putTree(ctx context.Context, s storage.Store, from, stem string, wanted func(string) bool) (files []jobs.File, root string, err error) {
	from, err = filepath.Abs(from)
	if err != nil {
		return nil, "", err
	}
	info, err := os.Stat(from)
	if err != nil {
		return nil, "", err
	}
	if !info.IsDir() {
		root = path.Join(stem, filepath.Base(filepath.Dir(from)), filepath.Base(from))
		f, err := put(ctx, s, from, root)
		return []jobs.File{f}, root, err
	}
	root = path.Join(stem, filepath.Base(from))
	err = filepath.WalkDir(from, func(file string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || !wanted(file) {
			return err
		}
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		f, err := put(ctx, s, file, path.Join(root, filepath.ToSlash(name)))
		files = append(files, f)
		return err
	})
	return files, root, err
}
