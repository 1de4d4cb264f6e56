package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"blemish/format"
	"blemish/inspection"
	"blemish/jobs"
	"blemish/jobs/kind"
	"blemish/judge"
	"blemish/report"
	"blemish/storage"
	"blemish/task"
)

// queuedPredict is predict by workers. Each scan gets a folder of its own in out.
func (e *env) queuedPredict(ctx context.Context, p *predicting, plan *inspection.Plan) error {
	if slices.Contains(p.files, "-") {
		return usagef("- (standard input) does not go with --jobs")
	}
	q, model, files := &p.queued, p.model, p.files
	j, err := judge.Open(ctx, model, judge.Options{Threshold: p.limit, Plan: plan, Workers: e.workers, Read: e.readCloud})
	if err != nil {
		return err
	}
	j.About.Detection = e.readBeside(model, j.About.Model.SHA256)
	p.headed.put(&j.About)
	queue, err := e.openQueue(ctx, q, "")
	if err != nil {
		return err
	}
	defer queue.Broker.Close()
	scans, list, of, err := e.storeScans(ctx, queue.Store, p, plan, &j.About)
	if err != nil {
		return err
	}
	out := "" // the folder in the making
	var place *draft
	if p.out != "" {
		if place, err = beginDraft(p.out); err != nil {
			return err
		}
		defer place.giveUp()
		out = place.dir()
	}
	dirs := newNames()
	err = e.results(ctx, q, queue, list, "scans", func(i int, r jobs.Result) error {
		path := files[of[i]]
		scan, err := e.judged(ctx, queue, r, out, dirs.next(path))
		if err != nil {
			return err
		}
		if r.Error != "" {
			scan = report.FailedPredictScan(path, errors.New(r.Error))
		}
		if scan.Error != "" {
			e.log.Error(scan.Error)
		}
		scan.Head = scans[of[i]].Head
		scans[of[i]] = scan
		return nil
	})
	if err != nil {
		return err
	}
	doc := j.Document(scans...)
	if place != nil {
		if err := report.WritePredict(ctx, out, doc, nil, report.Options{Workers: e.workers}); err != nil {
			return err
		}
		if err := place.finish(); err != nil {
			return err
		}
		e.log.Info("report: " + filepath.Join(p.out, "report.html") + "; each scan has its own below")
	}
	if e.json {
		err = doc.Write(e.stdout)
	} else {
		err = doc.WriteTable(e.stdout)
	}
	if err != nil {
		return err
	}
	return e.verdictCode(doc.Count(), p.failOnDefect)
}

// storeScans stores the scans; one that cannot be read has its entry already. Job i is of
// file of[i].
func (e *env) storeScans(ctx context.Context, store storage.Store, p *predicting, plan *inspection.Plan, about *report.Predict) (scans []report.PredictScan, list []jobs.Job, of []int, err error) {
	model, err := kind.PutModel(ctx, store, p.model)
	if err != nil {
		return nil, nil, nil, err
	}
	beside, err := kind.PutPlan(ctx, store, p.asked.File, plan)
	if err != nil {
		return nil, nil, nil, err
	}
	shared := kind.JudgeShared{Threshold: p.limit, Columns: e.columns, NoClouds: p.noClouds, Asked: p.asked, Title: about.Title, BatchHead: about.Head, Detection: about.Detection}
	files := p.files
	scans = make([]report.PredictScan, len(files))
	m := e.newMeter()
	defer m.end()
	for i, path := range files {
		head := e.headOf(&p.headed, path)
		if _, err := format.HashFile(path); err != nil {
			e.log.Error(err.Error())
			scans[i] = report.FailedPredictScan(path, err)
			scans[i].Head = head
			continue
		}
		scans[i].Head = head
		job, err := kind.NewJudge(ctx, store, model, beside, path, kind.JudgeSpec{Name: path, Head: scans[i].Head, JudgeShared: shared})
		if err != nil {
			return nil, nil, nil, err
		}
		list, of = append(list, job), append(of, i)
		m.progress().Report(task.Event{Stage: "store", Done: i + 1, Total: len(files), Unit: "scans"})
	}
	return scans, list, of, nil
}

// judged brings the result of a scan into its folder, or only reads it where out is "".
func (e *env) judged(ctx context.Context, queue *jobs.Queue, r jobs.Result, out, name string) (report.PredictScan, error) {
	var doc *report.Predict
	var err error
	switch {
	case r.Error != "":
		return report.PredictScan{}, nil
	case out == "":
		doc, err = kind.Judged(ctx, queue, r)
	default:
		dir := filepath.Join(out, name)
		if err = queue.Fetch(ctx, r, dir); err == nil {
			doc, err = kind.ReadJudged(dir)
		}
	}
	if err != nil {
		return report.PredictScan{}, err
	}
	return doc.Scans[0], nil
}

// names gives each scan a folder name of its own.
type names map[string]bool

func newNames() names { return names{} }

func (n names) next(path string) string {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	name := stem
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s-%d", stem, i)
	}
	n[name] = true
	return name
}
