package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"blemish/format"
	"blemish/geom"
	"blemish/history"
	"blemish/internal/version"
	"blemish/judge"
	"blemish/report"
	"blemish/task"
)

// Judging a scan: the calls, and the document, of predict.

// scanJob is the payload of a job that judges.
type scanJob struct {
	Scan     string    `json:"scan"` // hash of the file
	Name     string    `json:"name"`
	Part     string    `json:"part"`
	Serial   string    `json:"serial,omitempty"`
	Order    string    `json:"order,omitempty"`
	Operator string    `json:"operator,omitempty"`
	Received time.Time `json:"received"`
	Model    string    `json:"model"` // hash of the file
	Version  int       `json:"version"`
	File     string    `json:"file"` // of the model, as people call it
	Detector string    `json:"detector"`
}

// entry is the entry of the job's document.
func (j *scanJob) entry(doc *report.Predict) (*history.Entry, error) {
	var text bytes.Buffer
	if err := doc.Write(&text); err != nil {
		return nil, err
	}
	e := history.NewEntry(doc, text.Bytes(), j.Scan)
	e.ID = history.EntryID(j.Scan, j.Model) // a model that cannot be opened tells no hash
	e.Model = history.ModelRef{ID: j.Model, Version: j.Version, Detector: j.Detector}
	e.Part, e.Serial, e.Order, e.Operator, e.Received = j.Part, j.Serial, j.Order, j.Operator, j.Received
	return &e, nil
}

// judgeJob judges the scan of a job. An error comes with the outcome that keeps it.
func (s *Service) judgeJob(ctx context.Context, job *history.Job) (*outcome, error) {
	var j scanJob
	if err := json.Unmarshal(job.Payload, &j); err != nil {
		return s.failedScan(job, err)
	}
	m, err := s.loaded.open(ctx, s, j.Model)
	if err != nil {
		return s.failedScan(job, err)
	}
	limited, stop := context.WithTimeout(ctx, s.opt.JudgeTime)
	defer stop()
	scan, _, err := s.judge(limited, m, j.Scan, j.Name)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("%s: not judged within %v", j.Name, s.opt.JudgeTime)
	}
	if err != nil {
		scan = report.FailedPredictScan(j.Name, err)
	}
	e, err := j.entry(m.document(j.File, scan))
	return &outcome{entry: e}, err
}

// failedScan is the outcome of a scan that no model has seen.
func (s *Service) failedScan(job *history.Job, why error) (*outcome, error) {
	var j scanJob
	if err := json.Unmarshal(job.Payload, &j); err != nil {
		return &outcome{state: history.JobFailed, note: err.Error()}, err
	}
	doc := &report.Predict{Blemish: version.Version, Model: report.Model{File: j.File, SHA256: j.Model, Detector: j.Detector}, Threshold: report.None(),
		Scans: []report.PredictScan{report.FailedPredictScan(j.Name, why)}}
	e, err := j.entry(doc)
	return &outcome{entry: e}, errors.Join(why, err)
}

// judge judges a stored scan, and returns what a page shows of it.
func (s *Service) judge(ctx context.Context, m *loadedModel, hash, name string) (report.PredictScan, *report.ScanView, error) {
	view, scan, _, err := m.judge.File(ctx, s.data.file(scanFiles, hash), name, format.ReadOptions{})
	return scan, view, fileProblem(name, err)
}

// readScan reads a stored scan. Messages call it by its name.
func (s *Service) readScan(hash, name string) (*geom.Cloud, error) {
	cloud, _, err := judge.ReadScanAs(s.data.file(scanFiles, hash), name, format.ReadOptions{})
	return cloud, fileProblem(name, err)
}

// fileProblem is an error of a stored file without the place where it lies.
func fileProblem(name string, err error) error {
	var lost *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is no longer in the data folder", name)
	case errors.As(err, &lost):
		return fmt.Errorf("%s cannot be read in the data folder: %w", name, lost.Err)
	}
	return err
}

// loadedModel is a model in memory.
type loadedModel struct {
	once  sync.Once
	id    string
	used  int64 // when, in calls
	judge *judge.Judge
	err   error
}

// document is predict's document of one scan.
func (m *loadedModel) document(file string, scan report.PredictScan) *report.Predict {
	doc := m.judge.Document(scan)
	doc.Model.File = file
	return doc
}

// mostLoaded is how many models stay in memory.
const mostLoaded = 4

// loadedModels are the models that were used last.
type loadedModels struct {
	mu    sync.Mutex
	calls int64
	all   map[string]*loadedModel
}

func newLoadedModels() *loadedModels { return &loadedModels{all: map[string]*loadedModel{}} }

// open reads a model, once for all who want it at the same time.
func (l *loadedModels) open(ctx context.Context, s *Service, id string) (*loadedModel, error) {
	l.mu.Lock()
	m := l.all[id]
	if m == nil {
		m = &loadedModel{id: id}
		l.all[id] = m
	}
	l.calls++
	m.used = l.calls
	for len(l.all) > mostLoaded {
		oldest := m
		for _, other := range l.all {
			if other.used < oldest.used {
				oldest = other
			}
		}
		delete(l.all, oldest.id) // those who use it keep it
	}
	l.mu.Unlock()
	m.once.Do(func() { m.judge, m.err = openModel(ctx, s.data.file(modelFiles, id), s.opt.CoresPerScan) })
	if m.err != nil {
		l.mu.Lock()
		if l.all[id] == m {
			delete(l.all, id) // the next one tries again
		}
		l.mu.Unlock()
	}
	return m, m.err
}

// openModel reads a model's file. Messages do not tell where it lies.
func openModel(ctx context.Context, path string, workers task.Workers) (*judge.Judge, error) {
	j, err := judge.Open(ctx, path, judge.Options{Workers: workers})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the model is not in the data folder of this station")
	}
	if err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), path, "the model"))
	}
	return j, nil
}
