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
	"blemish/report"
	"blemish/task"
	"blemish/weights"

	"github.com/spf13/cobra"
)

// learntThreshold stands for --threshold auto: the one that the model learnt.
const learntThreshold = 0

// mostThreshold is the largest threshold that float32 scores can be held against.
const mostThreshold = 1e30

func newPredict(e *env) *cobra.Command {
	var (
		model, out, threshold string
		failOnDefect          bool
	)
	cmd := &cobra.Command{
		Use:   "predict --model MODEL FILE|FOLDER|-… [-o DIR]",
		Short: "verdict, score, defect regions for each scan",
		Long: "Judge scans with a model: sound, defective or unsure, with a score, the regions of the defects, and a report to look at. " +
			"A folder means all clouds in it, a pattern in quotes the files that it matches, - standard input.",
		Example: `  blemish predict --model part.model scan.ply
  blemish predict --model part.model scans/ -o out
  blemish predict --model part.model "scans/*.pcd" -o out
  blemish predict --model part.model scan.ply --fail-on-defect --json`,
		Args: atLeast(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if model == "" {
				return usagef("--model MODEL missing: the file that train wrote")
			}
			var limit float64 = learntThreshold
			if threshold != "auto" {
				var err error
				if limit, err = strconv.ParseFloat(threshold, 64); err != nil || !(limit > 0 && limit <= mostThreshold) {
					return usagef("--threshold %s: auto, or a number above 0 and up to %g", threshold, mostThreshold)
				}
			}
			files, err := scanFiles(args)
			if err != nil {
				return err
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
	return cmd
}

func (e *env) predict(ctx context.Context, modelPath string, files []string, out string, limit float64, failOnDefect bool) error {
	if out != "" {
		if err := mustBeNew(out); err != nil {
			return err
		}
	}
	state, err := weights.Read(modelPath)
	if err != nil {
		return err
	}
	model, err := all.Open(ctx, state, detect.OpenOptions{Workers: e.workers})
	if err != nil {
		return fmt.Errorf("%s: %w", modelPath, err)
	}
	doc := &report.Predict{Blemish: blemish.Version, Scans: []report.PredictScan{}}
	if doc.Model, err = describeModel(modelPath, state); err != nil {
		return err
	}
	doc.Detection = e.readBeside(modelPath, doc.Model.SHA256)
	card, err := detect.ReadCard(state)
	if err != nil {
		return fmt.Errorf("%s: %w", modelPath, err)
	}
	if limit == learntThreshold {
		limit = card.Calibration.Threshold
	}
	doc.Threshold, doc.Unit = report.Number(limit), card.Unit
	views := e.judge(ctx, model, files, limit, doc, out != "")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if out != "" {
		if err := report.WritePredict(ctx, out, doc, views, report.Options{Workers: e.workers}); err != nil {
			return err
		}
		if err := saveMaps(out, views); err != nil {
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
	return e.verdictCode(doc, failOnDefect)
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

// judge scores the files one by one; one that fails costs its own line.
func (e *env) judge(ctx context.Context, model detect.Model, files []string, limit float64, doc *report.Predict, keep bool) (views []report.ScanView) {
	m := e.newMeter()
	defer m.end()
	for i, path := range files {
		view, scan, err := e.judgeOne(ctx, model, path, limit)
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

func (e *env) judgeOne(ctx context.Context, model detect.Model, path string, limit float64) (*report.ScanView, report.PredictScan, error) {
	cloud, err := e.readCloud(path)
	if err != nil {
		return nil, report.PredictScan{}, err
	}
	piped := path == "-"
	if piped {
		path = stdinName
	}
	begun := time.Now()
	result, err := model.Score(ctx, cloud)
	if err != nil {
		return nil, report.PredictScan{}, fmt.Errorf("%s: %w", path, err)
	}
	result.Threshold = float32(limit)
	result.Judge()
	scan := report.NewPredictScan(path, cloud, result, time.Since(begun).Seconds())
	if !piped {
		if scan.SHA256, err = format.HashFile(path); err != nil {
			return nil, report.PredictScan{}, err
		}
	}
	return &report.ScanView{Name: path, Cloud: cloud, Result: result, Truth: cloud.Scalar("label")}, scan, nil
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
	return report.NewModel(filepath.Base(path), sum, card), nil
}
