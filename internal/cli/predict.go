package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"blemish/judge"
	"blemish/report"
	"blemish/task"

	"github.com/spf13/cobra"
)

// mostThreshold is the largest threshold that float32 scores can be held against.
const mostThreshold = 1e30

func newPredict(e *env) *cobra.Command {
	var (
		model, out, threshold string
		failOnDefect          bool
		q                     queued
	)
	cmd := &cobra.Command{
		Use:   "predict --model MODEL FILE|FOLDER|-… [-o DIR]",
		Short: "verdict, score, defect regions for each scan",
		Long: "Judge scans with a model: sound, defective or unsure, with a score, the regions of the defects, and a report to look at. " +
			"A folder means all clouds in it, a pattern in quotes the files that it matches, - standard input.",
		Example: `  blemish predict --model part.model scan.ply
  blemish predict --model part.model scans/ -o out
  blemish predict --model part.model "scans/*.pcd" -o out
  blemish predict --model part.model scan.ply --fail-on-defect --json
  blemish predict --model part.model scans/ -o out --jobs /shared/blemish`,
		Args: atLeast(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if model == "" {
				return usagef("--model MODEL missing: the file that train wrote")
			}
			limit, err := parseThreshold(threshold)
			if err != nil {
				return err
			}
			files, err := scanFiles(args)
			if err != nil {
				return err
			}
			if forOthers, err := q.check(cmd); err != nil {
				return err
			} else if forOthers {
				if slices.Contains(files, "-") {
					return usagef("- (standard input) does not go with --jobs")
				}
				return e.queuedPredict(cmd.Context(), &q, model, files, out, limit, failOnDefect)
			}
			return e.predict(cmd.Context(), model, files, out, limit, failOnDefect)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&model, "model", "", "model file from train")
	f.StringVarP(&out, "out", "o", "", "new folder for report.html, pictures, coloured PLY, scores, results.json and results.csv")
	f.StringVar(&threshold, "threshold", "auto", "score above which a scan is defective; auto: the one learnt from the sound scans")
	f.BoolVar(&failOnDefect, "fail-on-defect", false, "exit with code 3 when a scan is defective, 4 when none is but one is unsure")
	q.flags(cmd)
	return cmd
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

func (e *env) predict(ctx context.Context, modelPath string, files []string, out string, limit float64, failOnDefect bool) error {
	if out != "" {
		if err := mustBeNew(out); err != nil {
			return err
		}
	}
	j, err := judge.Open(ctx, modelPath, judge.Options{Threshold: limit, Workers: e.workers})
	if err != nil {
		return err
	}
	j.About.Detection = e.readBeside(modelPath, j.About.Model.SHA256)
	doc := j.Document()
	views := e.judge(ctx, j, files, doc, out != "")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if out != "" {
		if err := judge.Write(ctx, out, doc, views, report.Options{Workers: e.workers}); err != nil {
			return err
		}
	}
	if e.json {
		err = doc.Write(e.stdout)
	} else {
		err = doc.WriteTable(e.stdout)
	}
	if err == nil && out != "" {
		e.log.Info("report: " + filepath.Join(out, "report.html"))
	}
	if err != nil {
		return err
	}
	return e.verdictCode(doc.Count(), failOnDefect)
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

// judge scores the files one by one; one that fails costs its own line.
func (e *env) judge(ctx context.Context, j *judge.Judge, files []string, doc *report.Predict, keep bool) (views []report.ScanView) {
	m := e.newMeter()
	defer m.end()
	for i, path := range files {
		view, scan, err := e.judgeOne(ctx, j, path)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			e.log.Error(err.Error())
			if path == "-" {
				path = stdinName
			}
			scan = report.FailedPredictScan(path, err)
		} else if keep {
			views = append(views, *view)
		}
		doc.Scans = append(doc.Scans, scan)
		m.progress().Report(task.Event{Stage: "judge", Done: i + 1, Total: len(files), Unit: "scans"})
	}
	return views
}

func (e *env) judgeOne(ctx context.Context, j *judge.Judge, path string) (*report.ScanView, report.PredictScan, error) {
	if path == "-" {
		cloud, err := e.readCloud(path)
		if err != nil {
			return nil, report.PredictScan{}, err
		}
		return j.Cloud(ctx, stdinName, cloud)
	}
	view, scan, warnings, err := j.File(ctx, path, path, e.reading())
	e.warnAll(path, warnings)
	return view, scan, err
}
