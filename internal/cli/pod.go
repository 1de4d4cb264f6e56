package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"blemish"
	"blemish/capability"
	"blemish/dataset"
	"blemish/defect/inscan"
	"blemish/judge"
	"blemish/report"

	"github.com/spf13/cobra"
)

// podFlags is what pod's flags say.
type podFlags struct {
	model, out    string
	sound         []string
	kinds         []string
	sizes, depths []string
	levels        int
	places        int
	whatIf        bool
	resume        bool
	shard         dataset.Shard
}

func newPOD(e *env) *cobra.Command {
	var p podFlags
	var shard string
	cmd := &cobra.Command{
		Use:   "pod --model MODEL --sound PATH… -o DIR",
		Short: "how small a defect the model would find on your own part",
		Long: `Measure how small a defect a model would find on your own part: the probability of detection.

Defects of many sizes and depths are carved into your sound scans, at places spread over the part, and the model judges
them as predict would. A scan that the model has learnt from is judged by one that is learnt again without it, so --sound
needs all of those. Hits and misses give, for each kind and depth, the size that is found nine times in ten (a90), and the
one that is so with 95 % confidence (a90/95, MIL-HDBK-1823A); where they allow no such figure, the reason is told.
DIR gets report.html to open in a browser, pod.json, each trial, and maps of the smallest defect that was found at each place. A stopped run goes on with --resume;
a finished one gets --what-if so.
What may be said of the model goes into MODEL.pod.json beside it, and predict tells it.`,
		Example: `  blemish pod --model part.model --sound good/ -o pod
  blemish pod --model part.model --sound good/ --kinds concavity,hole --sizes 1,12 --depths 0.1,0.2,0.4 -o pod
  blemish pod --model part.model --sound good/ --places 20 --levels 6 -o pod --resume
  blemish pod --model part.model --sound good/ --what-if -o pod
  blemish pod --model part.model --sound good/ --shard 0/4 -o pod`,
		RunE: func(cmd *cobra.Command, args []string) error {
			p.sound = append(p.sound, args...)
			switch {
			case p.model == "":
				return usagef("--model MODEL missing: the file that train wrote")
			case len(p.sound) == 0:
				return usagef("--sound PATH missing: the sound scans, a folder or files, those that the model has learnt from among them")
			case p.out == "":
				return usagef("-o DIR missing: the folder for the results")
			}
			d, err := p.design()
			if err != nil {
				return usageError{err}
			}
			if p.shard, err = parseShard(shard); err != nil {
				return err
			}
			if p.whatIf && shard != "" {
				return usagef("--shard with --what-if: join the shards first, and add --what-if to what they give")
			}
			return e.pod(cmd.Context(), d, &p)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&p.model, "model", "", "model file from train")
	f.StringSliceVar(&p.sound, "sound", nil, "sound scans: files, a folder of them, or a class of a data set")
	f.StringVarP(&p.out, "out", "o", "", "new folder for report.html, pod.json, trials.jsonl and the maps")
	f.StringSliceVar(&p.kinds, "kinds", []string{string(inscan.Concavity), string(inscan.Bulge), string(inscan.Hole)}, "kinds of defects: "+inscan.KindList())
	f.StringSliceVar(&p.sizes, "sizes", nil, "smallest and largest size in the scans' unit: 1,12 (default: 4 to 40 spacings, at most a fifth of the part)")
	f.StringSliceVar(&p.depths, "depths", nil, "depths in the scans' unit, each tried with every size (default: 1, 4 and 16 times the scans' noise)")
	f.IntVar(&p.levels, "levels", 5, "sizes at each place")
	f.IntVar(&p.places, "places", 12, "places on the part")
	f.BoolVar(&p.whatIf, "what-if", false, "try the same defects with half the scans to learn from, fewer points and more noise: six times the work")
	f.BoolVar(&p.resume, "resume", false, "go on with what a stopped run has done, or join the shards")
	f.StringVar(&shard, "shard", "", "i/n: try the i-th of n parts, counted from 0")
	group(cmd, "Where from and where to", "model", "sound", "out")
	group(cmd, "Long runs", "resume", "shard")
	group(cmd, "What is tried", "kinds", "sizes", "depths", "levels", "places", "what-if")
	return cmd
}

// design reads the flags.
func (p *podFlags) design() (capability.Design, error) {
	d := capability.Design{Levels: p.levels, Places: p.places}
	for _, k := range p.kinds {
		d.Kinds = append(d.Kinds, inscan.Kind(strings.TrimSpace(k)))
	}
	sizes, err := lengths("--sizes", p.sizes)
	if err != nil {
		return d, err
	}
	switch len(sizes) {
	case 0:
	case 2:
		d.Least, d.Most = sizes[0], sizes[1]
	default:
		return d, fmt.Errorf("--sizes %s: want the smallest and the largest, such as 1,12", strings.Join(p.sizes, ","))
	}
	if d.Depths, err = lengths("--depths", p.depths); err != nil {
		return d, err
	}
	return d, d.Validate()
}

// lengths reads a list of lengths above 0.
func lengths(flag string, list []string) ([]float64, error) {
	var out []float64
	for _, text := range list {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || !(v > 0 && v <= 1e15) {
			return nil, fmt.Errorf("%s %s: want lengths above 0", flag, strings.Join(list, ","))
		}
		out = append(out, v)
	}
	return out, nil
}

// podDocument is pod.json.
type podDocument struct {
	Blemish string       `json:"blemish"`
	Model   report.Model `json:"model"`
	Unit    string       `json:"unit"`
	Seed    uint64       `json:"seed"`
	*capability.Report
	Claims []string `json:"claims"` // what may be said, in words
}

// podAsked is what a run is asked for: one that goes on must be asked for the same.
type podAsked struct {
	Blemish string            `json:"blemish"`
	Model   string            `json:"model"` // sha256
	Scans   []string          `json:"scans"` // sha256
	Seed    uint64            `json:"seed"`
	Design  capability.Design `json:"design"`
	WhatIf  bool              `json:"what_if,omitempty"`
}

func (a *podAsked) text() ([]byte, error) {
	text, err := json.MarshalIndent(a, "", "  ")
	return append(text, '\n'), err
}

func (e *env) pod(ctx context.Context, d capability.Design, p *podFlags) error {
	files, err := dataset.Scans(p.sound)
	if err != nil {
		return err
	}
	set, err := e.openSound(ctx, p.model, files)
	if err != nil {
		return err
	}
	doc := &podDocument{Blemish: blemish.Version, Unit: set.card.Unit, Seed: e.seed}
	if doc.Model, err = judge.DescribeModel(p.model, set.state); err != nil {
		return err
	}
	if err := set.checkSizes(d); err != nil {
		return err
	}
	ask := podAsked{Blemish: blemish.Version, Model: doc.Model.SHA256, Scans: set.sums, Seed: e.seed, Design: d}
	asked, err := ask.text()
	var less []byte
	if err == nil && p.whatIf {
		less, ask.WhatIf = asked, true
		asked, err = ask.text()
	}
	if err != nil {
		return err
	}
	var folder *capability.Folder
	var done []capability.Trial
	if p.shard.Count > 0 {
		folder, done, err = capability.OpenShard(p.out, asked, p.shard)
	} else {
		folder, done, err = capability.OpenFolder(p.out, asked, less, p.resume)
	}
	if err != nil {
		return err
	}
	defer folder.Close() // what is recorded is synced
	m := e.newMeter()
	defer m.end()
	study := &capability.Study{Model: set.model, Design: d, Seed: e.seed, Workers: e.workers, Progress: m.progress()}
	if study.Scans, err = e.holdOut(ctx, set, m.progress()); err != nil {
		return err
	}
	tried := 0
	if p.shard.Count > 0 {
		tried, err = study.RunShard(ctx, p.shard, done, folder.Record)
	} else if study.Known, err = folder.Known(); err == nil {
		doc.Report, err = study.Run(ctx, done, folder.Record)
	}
	if err == nil && p.whatIf {
		err = e.whatIf(ctx, study, doc.Report, folder, e.learnAltered(set, m.progress()))
	}
	m.end()
	if err != nil {
		if kept := folder.Kept(); kept != "" {
			e.log.Info("what is done is kept in " + kept + "; the same command with --resume goes on from there")
		}
		return fmt.Errorf("%s: %w", p.model, err)
	}
	if p.shard.Count > 0 {
		return e.tellShard(p.shard, folder.Kept(), fmt.Sprintf("%d defects", tried), func(shard string) any {
			return struct {
				Shard   string `json:"shard"`
				Tried   int    `json:"tried"`
				Partial string `json:"partial"`
			}{shard, tried, folder.Kept()}
		})
	}
	doc.Claims = claims(doc.Report, doc.Unit)
	page, err := podPage(ctx, e.workers, doc)
	if err != nil {
		return err
	}
	if err := folder.Write("report.html", func(w io.Writer) error { return report.WriteStudy(w, page) }); err != nil {
		return err
	}
	if err := folder.Finish(ctx, e.workers, doc, doc.Report); err != nil {
		return err
	}
	e.keepBeside(p.model, doc)
	if e.json {
		return e.printJSON(doc)
	}
	if err := e.printPOD(doc); err != nil {
		return err
	}
	e.log.Info("results: " + filepath.Join(p.out, "report.html"))
	return nil
}

// checkSizes says at once when a design cannot be: what scans and card tell of the size of the part.
func (s *soundSet) checkSizes(d capability.Design) error {
	largest := 0.0
	for _, c := range s.clouds {
		largest = math.Max(largest, c.Box().Diagonal())
	}
	if d.Most >= largest {
		return fmt.Errorf("--sizes up to %s: the part is only %s large", plain(d.Most, 4), plain(largest, 3))
	}
	if n := len(d.Depths); n > 0 && d.Depths[n-1] >= largest {
		return fmt.Errorf("--depths up to %s: the part is only %s large", plain(d.Depths[n-1], 4), plain(largest, 3))
	}
	return nil
}

// printPOD is the table for people.
func (e *env) printPOD(doc *podDocument) error {
	r := doc.Report
	rows, notes := curveRows(doc)
	if err := report.WriteTable(e.stdout, rows); err != nil {
		return err
	}
	w := e.stdout
	fmt.Fprintln(w, sizesExplained(doc.Unit))
	for _, line := range notes {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w, alarmsText(r))
	for i := range r.Maps {
		fmt.Fprintln(w, blindText(&r.Maps[i]))
	}
	for _, line := range unsureLines(r) {
		fmt.Fprintln(w, line)
	}
	if err := e.printThresholds(r); err != nil {
		return err
	}
	return e.printWhatIf(doc)
}

// curveRows are the rows of the curves, and what there is to say of some.
func curveRows(doc *podDocument) (rows [][]string, notes []string) {
	rows = [][]string{{"kind", "depth", "tried", "found", "a50", "a90", "a90/95", "note"}}
	for i := range doc.Curves {
		c := &doc.Curves[i]
		row := []string{string(c.Kind), "–", fmt.Sprint(c.Trials), fmt.Sprint(c.Hits), "–", "–", "–", "no fit"}
		what := string(c.Kind)
		if c.Kind.HasDepth() {
			row[1] = plain(c.Depth, 3)
			what += " " + withUnit(c.Depth, doc.Unit) + " deep"
		}
		if f := c.Fit; f != nil {
			row[4], row[5], row[6], row[7] = bounded(f.A50, f), bounded(f.A90, f), bounded(f.A9095, f), ""
			if f.Few {
				row[7] = fmt.Sprintf("under %d tried", capability.FewTrials)
			}
		} else {
			notes = append(notes, what+": no fit: "+c.Refusal)
		}
		if c.NotSeen > 0 {
			notes = append(notes, fmt.Sprintf("%s: %d of %d misses were %s: predict tells them as not seen, whatever the threshold",
				what, c.NotSeen, c.Trials-c.Hits, capability.TakenForNotSeen))
		}
		rows = append(rows, row)
	}
	return rows, notes
}

func sizesExplained(unit string) string {
	if unit != "" {
		unit = ", in " + unit
	}
	return fmt.Sprintf("a50, a90: sizes that are found 5 and 9 times in 10%s; a90/95: 9 in 10 with 95 %% confidence; > and <: beyond what was tried.", unit)
}

func alarmsText(r *capability.Report) string {
	a := r.Alarms
	text := fmt.Sprintf("False alarms: %d of %d sound scans (95 %% interval %s to %s)", a.False, a.Scans, percent(a.Low), percent(a.High))
	if a.Unsure > 0 {
		text += fmt.Sprintf("; %d unsure, nothing was carved into them", a.Unsure)
	}
	return text + "."
}

func blindText(m *capability.Map) string {
	return fmt.Sprintf("%s: blind at %d of %d places, none found there at any size tried", m.Kind, m.Blind, m.Tested)
}

// unsureLines say which sound scans were not used, and why.
func unsureLines(r *capability.Report) []string {
	var out []string
	for _, s := range r.Sound {
		if s.Verdict == "unsure" {
			out = append(out, s.Name+": unsure: "+s.Reason)
		}
	}
	return out
}

// bounded prints a size within what was tried; beyond that the curve is a guess.
func bounded(v float64, f *capability.Fit) string {
	switch {
	case v > f.Most:
		return ">" + plain(f.Most, 3)
	case v < f.Least:
		return "<" + plain(f.Least, 3)
	}
	return plain(v, 3)
}
