// Command learning tells what becomes of a wrong scan among sound ones, for measure/learning/run.sh:
// for each built-in class and each kind of wrong scan what is said of it, and whether
// defects that are judged afterwards are found as with the sound scans alone.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"blemish/shape"
	"blemish/task"
)

func main() {
	classes := flag.String("classes", "", "comma-separated built-in classes; default: all")
	kinds := flag.String("kinds", "", "comma-separated kinds of wrong scan; default: all")
	points := flag.Int("points", 6000, "points of a scan")
	sound := flag.Int("sound", 4, "sound scans to learn from, beside the wrong one")
	sets := flag.Int("sets", 0, "instead: so many sets of sound scans alone, a class, and what is said of them")
	workers := flag.Int("workers", 0, "cores; 0: all")
	flag.Parse()
	m := measure{points: *points, sound: *sound, workers: task.Workers(*workers), kinds: chosen(*kinds, wrongKinds)}
	list := chosen(*classes, shape.Classes())
	var err error
	if *sets > 0 {
		err = m.alone(context.Background(), list, *sets)
	} else {
		err = m.among(context.Background(), list)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "learning:", err)
		os.Exit(1)
	}
}

func chosen(text string, all []string) []string {
	if text == "" {
		return all
	}
	return strings.Split(text, ",")
}

// measure is what is measured.
type measure struct {
	points, sound int
	workers       task.Workers
	kinds         []string
}

// tally counts what became of the scans of one kind.
type tally struct {
	refused, out, freed, kept int
	same, found, of           int // defects judged as with the sound scans alone, found, and of how many
	least                     float64
}

// among puts each kind of wrong scan among the sound ones of each class.
func (m measure) among(ctx context.Context, classes []string) error {
	tallies := make([]tally, len(m.kinds))
	for _, class := range classes {
		p, err := newPart(ctx, class, m.points)
		if err != nil {
			return err
		}
		clean, err := m.learn(ctx, p, nil)
		if err != nil {
			return fmt.Errorf("%s: sound scans alone: %w", class, err)
		}
		defects, err := p.defects(ctx)
		if err != nil {
			return err
		}
		want, err := clean.judge(ctx, defects)
		if err != nil {
			return err
		}
		for k, kind := range m.kinds {
			if err := m.one(ctx, p, kind, defects, want, &tallies[k]); err != nil {
				return fmt.Errorf("%s, %s: %w", class, kind, err)
			}
		}
	}
	fmt.Printf("\n| wrong scan | refused | left out | freed of it | kept | least score / allowed | defects judged afterwards: found, as with the sound scans alone |\n|---|---|---|---|---|---|---|\n")
	for k, kind := range m.kinds {
		t := tallies[k]
		least := "–"
		if t.least > 0 {
			least = fmt.Sprintf("%.1f", t.least)
		}
		after := "–"
		if t.of > 0 {
			after = fmt.Sprintf("%d, %d of %d", t.found, t.same, t.of)
		}
		fmt.Printf("| %s | %d | %d | %d | %d | %s | %s |\n", kind, t.refused, t.out, t.freed, t.kept, least, after)
	}
	return nil
}

// alone looks at sets of sound scans in which nothing is wrong.
func (m measure) alone(ctx context.Context, classes []string, sets int) error {
	said := 0
	var over []float64
	for _, class := range classes {
		p, err := newPart(ctx, class, m.points)
		if err != nil {
			return err
		}
		for s := range sets {
			p.set = s
			l, err := m.learn(ctx, p, nil)
			if err != nil {
				fmt.Printf("%s, set %d: %v\n", class, s, err)
				said++
				continue
			}
			if len(l.vetted.Warnings) > 0 {
				fmt.Printf("%s, set %d: %s\n", class, s, strings.Join(l.vetted.Warnings, "; "))
				said++
			}
			for _, scan := range l.vetted.Scans {
				over = append(over, scan.Score/scan.Threshold)
			}
		}
	}
	slices.Sort(over)
	fmt.Printf("%d sets of %d sound scans: something was said of %d; score / allowed: median %.2f, largest %.2f\n", sets*len(classes), m.sound, said, over[len(over)/2], over[len(over)-1])
	return nil
}
