package kind

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"blemish/format"
	"blemish/jobs"
	"blemish/judge"
	"blemish/report"
	"blemish/storage"
)

// Judging a scan: the inputs are model and scan, the result is the folder that predict
// writes for the scan.

// JudgeSpec is how a scan is judged.
type JudgeSpec struct {
	Name      string   `json:"name"`              // of the scan, in documents
	Threshold float64  `json:"threshold"`         // judge.Learnt: the model's own
	Columns   []string `json:"columns,omitempty"` // see format.ReadOptions
}

// NewJudge stores a scan and makes the job; model is what PutModel returned.
func NewJudge(ctx context.Context, s storage.Store, model jobs.File, scan string, spec JudgeSpec) (jobs.Job, error) {
	file, err := put(ctx, s, scan, "scan/"+filepath.Base(scan))
	if err != nil {
		return jobs.Job{}, err
	}
	return jobs.New(JudgeKind, spec, []jobs.File{model, file})
}

// PutModel stores a model for NewJudge.
func PutModel(ctx context.Context, s storage.Store, file string) (jobs.File, error) {
	return put(ctx, s, file, "model/"+filepath.Base(file))
}

// models keeps the model that was used last: most jobs want the same.
type models struct {
	opt Options

	mu   sync.Mutex
	file jobs.File
	spec float64 // threshold
	open *judge.Judge
}

func (m *models) get(ctx context.Context, file jobs.File, path string, threshold float64) (*judge.Judge, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open != nil && m.file == file && m.spec == threshold {
		return m.open, nil
	}
	j, err := judge.Open(ctx, path, judge.Options{Threshold: threshold, Workers: m.opt.Workers})
	if err == nil {
		m.file, m.spec, m.open = file, threshold, j
	}
	return j, err
}

// judge is the handler. A scan that cannot be judged is a result that says so.
func (m *models) judge(ctx context.Context, w jobs.Work) error {
	var spec JudgeSpec
	if err := w.Spec(&spec); err != nil {
		return err
	}
	if len(w.Job.Inputs) != 2 {
		return jobs.Hopeless(errors.New("a scan is judged with two inputs, the model and the scan"))
	}
	j, err := m.get(ctx, w.Job.Inputs[0], w.Input(0), spec.Threshold)
	if err != nil {
		if ctx.Err() == nil {
			err = jobs.Hopeless(err) // the file is the one that was meant: its hash says so
		}
		return err
	}
	view, scan, _, err := j.File(ctx, w.Input(1), spec.Name, format.ReadOptions{Columns: spec.Columns})
	switch {
	case err == nil:
		scan.Seconds = report.None()
	case errors.Is(err, judge.ErrScan):
		scan = report.FailedPredictScan(spec.Name, err)
		scan.SHA256 = w.Job.Inputs[1].SHA256
	default:
		return err
	}
	return j.WriteOne(ctx, w.Out, scan, view, report.Options{Workers: m.opt.Workers})
}

// ReadJudged reads the document in a folder that the result of a judge job was fetched to.
func ReadJudged(dir string) (*report.Predict, error) {
	path := filepath.Join(dir, "results.json")
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return report.ReadPredict(in, path)
}
