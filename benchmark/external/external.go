package external

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/format"
	"blemish/geom"
	"blemish/weights"
)

// Detector runs a command. It is not a pure function: what it gives depends on the command.
type Detector struct {
	words []string
	name  string
}

// New makes the detector of a command line, whose words are parted by blanks; no shell reads
// it. The command is run as
//
//	COMMAND learn FOLDER MODEL        # FOLDER/0000.ply … are the sound scans; write MODEL
//	COMMAND score MODEL SCAN.ply OUT.npy  # write one float a point, higher is worse
//
// and may print the score of the whole scan as the last line of its output; otherwise that is
// the score of the worst region.
func New(command string) (*Detector, error) {
	d := &Detector{words: strings.Fields(command)}
	if len(d.words) == 0 {
		return nil, fmt.Errorf("the external command is empty")
	}
	last := d.words[len(d.words)-1]
	d.name = "external-" + strings.TrimSuffix(filepath.Base(last), filepath.Ext(last))
	return d, nil
}

// Name implements detect.Detector: "external-NAME", of the command's last word.
func (d *Detector) Name() string { return d.name }

// Config implements detect.Detector.
func (d *Detector) Config() any {
	return struct {
		Command string `json:"command"`
	}{strings.Join(d.words, " ")}
}

// Fit implements detect.Detector: it learns from all sound scans, and, for the calibration,
// from two halves of them, each of which the other judges.
func (d *Detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if len(sound) == 0 {
		return nil, detect.ErrNoSoundScans
	}
	dir, err := os.MkdirTemp("", "blemish-external")
	if err != nil {
		return nil, err
	}
	m := &model{Detector: d, dir: dir, workers: opt.Workers}
	if err := m.learn(ctx, sound, opt); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// model is what the command has learnt, in a folder that lives as long as the model.
type model struct {
	*Detector
	dir     string
	card    *detect.Card
	workers int
}

// Close removes what the command has left.
func (m *model) Close() error { return os.RemoveAll(m.dir) }

func (m *model) path(name string) string { return filepath.Join(m.dir, name) }

func (m *model) learn(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (err error) {
	var point, object []float32
	if len(sound) > 1 {
		for half := range 2 {
			var learnt, judged []*geom.Cloud
			for i, c := range sound {
				if i%2 == half {
					judged = append(judged, c)
				} else {
					learnt = append(learnt, c)
				}
			}
			name := "half" + strconv.Itoa(half)
			if err := m.learnFrom(ctx, name, learnt); err != nil {
				return err
			}
			for _, c := range judged {
				scores, whole, err := m.score(ctx, name, c)
				if err != nil {
					return err
				}
				most := float32(0)
				for _, s := range scores {
					most = max(most, s)
				}
				point, object = append(point, most), append(object, whole)
			}
		}
	}
	if err := m.learnFrom(ctx, "all", sound); err != nil {
		return err
	}
	m.card, err = detect.NewCard(m.Detector, opt, detect.Calibrate(point, object))
	if err == nil {
		m.card.Scans = len(sound)
	}
	return err
}

// learnFrom has the command learn from scans.
func (m *model) learnFrom(ctx context.Context, name string, sound []*geom.Cloud) error {
	folder := m.path(name + "-sound")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i, c := range sound {
		if err := format.WriteCloud(filepath.Join(folder, fmt.Sprintf("%04d.ply", i)), &geom.Cloud{Points: c.Points}, format.WriteOptions{}); err != nil {
			return err
		}
	}
	_, err := m.run(ctx, "learn", folder, m.path(name))
	return err
}

// score has the command score a scan: its points, and the whole.
func (m *model) score(ctx context.Context, name string, scan *geom.Cloud) ([]float32, float32, error) {
	in, err := os.CreateTemp(m.dir, "scan*.ply")
	if err != nil {
		return nil, 0, err
	}
	in.Close()
	out := strings.TrimSuffix(in.Name(), ".ply") + ".npy"
	defer os.Remove(in.Name())
	defer os.Remove(out)
	if err := format.WriteCloud(in.Name(), &geom.Cloud{Points: scan.Points}, format.WriteOptions{}); err != nil {
		return nil, 0, err
	}
	said, err := m.run(ctx, "score", m.path(name), in.Name(), out)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(out)
	if err != nil {
		return nil, 0, fmt.Errorf("%s score wrote no scores: %w", m.name, err)
	}
	defer f.Close()
	scores, _, err := format.ReadNPY(f)
	if err != nil {
		return nil, 0, fmt.Errorf("%s score: the file of scores: %w", m.name, err)
	}
	if len(scores) != scan.Len() {
		return nil, 0, fmt.Errorf("%s score wrote %d scores for %d points", m.name, len(scores), scan.Len())
	}
	for i, s := range scores {
		if !(s >= 0) || s-s != 0 {
			return nil, 0, fmt.Errorf("%s score: point %d scores %v; scores are at least 0 and finite", m.name, i, s)
		}
	}
	if whole, told := lastNumber(said); told {
		return scores, whole, nil
	}
	return scores, scoring.ObjectScore(scan.Points, scores, nil), nil
}

// lastNumber reads the last line of what a command printed.
func lastNumber(said []byte) (float32, bool) {
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	v, err := strconv.ParseFloat(strings.TrimSpace(lines[len(lines)-1]), 32)
	return float32(v), err == nil && v >= 0 && v-v == 0
}

// Score implements detect.Model.
func (m *model) Score(ctx context.Context, scan *geom.Cloud) (*detect.Result, error) {
	scores, whole, err := m.score(ctx, "all", scan)
	if err != nil {
		return nil, err
	}
	c := m.card.Calibration
	r := &detect.Result{Point: scores, Terms: map[string][]float32{}, Fit: detect.FitQuality{Overlap: 1, Covered: 1, Explained: 1}, Threshold: float32(c.Threshold)}
	r.Object = c.Apply(r.Point, whole)
	if r.Regions, err = scoring.FindRegions(ctx, m.workers, scoring.Evidence{Scan: scan.Points, Score: r.Point}, scoring.RegionOptions{}); err != nil {
		return nil, err
	}
	r.Judge()
	return r, nil
}

// Save implements detect.Model: the card alone, for what the command has learnt is its own.
func (m *model) Save(w io.Writer) error {
	f := &weights.File{}
	if err := m.card.Put(f); err != nil {
		return err
	}
	return weights.Encode(w, f)
}

// run runs the command and returns what it printed.
func (d *Detector) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, d.words[0], append(d.words[1:len(d.words):len(d.words)], args...)...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		text := strings.TrimSpace(complaints.String())
		const most = 500
		if len(text) > most {
			text = text[len(text)-most:]
			for !utf8.RuneStart(text[0]) {
				text = text[1:]
			}
			text = "…" + text
		}
		return nil, fmt.Errorf("%s %s: %w: %s", strings.Join(d.words, " "), args[0], err, text)
	}
	return out, nil
}
