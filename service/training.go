package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/history"
	"blemish/task"
)

// Learning a model from sound scans: the calls of train, with its default seed.

// mostSound is how many sound scans a model may be learnt from here.
const mostSound = 200

// trainSeed is the default of train, so that both make the same bytes.
const trainSeed = 1

// trainJob is the payload of a job that learns.
type trainJob struct {
	Part     string      `json:"part"`
	Class    string      `json:"class"`
	Unit     string      `json:"unit,omitempty"`
	Detector string      `json:"detector"`
	KeepAll  bool        `json:"keep_all,omitempty"`
	By       string      `json:"by,omitempty"`
	Sound    []soundScan `json:"sound"`
	Asked    time.Time   `json:"asked"`
}

type soundScan struct {
	Name string `json:"name"`
	Hash string `json:"sha256"`
}

// progressBoard is how far trainings are.
type progressBoard struct {
	mu  sync.Mutex
	all map[string]task.Event
}

func (p *progressBoard) set(id string, e task.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]task.Event{}
	}
	p.all[id] = e
}

func (p *progressBoard) get(id string) task.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all[id]
}

func (p *progressBoard) drop(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, id)
}

// trainRoute takes sound scans in and queues a training.
func (s *Service) trainRoute(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	leave, err := place(s.uploads, "uploads")
	if err != nil {
		return err
	}
	defer leave()
	f, err := s.readForm(w, r, scanFiles, mostSound, "class", "unit", "detector", "keep_all", "by", "entry", "name")
	if err != nil {
		return err
	}
	j := trainJob{Part: part, Class: f.fields["class"], Unit: f.fields["unit"], Detector: f.fields["detector"], KeepAll: f.fields["keep_all"] == "true", By: f.fields["by"], Asked: s.opt.Now().UTC().Truncate(time.Microsecond)}
	if name := whoAsks(r).name; name != "" {
		j.By = name
	}
	if j.Class == "" {
		j.Class = part
	}
	if err := detect.CheckUnit(j.Unit); err != nil {
		return refused(400, "unit %v", err)
	}
	if _, err := all.New(j.Detector); err != nil {
		return refused(400, "%v", err)
	}
	for _, file := range f.files {
		j.Sound = append(j.Sound, soundScan{file.name, file.hash})
	}
	for _, id := range f.entries {
		e, err := s.store.Get(r.Context(), id)
		if errors.Is(err, history.ErrNotFound) {
			return refused(404, "there is no scan %s", id)
		}
		if err != nil {
			return storeProblem(err)
		}
		j.Sound = append(j.Sound, soundScan{e.Name, e.Scan})
	}
	if len(j.Sound) == 0 || len(j.Sound) > mostSound {
		return refused(400, "%d sound scans: want 1 to %d, as files of a form or as the field entry", len(j.Sound), mostSound)
	}
	payload, err := json.Marshal(j)
	if err != nil {
		return err
	}
	id := history.EntryID(trainKind, string(payload)) // the time is in it: each is of its own
	if _, err := s.store.Enqueue(r.Context(), history.Job{ID: id, Owner: s.data.id, Kind: trainKind, Payload: payload, Enqueued: j.Asked}, s.opt.MostQueued); err != nil {
		return storeProblem(err)
	}
	nudge(s.learn)
	job, err := s.store.Job(r.Context(), id)
	if err != nil {
		return storeProblem(err)
	}
	w.Header().Set("Location", "/api/v1/trainings/"+id)
	return s.answerTraining(w, 202, &job)
}

// trainJob learns a model. A training that fails is kept with the reason.
func (s *Service) trainJob(ctx context.Context, job *history.Job) (*outcome, error) {
	defer s.progress.drop(job.ID)
	var j trainJob
	if err := json.Unmarshal(job.Payload, &j); err != nil {
		return &outcome{state: history.JobFailed, note: err.Error()}, err
	}
	m, warnings, err := s.train(ctx, job.ID, &j)
	if err != nil {
		return &outcome{state: history.JobFailed, note: err.Error()}, err
	}
	note, err := json.Marshal(trained{m.ID, m.Version, warnings})
	return &outcome{state: history.JobDone, note: string(note)}, err
}

// trained is the note of a training that is done.
type trained struct {
	Model    string   `json:"model"`
	Version  int      `json:"version"`
	Warnings []string `json:"warnings"`
}

