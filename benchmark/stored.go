package benchmark

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"blemish/dataset"
	"blemish/format"
	"blemish/geom"
	"blemish/report"
	"blemish/spatial"
)

// Scores from files.

// Stored is a folder with the scores of one detector: for each test scan a file with
// a score a point, and for the scans' own scores objects.csv or what is made of the
// point scores.
type Stored struct {
	Name   string
	Dir    string
	Share  float64            // an object score that is not stored is the mean of this share of the highest point scores; 0: the highest
	object map[string]float32 // by file; nil: none stored
}

// scoreFiles are the extensions of score files, in the order in which they are tried.
var scoreFiles = []string{".npy", ".txt", ".csv", ".ply", ".pcd", ".xyz", ".asc"}

// OpenStored finds the detectors whose scores a folder holds: the folder itself, or
// one folder a detector in it or in its folder "scores", as benchmark -o writes
// them. The object scores of benchmark's results.json are used where it is there.
func OpenStored(dir string, set *dataset.Set) ([]*Stored, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; give the folder with the scores", dir)
	}
	clean, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	whole := &Stored{Name: filepath.Base(clean), Dir: dir}
	if whole.holdsAny(set) {
		return []*Stored{whole}, whole.openObjects()
	}
	for _, parent := range []string{filepath.Join(dir, "scores"), dir} {
		entries, err := os.ReadDir(parent)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var found []*Stored
		for _, e := range entries { // sorted by name
			s := &Stored{Name: e.Name(), Dir: filepath.Join(parent, e.Name())}
			if !e.IsDir() || !s.holdsAny(set) {
				continue
			}
			if err := s.openObjects(); err != nil {
				return nil, err
			}
			found = append(found, s)
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, fmt.Errorf("%s holds no scores of the scans of %s: one is looked for as %s, with .txt, .csv or .ply in place of .npy too",
		dir, set.Dir, filepath.Join(dir, filepath.FromSlash(example(set))))
}

// example is where the scores of the first test scan would lie.
func example(set *dataset.Set) string {
	for _, c := range set.Classes {
		for _, it := range c.Test {
			return stem(it.File) + ".npy"
		}
	}
	return "CLASS/test/NAME.npy"
}

func stem(file string) string { return strings.TrimSuffix(file, path.Ext(file)) }

func (s *Stored) holdsAny(set *dataset.Set) bool {
	for _, c := range set.Classes {
		for _, it := range c.Test {
			if s.find(it) != "" {
				return true
			}
		}
	}
	return false
}

// find is the file with an item's point scores, "" where there is none: at its place
// in the data set, in the folder of its class, or in the folder itself.
func (s *Stored) find(it dataset.Item) string {
	whole := stem(it.File)
	for _, place := range []string{whole, path.Join(it.Class, path.Base(whole)), path.Base(whole)} {
		for _, ext := range scoreFiles {
			file := filepath.Join(s.Dir, filepath.FromSlash(place)+ext)
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				return file
			}
		}
	}
	return ""
}

// openObjects reads the object scores: objects.csv, else results.json of benchmark,
// which lies two folders above the scores of a detector.
func (s *Stored) openObjects() error {
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return err
	}
	file := filepath.Join(s.Dir, "objects.csv")
	in, err := os.Open(file)
	if err == nil {
		defer in.Close()
		s.object, err = readObjects(in, file)
		return err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	name := filepath.Join(filepath.Dir(filepath.Dir(dir)), "results.json")
	doc, err := report.ReadBenchmarkFile(name)
	if err != nil {
		return nil // there need not be one, and it may be someone else's file of that name
	}
	for _, d := range doc.Detectors {
		if d.Name != s.Name {
			continue
		}
		s.object = map[string]float32{}
		for _, c := range d.Classes {
			for _, scan := range c.Scans {
				if scan.Score.Known() {
					s.object[scan.File] = float32(scan.Score)
				}
			}
		}
	}
	return nil
}

// readObjects reads "file,score" lines; a first line without a number is a header.
func readObjects(in *os.File, name string) (map[string]float32, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.Comment = '#'
	out := map[string]float32{}
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, row := range rows {
		if len(row) != 2 {
			return nil, fmt.Errorf("%s:%d: %d columns; want file,score", name, i+1, len(row))
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(row[1]), 32)
		if err != nil {
			if i == 0 {
				continue
			}
			return nil, fmt.Errorf("%s:%d: %q is no score", name, i+1, row[1])
		}
		out[filepath.ToSlash(strings.TrimSpace(row[0]))] = float32(v)
	}
	return out, nil
}

