package external

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/scene/scenetest"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// TestMain makes the test itself the command: it remembers points, and scores by the distance
// to the nearest of them.
func TestMain(m *testing.M) {
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "learn":
		command(learn(args[1], args[2]))
	case len(args) == 4 && args[0] == "score":
		command(score(args[1], args[2], args[3]))
	case len(args) > 1 && args[1] == "learn":
		command(fmt.Errorf("no memory"))
	}
	os.Exit(m.Run())
}

func command(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func learn(folder, to string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.ply"))
	all := &geom.Cloud{}
	for _, f := range files {
		c, _, err := format.ReadCloud(f)
		if err != nil {
			return err
		}
		all.Points = append(all.Points, c.Points...)
	}
	if err != nil || os.MkdirAll(to, 0o755) != nil {
		return fmt.Errorf("cannot learn: %v", err)
	}
	return format.WriteCloud(filepath.Join(to, "all.ply"), all, format.WriteOptions{})
}

func score(model, scan, to string) error {
	sound, _, err := format.ReadCloud(filepath.Join(model, "all.ply"))
	if err != nil {
		return err
	}
	c, _, err := format.ReadCloud(scan)
	if err != nil {
		return err
	}
	tree := spatial.NewTree(sound.Points)
	out := make([]float32, c.Len())
	for i, p := range c.Points {
		out[i] = float32(math.Sqrt(float64(tree.Nearest(p).Dist2)))
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer f.Close()
	return format.WriteNPY(f, out, len(out))
}

func TestACommandIsADetector(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(self)
	if err != nil {
		t.Fatal(err)
	}
	r := seed.Stream(1, "external")
	scan := func(bump float32) *geom.Cloud {
		points, _ := scenetest.Slab(3000, 1, 0.8, 0.5, 0, r)
		for i, p := range points {
			if p.Z > 0.24 && math.Hypot(float64(p.X), float64(p.Y)) < 0.15 {
				points[i].Z += bump
			}
		}
		return &geom.Cloud{Points: points}
	}
	m, err := d.Fit(context.Background(), []*geom.Cloud{scan(0), scan(0), scan(0), scan(0)}, detect.FitOptions{Class: "slab"})
	if err != nil {
		t.Fatal(err)
	}
	defer m.(*model).Close()
	for _, c := range []struct {
		scan *geom.Cloud
		want detect.Verdict
	}{{scan(0), detect.Sound}, {scan(0.2), detect.Defective}} {
		res, err := m.Score(context.Background(), c.scan)
		if err != nil {
			t.Fatal(err)
		}
		if res.Verdict != c.want || (c.want == detect.Defective) != (len(res.Regions) > 0) {
			t.Errorf("%v, want %v: score %.2f of %.2f, %d regions", res.Verdict, c.want, res.Object, res.Threshold, len(res.Regions))
		}
	}
	bad, err := New(self + " broken")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bad.Fit(context.Background(), []*geom.Cloud{scan(0)}, detect.FitOptions{}); err == nil || !strings.Contains(err.Error(), "no memory") {
		t.Errorf("a command that fails: %v", err)
	}
	if _, err := New("  "); err == nil {
		t.Error("no command is taken")
	}
}

func TestScoreOfTheWhole(t *testing.T) {
	for said, want := range map[string]float32{"": -1, "loading\n0.25\n": 0.25, "done": -1, "NaN": -1, "-1": -1, "3": 3} {
		v, ok := lastNumber([]byte(said))
		if ok != (want >= 0) || ok && v != want {
			t.Errorf("%q: %v, %v", said, v, ok)
		}
	}
}
