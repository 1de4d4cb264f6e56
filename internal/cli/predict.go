package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"blemish"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/inspection"
	"blemish/report"
	"blemish/task"
	"blemish/weights"

	"github.com/spf13/cobra"
)

// learntThreshold stands for --threshold auto: the one that the model learnt.
const learntThreshold = 0

// mostThreshold is the largest threshold that float32 scores can be held against.
const mostThreshold = 1e30

// predicting is what predict was asked for.
type predicting struct {
	planned
	headed
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
  blemish predict --model part.model scan.ply --fail-on-defect --json`,
		Args: atLeast(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.model == "" {
				return usagef("--model MODEL missing: the file that train wrote")
			}
			p.limit = learntThreshold
			if threshold != "auto" {
				var err error
				if p.limit, err = strconv.ParseFloat(threshold, 64); err != nil || !(p.limit > 0 && p.limit <= mostThreshold) {
					return usagef("--threshold %s: auto, or a number above 0 and up to %g", threshold, mostThreshold)
				}
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
	group(cmd, "Where from and where to", "model", "out", "no-clouds")
	group(cmd, "How", "plan", "tolerance", "pose", "section", "threshold", "fail-on-defect")
	group(cmd, "The head of the report", "title", "part", "serial", "order", "operator", "date", "name-pattern")
	return cmd
}

func (e *env) predict(ctx context.Context, p *predicting, plan *inspection.Plan) error {
	if p.out != "" {
		if err := mustBeNew(p.out); err != nil {
			return err
		}
	}
	state, err := weights.Read(p.model)
	if err != nil {
		return err
	}
	model, err := all.Open(ctx, state, detect.OpenOptions{Workers: e.workers})
	if err != nil {
		return fmt.Errorf("%s: %w", p.model, err)
	}
	doc := &report.Predict{Blemish: blemish.Version, Scans: []report.PredictScan{}}
	if doc.Model, err = describeModel(p.model, state); err != nil {
		return err
	}
	doc.Detection = e.readBeside(p.model, doc.Model.SHA256)
	j := &judging{env: e, predicting: p, model: model, plan: plan, doc: doc}
	card, err := detect.ReadCard(state)
	if err == nil {
		card, err = e.adjust(ctx, j, card)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.model, err)
	}
	doc.Threshold, doc.Unit, doc.Model.Decision = report.Number(card.Calibration.Threshold), card.Unit, card.Decision
	doc.SetTolerance(plan.Tolerance)
	if words := plan.Align.Words(); words != inspection.BestFit {
		doc.Alignment = words
	}
	p.headed.put(doc)
	if p.out != "" {
		j.batch = report.NewBatch(ctx, p.out, len(p.files), doc.Threshold, doc.Unit, report.Options{Workers: e.workers})
		j.clouds = newMapFolder(p.out, doc.Unit, plan.Tolerance, p.noClouds)
		defer func() {
			if !j.closed {
				emptyFolder(p.out)
			}
		}()
	}
	if err := j.run(ctx); err != nil {
		return err
	}
	if p.out != "" {
		if err := j.batch.Close(doc); err != nil {
			return err
		}
		j.closed = true
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
	return e.verdictCode(doc, p.failOnDefect)
}

// verdictCode ends predict: of several things that are not as they should be, a
// defect counts before doubt, and doubt before files that could not be judged.
func (e *env) verdictCode(doc *report.Predict, failOnDefect bool) error {
	c := doc.Count()
	var failed error
	if c.Failed > 0 {
		failed = fmt.Errorf("%d of %d scans could not be judged", c.Failed, len(doc.Scans))
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

// judging is one run over the files.
type judging struct {
	*env
	*predicting
	model  detect.Model
	plan   *inspection.Plan
	doc    *report.Predict
	cut    *inspection.Reference // what sections cut; nil: there are none
	batch  *report.Batch         // nil: nothing is written
	clouds *mapFolder
	closed bool // all files are there
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
		} else if j.batch != nil {
			if err := j.clouds.save(*view); err != nil {
				return err
			}
			if err := j.batch.Add(*view); err != nil {
				return err
			}
		}
		scan.Head = j.headOf(&j.headed, path)
		j.doc.Scans = append(j.doc.Scans, scan)
		m.progress().Report(task.Event{Stage: "judge", Done: i + 1, Total: len(j.files), Unit: "scans"})
	}
	return nil
}

func (j *judging) judgeOne(ctx context.Context, path string) (*report.ScanView, report.PredictScan, error) {
	cloud, err := j.readScan(path)
	if err != nil {
		return nil, report.PredictScan{}, err
	}
	piped := path == "-"
	if piped {
		path = stdinName
	}
	begun := time.Now()
	result, err := j.model.Score(ctx, cloud)
	if err != nil {
		return nil, report.PredictScan{}, fmt.Errorf("%s: %w", path, err)
	}
	result.Threshold = float32(j.doc.Threshold)
	result.Judge()
	scan := report.NewPredictScan(path, cloud, result, time.Since(begun).Seconds())
	scan.Describe(result, j.plan.Tolerance, j.doc.Unit)
	if !piped {
		if scan.SHA256, err = format.HashFile(path); err != nil {
			return nil, report.PredictScan{}, err
		}
	}
	view := &report.ScanView{Name: path, Cloud: cloud, Result: result, Truth: cloud.Scalar("label")}
	if j.cut != nil && j.batch != nil && scan.Pose != nil {
		for _, s := range j.plan.Sections {
			profile, err := j.cut.Cut(ctx, s, cloud, result)
			if err != nil {
				return nil, report.PredictScan{}, fmt.Errorf("%s: section %s: %w", path, s.Name, err)
			}
			view.Sections = append(view.Sections, profile)
		}
	}
	return view, scan, nil
}

func describeModel(path string, state *weights.File) (report.Model, error) {
	card, err := detect.ReadCard(state)
	if err != nil {
		return report.Model{}, fmt.Errorf("%s: %w", path, err)
	}
	sum, err := format.HashFile(path)
	if err != nil {
		return report.Model{}, err
	}
	m := report.Model{File: filepath.Base(path), SHA256: sum, Blemish: card.Version, Detector: card.Detector, Class: card.Class, Seed: card.Seed, Config: card.Config, Decision: card.Decision}
	if card.CAD != nil {
		m.CAD = &report.TrainingFile{File: card.CAD.Name, SHA256: card.CAD.SHA256}
	}
	for _, f := range card.Files {
		m.Training = append(m.Training, report.TrainingFile{File: f.Name, SHA256: f.SHA256})
	}
	return m, nil
}