// Objects reports whether object scores are stored, rather than made of points'.
func (s *Stored) Objects() bool { return s.object != nil }

// Load is the Source of these scores.
func (s *Stored) Load(it dataset.Item, cloud *geom.Cloud) (Scores, error) {
	file := s.find(it)
	if file == "" {
		return Scores{}, fmt.Errorf("%s: no scores in %s", it.File, s.Dir)
	}
	point, err := readScores(file, cloud)
	if err != nil {
		return Scores{}, err
	}
	if s.object == nil {
		return Scores{point, topMean(point, s.Share)}, nil
	}
	for _, key := range []string{it.File, stem(it.File), path.Base(it.File), path.Base(stem(it.File))} {
		if v, ok := s.object[key]; ok {
			return Scores{point, v}, nil
		}
	}
	return Scores{}, fmt.Errorf("%s: no object score, but other scans in %s have one", it.File, s.Dir)
}

// readScores reads a score for each point of the cloud. A file that has the
// coordinates too may list the points in any order.
func readScores(file string, cloud *geom.Cloud) ([]float32, error) {
	if strings.ToLower(filepath.Ext(file)) == ".npy" {
		in, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		data, shape, err := format.ReadNPY(in)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if len(data) == cloud.Len() {
			return data, nil
		}
		if len(shape) != 2 || shape[1] < 4 {
			return nil, fmt.Errorf("%s: %d scores for the %d points of the scan (shape %v)", file, len(data), cloud.Len(), shape)
		}
	} else if column, err := format.ReadColumn(file); err != nil || column != nil {
		if err == nil && len(column) != cloud.Len() {
			err = fmt.Errorf("%s: %d scores for the %d points of the scan", file, len(column), cloud.Len())
		}
		return column, err
	}
	scored, _, err := format.ReadCloud(file)
	if err != nil {
		return nil, err
	}
	score, err := scoreOf(scored, file)
	if err != nil {
		return nil, err
	}
	return match(scored, score, cloud, file)
}

// scoreOf is the column with the scores: "score", or the only one that may be it.
func scoreOf(c *geom.Cloud, file string) ([]float32, error) {
	if s := c.Scalar("score"); s != nil {
		return s, nil
	}
	var names []string
	for _, n := range c.ScalarNames() {
		if !slices.Contains([]string{"label", "depth", "red", "green", "blue", "alpha", "intensity"}, n) {
			names = append(names, n)
		}
	}
	if len(names) == 1 {
		return c.Scalar(names[0]), nil
	}
	return nil, fmt.Errorf("%s: no column that is certainly the score; name it score (there are: %s)", file, strings.Join(c.ScalarNames(), ", "))
}

// match brings scores into the order of the cloud by the points' places.
func match(scored *geom.Cloud, score []float32, cloud *geom.Cloud, file string) ([]float32, error) {
	shift := geom.Vec{X: cloud.Origin[0] - scored.Origin[0], Y: cloud.Origin[1] - scored.Origin[1], Z: cloud.Origin[2] - scored.Origin[2]}
	// Text keeps three digits of the size at least.
	limit := 1e-3 * cloud.Box().Diagonal()
	near := func(i, j int) bool {
		return scored.Points[j].D().Sub(cloud.Points[i].D().Add(shift)).Norm() <= limit
	}
	if len(score) == cloud.Len() {
		same := true
		for i := range cloud.Points {
			if same = near(i, i); !same {
				break
			}
		}
		if same {
			return score, nil
		}
	}
	tree := spatial.NewTree(scored.Points)
	out := make([]float32, cloud.Len())
	for i, p := range cloud.Points {
		n := tree.Nearest(p.D().Add(shift).F())
		if n.Index < 0 || math.IsInf(float64(n.Dist2), 0) || !near(i, int(n.Index)) {
			return nil, fmt.Errorf("%s: point %d of the scan is not among the points that have scores", file, i)
		}
		out[i] = score[n.Index]
	}
	return out, nil
}

// topMean is the mean of the highest share of the scores, of one at least; 0 for no scores.
func topMean(scores []float32, share float64) float32 {
	if len(scores) == 0 {
		return 0
	}
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	n := min(len(sorted), max(1, int(math.Round(share*float64(len(sorted))))))
	var sum float64
	for _, s := range sorted[len(sorted)-n:] {
		sum += float64(s)
	}
	return float32(sum / float64(n))
}
