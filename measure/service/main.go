// Command service measures the server, for measure/service/run.sh: how many scans a minute it
// judges beside predict, how long clients wait, how much memory it takes; and what is left of
// accepted scans when it, or the workers that judge for it, are killed again and again.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	var m measurement
	flag.StringVar(&m.tool, "tool", "blemish", "the program")
	flag.StringVar(&m.work, "work", "", "folder for scans, models and data folders; must be there")
	flag.IntVar(&m.scans, "scans", 24, "scans of a round")
	flag.IntVar(&m.points, "points", 20000, "points of a scan")
	flag.IntVar(&m.clients, "clients", 8, "clients at a time")
	rounds := flag.Int("rounds", 3, "rounds of the load, each beside predict")
	kills := flag.Int("kills", 0, "instead: kill the service so often under load")
	ofWorkers := flag.Bool("workers", false, "with -kills: kill workers, which judge for serve and predict")
	flag.BoolVar(&m.easy, "easy", false, "scans in one pose and a small model, which judges fast")
	flag.Parse()
	ctx := context.Background()
	err := m.prepare(ctx)
	if err == nil && *kills > 0 && *ofWorkers {
		err = m.killWorkers(ctx, *kills)
	} else if err == nil && *kills > 0 {
		err = m.killAgain(ctx, *kills)
	} else if err == nil {
		err = m.load(ctx, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
}

// measurement is what a run is made with.
type measurement struct {
	tool, work    string
	scans, points int
	clients       int
	easy          bool
	model         string
	files         []string
	contents      [][]byte
}

// prepare makes the scans and the model, where they are not there yet. The object has no
// symmetry, so that registration does the usual work.
func (m *measurement) prepare(ctx context.Context) error {
	set := filepath.Join(m.work, fmt.Sprintf("set-%d-%d", m.scans, m.points))
	var pose, small []string
	if m.easy {
		set += "-easy"
		pose, small = []string{"--pose", "fixed"}, []string{"--set", "pose=fixed", "--set", "sites=1000", "--set", "reference_points=2000"}
	}
	m.model = set + ".model"
	if _, err := os.Stat(m.model); err != nil {
		if err := m.run(ctx, append([]string{"synth", "--builtin", "--classes", "tap0", "--kinds", "bulge", "--train", "4", "--sound", fmt.Sprint(m.scans - m.scans/3), "--per-kind", fmt.Sprint(m.scans / 3),
			"--points", fmt.Sprint(m.points), "--quiet", "-o", set}, pose...)...); err != nil {
			return err
		}
		if err := m.run(ctx, append([]string{"train", "--sound", filepath.Join(set, "tap0"), "--quiet", "-o", m.model}, small...)...); err != nil {
			return err
		}
	}
	var err error
	if m.files, err = filepath.Glob(filepath.Join(set, "tap0", "test", "*.pcd")); err != nil {
		return err
	}
	for _, path := range m.files {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m.contents = append(m.contents, text)
	}
	if len(m.files) == 0 {
		return fmt.Errorf("no scans in %s", set)
	}
	return nil
}
