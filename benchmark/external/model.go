package external

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"blemish/detect"
	"blemish/format"
	"blemish/geom"
)

// Model is a program that has learnt. One program judges all scans, one after the other; it
// is started with the first, and again after it has failed.
type Model struct {
	name string
	cfg  Config
	dir  string
	env  []string

	mu      sync.Mutex // of all below
	process *process
	peak    int64
}

// model is the path that the program keeps what it has learnt at.
func (m *Model) model() string { return filepath.Join(m.dir, "model") }

// Score has the program judge a scan.
func (m *Model) Score(ctx context.Context, scan *geom.Cloud) (*detect.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	in, out := filepath.Join(m.dir, "scan.npy"), filepath.Join(m.dir, "scores")
	defer os.Remove(in)
	defer os.Remove(out)
	if err := writeScan(in, scan); err != nil {
		return nil, err
	}
	if m.process == nil {
		var err error
		if m.process, err = m.start(context.WithoutCancel(ctx), "score", m.model()); err != nil {
			return nil, err
		}
	}
	limit := time.Duration(m.cfg.ScanLimit)
	inTime, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it took longer than %v", limit))
	defer cancel()
	object, err := m.ask(inTime, in, out)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%s could not judge it: %w", m.name, err)
	}
	point, err := readScores(out, scan.Len())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	if math.IsNaN(object) {
		object = float64(slices.Max(point))
	}
	return &detect.Result{Point: point, Object: float32(object), Verdict: detect.Unjudged}, nil
}

// ask sends a scan to the program and waits for its answer: the object score, NaN where it
// gives none. A program that ends, or takes too long, is done with.
func (m *Model) ask(ctx context.Context, in, out string) (object float64, err error) {
	p := m.process
	// A program that has ended shows in what it answers: nothing.
	_, _ = io.WriteString(p.stdin, in+"\t"+out+"\n")
	for {
		line, ok := p.next(ctx)
		if !ok {
			m.process = nil
			p.stdin.Close()
			err := p.end(ctx)
			m.saw(p)
			if err == nil {
				err = p.told(errors.New("it ended without an answer"))
			}
			return 0, err
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch word {
		case "ok":
			if rest == "" {
				return math.NaN(), nil
			}
			object, err := strconv.ParseFloat(rest, 64)
			if err != nil || math.IsNaN(object) || math.IsInf(object, 0) {
				return 0, fmt.Errorf("it answered %q; want ok, or ok and the score of the scan", short(line))
			}
			return object, nil
		case "error":
			return 0, errors.New(short(rest))
		}
		p.tail.note(line)
	}
}

// short keeps a line from filling a screen.
func short(line string) string {
	line = strings.ToValidUTF8(line, "?")
	if r := []rune(line); len(r) > 500 {
		return string(r[:500]) + "…"
	}
	return line
}

// saw keeps what a program that has ended has used.
func (m *Model) saw(p *process) { m.peak = max(m.peak, p.peak) }

// Save implements detect.Model: the model is the program's own.
func (m *Model) Save(io.Writer) error { return detect.ErrNoModelFile }

// Close ends the program and removes what it has learnt.
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process != nil {
		m.process.dismiss()
		m.saw(m.process)
		m.process = nil
	}
	return os.RemoveAll(m.dir)
}

// PeakBytes is the most memory that the program has used, once it is closed; 0 where that is
// not known.
func (m *Model) PeakBytes() int64 { return m.peak }

// readScores reads one score a point: NPY, or text with one number a line.
func readScores(file string, points int) ([]float32, error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("it said ok, but has written no scores")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	begin, _ := in.Peek(6)
	var scores []float32
	if bytes.HasPrefix(begin, []byte("\x93NUMPY")) {
		if scores, _, err = format.ReadNPY(in); err != nil {
			return nil, fmt.Errorf("its scores: %w", err)
		}
	} else if scores, err = readLines(in, points); err != nil {
		return nil, err
	}
	if len(scores) != points {
		return nil, fmt.Errorf("%d scores for the %d points of the scan", len(scores), points)
	}
	for i, s := range scores {
		if math.IsNaN(float64(s)) || math.IsInf(float64(s), 0) {
			return nil, fmt.Errorf("the score of point %d is %v", i, s)
		}
	}
	return scores, nil
}

// readLines reads one number a line, and at most one more than there are points.
func readLines(in io.Reader, points int) ([]float32, error) {
	var scores []float32
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		v, err := strconv.ParseFloat(text, 32)
		if err != nil && !math.IsInf(v, 0) {
			return nil, fmt.Errorf("its scores, line %d: %q is no number; want NPY, or text with one number a line", n, short(text))
		}
		if scores = append(scores, float32(v)); len(scores) > points {
			return nil, fmt.Errorf("more scores than the %d points of the scan", points)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("its scores: %w", err)
	}
	return scores, nil
}

// writeFile writes a file of this run alone.
func writeFile(file string, write func(io.Writer) error) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