func (s *Service) train(ctx context.Context, id string, j *trainJob) (m history.Model, warnings []string, err error) {
	d, err := all.New(j.Detector)
	if err != nil {
		return m, nil, err
	}
	clouds, files := make([]*geom.Cloud, len(j.Sound)), make([]detect.SourceFile, len(j.Sound))
	for i, sound := range j.Sound {
		if clouds[i], err = s.readScan(sound.Hash, sound.Name); err != nil {
			return m, nil, err
		}
		files[i] = detect.SourceFile{Name: sound.Name, SHA256: sound.Hash, Points: clouds[i].Len()}
	}
	checkpoint := filepath.Join(s.data.path, training, id)
	opt := detect.FitOptions{
		Class: j.Class, Unit: j.Unit, Files: files, Seed: trainSeed, Workers: s.opt.CoresPerScan, Logger: s.log, Checkpoint: checkpoint, Resume: true,
		Progress: func(e task.Event) { s.progress.set(id, e) },
	}
	vetted, err := deviation.Vet(ctx, d, clouds, opt, j.KeepAll)
	if err != nil {
		return m, nil, fmt.Errorf("learn %s: %w", j.Class, err)
	}
	model, err := vetted.Fit(ctx, d, opt)
	if err != nil {
		return m, nil, fmt.Errorf("learn %s: %w", j.Class, err)
	}
	written := filepath.Join(s.data.path, incoming, id)
	if err := format.WriteAtomic(written, model.Save); err != nil {
		return m, nil, err
	}
	defer os.Remove(written)
	in, err := os.Open(written)
	if err != nil {
		return m, nil, err
	}
	defer in.Close()
	const most = 1 << 40 // its own work: no limit
	k, err := s.data.keep(modelFiles, in, most)
	if err != nil {
		return m, nil, err
	}
	opened, err := s.loaded.open(ctx, s, k.hash) // it stays open for the first scan
	if err != nil {
		return m, nil, err
	}
	name := plainName(j.Part)
	if name == "" {
		name = "part"
	}
	// Where the history is away the training is done again, which makes the same bytes.
	if m, err = s.store.AddModel(ctx, s.modelOf(j.Part, formFile{k, name + ".model"}, opened.judge.Card, j.By, "trained")); err != nil {
		return m, nil, err
	}
	if err := os.Remove(checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, nil, err
	}
	warnings = append([]string{}, vetted.Warnings...)
	if len(vetted.Used) == 1 {
		warnings = append(warnings, "one sound scan alone does not tell how sound parts differ; four or more are better")
	}
	s.log.Info("learnt", "part", j.Part, "model", m.ID, "version", m.Version, "scans", len(vetted.Used), "by", j.By)
	return m, warnings, nil
}

// trainingDoc is a training as clients see it.
type trainingDoc struct {
	ID       string    `json:"id"`
	Part     string    `json:"part"`
	State    string    `json:"state"` // waiting, running, done, failed
	Asked    time.Time `json:"asked"`
	By       string    `json:"by,omitempty"`
	Sound    int       `json:"sound"`           // scans to learn from
	Stage    string    `json:"stage,omitempty"` // what is being done now
	Done     int       `json:"done"`            // of the stage
	Total    int       `json:"total"`           // of the stage; 0 where that is not known
	Model    string    `json:"model,omitempty"` // ID of what was learnt
	Version  int       `json:"version,omitempty"`
	Warnings []string  `json:"warnings,omitempty"`
	Error    string    `json:"error,omitempty"`
}

func (s *Service) describeTraining(job *history.Job) (trainingDoc, error) {
	var j trainJob
	if err := json.Unmarshal(job.Payload, &j); err != nil {
		return trainingDoc{}, err
	}
	doc := trainingDoc{ID: job.ID, Part: j.Part, State: job.State, Asked: j.Asked, By: j.By, Sound: len(j.Sound)}
	switch job.State {
	case history.JobRuns:
		e := s.progress.get(job.ID)
		doc.Stage, doc.Done, doc.Total = strings.TrimSpace(e.Stage+" "+e.Note), e.Done, e.Total
	case history.JobFailed:
		doc.Error = job.Note
	case history.JobDone:
		var t trained
		if err := json.Unmarshal([]byte(job.Note), &t); err != nil {
			return doc, err
		}
		doc.Model, doc.Version, doc.Warnings = t.Model, t.Version, t.Warnings
	}
	return doc, nil
}

func (s *Service) answerTraining(w http.ResponseWriter, status int, job *history.Job) error {
	doc, err := s.describeTraining(job)
	if err != nil {
		return err
	}
	return answer(w, status, doc)
}

// trainingRoute tells how far a training is.
func (s *Service) trainingRoute(w http.ResponseWriter, r *http.Request) error {
	job, err := s.store.Job(r.Context(), r.PathValue("id"))
	if errors.Is(err, history.ErrNotFound) || err == nil && job.Kind != trainKind {
		return refused(404, "there is no training %q", r.PathValue("id"))
	}
	if err != nil {
		return storeProblem(err)
	}
	return s.answerTraining(w, 200, &job)
}

// trainingsRoute lists the trainings of a part, the newest first.
func (s *Service) trainingsRoute(w http.ResponseWriter, r *http.Request) error {
	part, err := partOf(r)
	if err != nil {
		return err
	}
	jobs, err := s.store.Jobs(r.Context(), s.data.id, trainKind)
	if err != nil {
		return storeProblem(err)
	}
	list := []trainingDoc{}
	for i := len(jobs) - 1; i >= 0; i-- {
		doc, err := s.describeTraining(&jobs[i])
		if err != nil {
			return err
		}
		if doc.Part == part {
			list = append(list, doc)
		}
	}
	return answer(w, 200, map[string]any{"trainings": list})
}
