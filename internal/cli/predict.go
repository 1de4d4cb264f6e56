package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"blemish/inspection"
	"blemish/judge"
	"blemish/report"
	"blemish/task"

	"github.com/spf13/cobra"
)

// mostThreshold is the largest threshold that float32 scores can be held against.
const mostThreshold = 1e30

// predicting is what predict was asked for.
type predicting struct {
	planned
	headed
	queued       queued
	model        string
	files        []string
	out          string
	limit        float64
	noClouds     bool
	failOnDefect bool
}

func newPredict(e *env) *cobra.Command {
	var p predicting
	var threshold string
	cmd := &cobra.Command{
		Use:   "predict --model MODEL FILE|FOLDER|-… [-o DIR]",
		Short: "verdict, score, defect regions for each scan",
		Long: "Judge scans with a model: sound, defective or unsure, with a score, the regions of the defects, and a report to look at and to print. " +
			"A folder means all clouds in it, a pattern in quotes the files that it matches, - standard input.",
		Example: `  blemish predict --model part.model scan.ply
  blemish predict --model part.model scans/ -o out
  blemish predict --model part.model "scans/*.pcd" -o out --tolerance 0.2 --section z=12
  blemish predict --model part.model scans/ -o out --plan plan.yaml --name-pattern '{part}_{serial}' --date today
  blemish predict --model part.model scan.ply --fail-on-defect --json
  blemish predict --model part.model scans/ -o out --jobs /shared/blemish`,
		Args: atLeast(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.model == "" {
				return usagef("--model MODEL missing: the file that train wrote")
			}
			var err error
			if p.limit, err = parseThreshold(threshold); err != nil {
				return err
			}
			plan, err := p.planned.read()
			if err != nil {
				return err
			}
			if err := p.headed.read(time.Now()); err != nil {
				return err
			}
			if p.files, err = scanFiles(args); err != nil {
				return err
			}
			if forOthers, err := p.queued.check(cmd); err != nil {
				return err
			} else if forOthers {
				return e.queuedPredict(cmd.Context(), &p, plan)
			}
			return e.predict(cmd.Context(), &p, plan)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&p.model, "model", "", "model file from train")
	f.StringVarP(&p.out, "out", "o", "", "new folder for report.html, pictures, coloured PLY, scores, results.json, results.csv, regions.csv and results.xlsx")
	p.planned.flags(cmd)
	f.StringVar(&threshold, "threshold", "auto", "score above which a scan is defective; auto: the one learnt from the sound scans")
	f.BoolVar(&p.failOnDefect, "fail-on-defect", false, "exit with code 3 when a scan is defective, 4 when none is but one is unsure")
	f.BoolVar(&p.noClouds, "no-clouds", false, "write no PLY and NPY files beside the report")
	p.headed.flags(cmd)
	p.queued.flags(cmd)
	group(cmd, "Where from and where to", "model", "out", "no-clouds")
	group(cmd, "How", "plan", "tolerance", "pose", "section", "threshold", "fail-on-defect")
	group(cmd, "The head of the report", "title", "part", "serial", "order", "operator", "date", "name-pattern")
	return cmd
}

func (e *env) predict(ctx context.Context, p *predicting, plan *inspection.Plan) error {
	model, err := judge.Open(ctx, p.model, judge.Options{Threshold: p.limit, Plan: plan, Workers: e.workers, Read: e.readCloud})
	if err != nil {
		return err
	}
	model.About.Detection = e.readBeside(p.model, model.About.Model.SHA256)
	p.headed.put(&model.About)
	doc := model.Document()
	j := &judging{env: e, predicting: p, model: model, doc: doc}
	var place *draft
	if p.out != "" {
		if place, err = beginDraft(p.out); err != nil {
			return err
		}
		defer place.giveUp()
		j.folder = model.Folder(ctx, place.dir(), len(p.files), p.noClouds, report.Options{Workers: e.workers})
	}
	if err := j.run(ctx); err != nil {
		return err
	}
	if place != nil {
		if err := errors.Join(j.folder.Close(doc), ctx.Err()); err != nil {
			return err
		}
		if err := place.finish(); err != nil {
			return err
		}
	}
	if e.json {
		err = doc.Write(e.stdout)
	} else {
		err = doc.WriteTable(e.stdout)
	}
	if err == nil && p.out != "" {
		e.log.Info("report: " + filepath.Join(p.out, "report.html"))
	}
	if err != nil {
		return err
	}
	return e.verdictCode(doc.Count(), p.failOnDefect)
}

// verdictCode ends predict and watch --once: of several things that are not as they should be, a
// defect counts before doubt, and doubt before files that could not be judged.
func (e *env) verdictCode(c report.Counts, failOnDefect bool) error {
	var failed error
	if c.Failed > 0 {
		failed = fmt.Errorf("%d of %d scans could not be judged", c.Failed, c.Sound+c.Defective+c.Unsure+c.Failed)
	}
	code := failed
	switch {
	case failOnDefect && c.Defective > 0:
		code = errDefectFound
	case failOnDefect && c.Unsure > 0:
		code = errUnsure
	}
	if failed != nil && code != failed {
		e.log.Error(failed.Error())
	}
	return code
}

// parseThreshold reads --threshold: auto is the one that the model learnt.
func parseThreshold(text string) (float64, error) {
	if text == "auto" {
		return judge.Learnt, nil
	}
	limit, err := strconv.ParseFloat(text, 64)
	if err != nil || !(limit > 0 && limit <= mostThreshold) {
		return 0, usagef("--threshold %s: auto, or a number above 0 and up to %g", text, mostThreshold)
	}
	return limit, nil
}

// judging is one run over the files.
type judging struct {
	*env
	*predicting
	model  *judge.Judge
	doc    *report.Predict
	folder *judge.Folder // nil: nothing is written
}

// run scores the files one by one; one that fails costs its own line. Of each scan nothing
// stays in memory but its line, and what the page shows.
func (j *judging) run(ctx context.Context) error {
	m := j.newMeter()
	defer m.end()
	for i, path := range j.files {
		view, scan, err := j.judgeOne(ctx, path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			j.log.Error(err.Error())
			if path == "-" {
				path = stdinName
			}
			scan = report.FailedPredictScan(path, err)
		} else if j.folder != nil {
			if err := j.folder.Add(view); err != nil {
				return err
			}
		}
		scan.Head = j.headOf(&j.headed, path)
		j.doc.Scans = append(j.doc.Scans, scan)
		m.progress().Report(task.Event{Stage: "judge", Done: i + 1, Total: len(j.files), Unit: "scans"})
	}
	return nil
}

func (j *judging) judgeOne(ctx context.Context, path string) (view *report.ScanView, scan report.PredictScan, err error) {
	if path == "-" {
		cloud, err := j.readCloud(path)
		if err != nil {
			return nil, scan, err
		}
		view, scan, err = j.model.Cloud(ctx, stdinName, cloud)
		if err != nil {
			return nil, scan, err
		}
	} else {
		var warnings []string
		view, scan, warnings, err = j.model.File(ctx, path, path, j.reading())
		j.warnAll(path, warnings)
		if err != nil {
			return nil, scan, err
		}
	}
	if j.folder != nil {
		err = j.folder.Cut(view)
	}
	return view, scan, err
}
