package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"blemish/dataset"
	"blemish/detect"
	"blemish/jobs"
	"blemish/jobs/kind"
	"blemish/report"
	"blemish/storage"
)

// queuedTrain is train by a worker.
func (e *env) queuedTrain(ctx context.Context, q *queued, d detect.Detector, part *cad, t *training) error {
	var sound []string
	var err error
	if len(t.sound) > 0 || part.file == "" {
		if sound, err = dataset.Scans(t.sound); err != nil {
			return err
		}
	}
	if err := part.read(e, &detect.FitOptions{}); err != nil { // what is wrong with it is told here, as its warnings are
		return err
	}
	class := t.class
	if class == "" {
		class = partName(t.out)
	}
	if err := stayHere(d); err != nil {
		return err
	}
	config, err := report.ConfigJSON(d.Config())
	if err != nil {
		return err
	}
	queue, err := e.openQueue(ctx, q, "")
	if err != nil {
		return err
	}
	defer queue.Broker.Close()
	spec := kind.TrainSpec{Detector: d.Name(), Config: config, Class: class, Unit: t.unit, Seed: e.seed, KeepAll: t.keepAll, Alarms: t.alarms, Columns: e.columns}
	job, err := kind.NewTrain(ctx, queue.Store, sound, part.file, spec)
	if err != nil {
		return err
	}
	var warnings []string
	err = e.results(ctx, q, queue, []jobs.Job{job}, "models", func(_ int, r jobs.Result) error {
		if r.Error != "" {
			return fmt.Errorf("learn %s: %s", class, r.Error)
		}
		for _, f := range r.Files {
			switch f.Name {
			case kind.ModelName:
				if err := storage.GetFile(ctx, queue.Store, f.SHA256, t.out); err != nil {
					return err
				}
			case kind.WarningsName:
				if warnings, err = readWarnings(ctx, queue, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, w := range warnings {
		e.log.Warn(w)
	}
	if part.file != "" {
		part.learnt(e, d, class, t.out, len(sound))
	} else {
		e.log.Info(fmt.Sprintf("%s learnt %s from %d sound scans; model in %s", d.Name(), class, len(sound), t.out))
	}
	if !e.json {
		return nil
	}
	doc, err := describeTrained(t.out, warnings)
	if err != nil {
		return err
	}
	return e.printJSON(doc)
}

// stayHere refuses settings that name a file, which workers do not have.
func stayHere(d detect.Detector) error {
	text, err := json.Marshal(d.Config())
	if err != nil {
		return err
	}
	var config struct {
		Pretrained string `json:"pretrained"`
	}
	if json.Unmarshal(text, &config) == nil && !slices.Contains([]string{"", "none", "built-in"}, config.Pretrained) {
		return usagef("--pretrained %s does not go with --jobs: workers do not have that file; built-in and none do", config.Pretrained)
	}
	return nil
}

func readWarnings(ctx context.Context, queue *jobs.Queue, f jobs.File) (warnings []string, err error) {
	dir, err := os.MkdirTemp("", "blemish-result-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	at := filepath.Join(dir, f.Name)
	if err := storage.GetFile(ctx, queue.Store, f.SHA256, at); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(at)
	if err != nil {
		return nil, err
	}
	return warnings, json.Unmarshal(text, &warnings)
}
