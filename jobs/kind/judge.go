package kind

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"blemish/format"
	"blemish/inspection"
	"blemish/jobs"
	"blemish/judge"
	"blemish/report"
	"blemish/storage"
)

// Judging a scan: the inputs are model and scan, then the inspection plan and what is painted
// for it where there are any; the result is the folder that predict writes for the scan.

// JudgeSpec is how a scan is judged, and what stands in its report beside.
type JudgeSpec struct {
	Name string       `json:"name"` // of the scan, in documents
	Head *report.Head `json:"head,omitempty"`
	// DocumentOnly leaves out of the result all but results.json.
	DocumentOnly bool `json:"document_only,omitempty"`
	JudgeShared
}

// JudgeShared is what the scans of a batch share.
type JudgeShared struct {
	Threshold float64          `json:"threshold"`           // judge.Learnt: the model's own
	Columns   []string         `json:"columns,omitempty"`   // see format.ReadOptions
	NoClouds  bool             `json:"no_clouds,omitempty"` // no point files
	Asked     inspection.Asked `json:"asked"`               // its file is an input
	Title     string           `json:"title,omitempty"`
	BatchHead *report.Head     `json:"batch_head,omitempty"`
	Detection []string         `json:"detection,omitempty"` // see report.Predict
}

// NewJudge stores a scan and makes the job; model is what PutModel returned, plan what
// PutPlan did.
func NewJudge(ctx context.Context, s storage.Store, model jobs.File, plan []jobs.File, scan string, spec JudgeSpec) (jobs.Job, error) {
	file, err := put(ctx, s, scan, "scan/"+filepath.Base(scan))
	if err != nil {
		return jobs.Job{}, err
	}
	return jobs.New(JudgeKind, spec, append([]jobs.File{model, file}, plan...))
}

// PutModel stores a model for NewJudge.
func PutModel(ctx context.Context, s storage.Store, file string) (jobs.File, error) {
	return put(ctx, s, file, "model/"+filepath.Base(file))
}

// PutPlan stores the file of a plan for NewJudge, and what is painted for it.
func PutPlan(ctx context.Context, s storage.Store, file string, plan *inspection.Plan) ([]jobs.File, error) {
	if file == "" {
		return nil, nil
	}
	text, err := put(ctx, s, file, "plan/"+filepath.Base(file))
	if err != nil || plan.Paint == nil {
		return []jobs.File{text}, err
	}
	paint, err := put(ctx, s, plan.Paint.File, "paint/"+filepath.Base(plan.Paint.File))
	return []jobs.File{text, paint}, err
}

// mostModels is how many models stay open.
const mostModels = 4

// models keeps the models that were used last, each with its plan: most jobs want the same.
type models struct {
	opt Options

	mu   sync.Mutex
	open []openModel // the last one first
}

type openModel struct {
	key   string // what tells them apart
	judge *judge.Judge
}

func (m *models) get(ctx context.Context, w jobs.Work, spec *JudgeSpec) (*judge.Judge, error) {
	key, err := json.Marshal([]any{w.Job.Inputs[0], w.Job.Inputs[2:], spec.JudgeShared})
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, o := range m.open {
		if o.key == string(key) {
			copy(m.open[1:i+1], m.open[:i])
			m.open[0] = o
			return o.judge, nil
		}
	}
	if len(w.Job.Inputs) > 2 {
		spec.Asked.File = w.Input(2)
	}
	plan, err := spec.Asked.Plan()
	if err != nil {
		return nil, err
	}
	if plan.Paint != nil {
		if len(w.Job.Inputs) < 4 {
			return nil, errors.New("the plan has painted zones, and the job nothing painted")
		}
		plan.Paint.File = w.Input(3)
	}
	j, err := judge.Open(ctx, w.Input(0), judge.Options{Threshold: spec.Threshold, Plan: plan, Workers: m.opt.Workers})
	if err != nil {
		return nil, err
	}
	j.About.Title, j.About.Head, j.About.Detection = spec.Title, spec.BatchHead, spec.Detection
	m.open = slices.Insert(m.open[:min(len(m.open), mostModels-1)], 0, openModel{string(key), j})
	return j, nil
}

// judge is the handler. A scan that cannot be judged is a result that says so.
func (m *models) judge(ctx context.Context, w jobs.Work) error {
	var spec JudgeSpec
	if err := w.Spec(&spec); err != nil {
		return err
	}
	if n := len(w.Job.Inputs); n < 2 || n > 4 {
		return jobs.Hopeless(errors.New("a scan is judged with two inputs, the model and the scan, and up to two more, a plan and what is painted for it"))
	}
	j, err := m.get(ctx, w, &spec)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		// The files are those that were meant: their hashes say so. Where they lie here tells nobody anything.
		return jobs.Hopeless(errors.New(strings.ReplaceAll(err.Error(), w.In+string(filepath.Separator), "")))
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
	scan.Head = spec.Head
	if spec.DocumentOnly {
		return format.WriteAtomic(filepath.Join(w.Out, documentName), j.Document(scan).Write)
	}
	return j.WriteOne(ctx, w.Out, scan, view, spec.NoClouds, report.Options{Workers: m.opt.Workers})
}

// documentName is the file of a result with its document.
const documentName = "results.json"

// Judged is the document of a result.
func Judged(ctx context.Context, q *jobs.Queue, r jobs.Result) (*report.Predict, error) {
	dir, err := os.MkdirTemp("", "blemish-result-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	r.Files = slices.DeleteFunc(slices.Clone(r.Files), func(f jobs.File) bool { return f.Name != documentName })
	if err := q.Fetch(ctx, r, dir); err != nil {
		return nil, err
	}
	return ReadJudged(dir)
}

// ReadJudged reads the document in a folder that the result of a judge job was fetched to.
func ReadJudged(dir string) (*report.Predict, error) {
	path := filepath.Join(dir, documentName)
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	doc, err := report.ReadPredict(in, path)
	if err == nil && len(doc.Scans) != 1 {
		err = fmt.Errorf("%s: %d scans, one was given", path, len(doc.Scans))
	}
	return doc, err
}
