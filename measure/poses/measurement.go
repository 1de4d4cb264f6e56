package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"blemish/geom"
	"blemish/register"
)

// settings is what the flags say.
type settings struct {
	opt                  register.Options
	only, picture        string
	kinds                []string
	poses, defects, skip int
	part, parts          int
}

// measurement is a run.
type measurement struct {
	settings
	ctx     context.Context
	done    map[string]bool
	again   map[string]row // the failures that are drawn instead of measuring; nil: measure
	panels  []panel
	results *os.File
	other   *other
	objects int // seen so far, for shards
	skipped []string
}

// row is one alignment: a line of the results.
type row struct {
	Method    string  // "blemish", or what the other program calls itself
	Set       string  // meshes, shapes, or a folder of clouds
	Object    string  // what was scanned
	Kind      string  // clean, noise, view1, view2, or a kind of defect
	Scan      int     // which of its scans, or the cloud's name
	File      string  // of a cloud
	Points    int     // of the scan
	Off       float64 // mean distance of corresponding sound points, share of the diagonal
	OffMod    float64 // the same with the object's own symmetries allowed
	Alike     float64 // distance of the scan from the reference, over that in the true pose
	Residual  float64 // share of the diagonal
	Overlap   float64
	Covered   float64
	Partial   bool
	Ambiguous bool
	Symmetry  string
	Better    float64 // cost of the pose found over that of the best near the true one, of failures
	Wall, CPU float64 // seconds
	Error     string
}

func (r row) key() string {
	return fmt.Sprintf("%s|%s|%s|%s|%d|%s", r.Method, r.Set, r.Object, r.Kind, r.Scan, r.File)
}

// rightBelow is the share of the diagonal up to which a pose is right.
const rightBelow = 0.01

func (r row) right() bool { return r.Error == "" && min(r.Off, r.OffMod) < rightBelow }

// untold says that the scan fits as closely as in the true pose, though the object
// has no such symmetry: what would tell is not in the scan.
func (r row) untold() bool { return !r.right() && r.Error == "" && r.Alike < 1.05 }

func newMeasurement(ctx context.Context, s settings, results, beside string) (*measurement, error) {
	m := &measurement{settings: s, ctx: ctx, done: map[string]bool{}}
	if results != "" {
		rows, err := readRows([]string{results})
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		for _, r := range rows {
			m.done[r.key()] = true
		}
		if s.picture != "" {
			m.again = worthAPicture(rows)
			return m, nil
		}
		if m.results, err = os.OpenFile(results, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666); err != nil {
			return nil, err
		}
	}
	var err error
	if beside != "" {
		m.other, err = startOther(ctx, beside)
	}
	return m, err
}

func (m *measurement) close() error {
	for _, s := range m.skipped {
		fmt.Fprintln(os.Stderr, "left out:", s)
	}
	if m.picture != "" {
		return m.draw()
	}
	if m.other != nil {
		return m.other.close()
	}
	return nil
}

// mine says whether an object is to be done.
func (m *measurement) mine(set, name string) bool {
	if !strings.Contains(set+"/"+name, m.only) {
		return false
	}
	m.objects++
	return (m.objects-1)%m.parts == m.part-1
}

// put writes a result.
func (m *measurement) put(r row) error {
	word := "right"
	if !r.right() {
		word = "WRONG"
	}
	fmt.Fprintf(os.Stderr, "%s %s\n", word, r)
	if m.results == nil {
		return nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = m.results.Write(append(b, '\n'))
	return err
}

func readRows(files []string) ([]row, error) {
	var rows []row
	seen := map[string]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var r row
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if !seen[r.key()] {
				seen[r.key()] = true
				rows = append(rows, r)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
		f.Close()
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.key(), b.key()) })
	return rows, nil
}

// String is the row as one line.
func (r row) String() string {
	if r.Error != "" {
		return fmt.Sprintf("%s %s %s %s %d%s: %s", r.Method, r.Set, r.Object, r.Kind, r.Scan, r.File, r.Error)
	}
	s := fmt.Sprintf("%s %s %s %s %d%s: off %.2f %%, with symmetry %.2f %%, distance %.2f of the true pose's; %.2f s, CPU %.2f s", r.Method, r.Set, r.Object, r.Kind, r.Scan, r.File, 100*r.Off, 100*r.OffMod, r.Alike, r.Wall, r.CPU)
	if r.Method == own {
		s += fmt.Sprintf("; residual %.3f %%, overlap %.2f, covered %.2f, partial %v, %q, cost %.3f of the true pose's", 100*r.Residual, r.Overlap, r.Covered, r.Partial, r.Symmetry, r.Better)
	}
	return s
}

// own is the name of package register among the methods.
const own = "blemish"

// align runs package register on a trial.
func (m *measurement) align(s *subject, t trial) (row, geom.Pose) {
	r := t.row(own)
	start, cpu := time.Now(), processorTime()
	res, err := s.reference.Align(m.ctx, t.points, m.opt)
	r.Wall, r.CPU = time.Since(start).Seconds(), processorTime()-cpu
	if err != nil {
		r.Error = err.Error()
		return r, geom.Pose{}
	}
	r.Residual, r.Overlap, r.Covered = res.Residual/s.diagonal, res.Overlap, res.Covered
	r.Partial, r.Ambiguous, r.Symmetry = res.Partial, res.Ambiguous, res.Symmetry
	return r, res.TargetFromSource
}

// run aligns a trial to a subject, with the other program too, and judges the poses.
func (m *measurement) run(s *subject, t trial) error {
	if m.again != nil {
		return m.show(s, t)
	}
	if !m.done[t.row(own).key()] {
		r, pose := m.align(s, t)
		if err := m.judge(s, t, pose, &r); err != nil {
			return err
		}
		if err := m.put(r); err != nil {
			return err
		}
	}
	if m.other == nil {
		return nil
	}
	for _, method := range m.other.methods {
		r := t.row(method)
		if m.done[r.key()] {
			continue
		}
		pose, err := m.other.align(method, s, t, &r)
		if err != nil {
			return err
		}
		if err := m.judge(s, t, pose, &r); err != nil {
			return err
		}
		if err := m.put(r); err != nil {
			return err
		}
	}
	return m.ctx.Err()
}

// processorTime is the seconds of processor time that this process has used.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + 1e-6*float64(u.Utime.Usec+u.Stime.Usec)
}
