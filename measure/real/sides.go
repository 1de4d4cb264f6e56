package main

import (
	"fmt"
	"math"

	"blemish/geom"
	"blemish/register"
	"blemish/seed"
)

const tallyHead = "| scans | groups | scans in all | joined | joined and more than one off | median error | largest | s a group |\n|---|---|---|---|---|---|---|---|\n"

// sides joins scans of one side each, and aligns others to their union.
func (r *run) sides() error {
	raw, err := r.bunny()
	if err != nil {
		return err
	}
	fmt.Print("\n## Scans of one side each, joined by `register.Group`\n\nErrors in units of the scans' spacing (0.58 mm on a part of 250 mm diagonal).\n\n" + tallyHead)
	turned := make([]scan, len(raw))
	for i, s := range raw {
		turned[i] = s.moved(anyPose(seed.Stream(r.opt.Seed, "sides", s.name), 0.1))
	}
	const spacing = 0.58e-3
	var orders, without tally
	for first := 0; first < len(turned); first += 3 {
		if err := orders.group(r, append(append([]scan{}, turned[first:]...), turned[:first]...), spacing, nil); err != nil {
			return err
		}
	}
	orders.line("the ten range scans, beginning with four of them in turn")
	for left := 0; left < len(turned); left += 2 {
		if err := without.group(r, append(append([]scan{}, turned[:left]...), turned[left+1:]...), spacing, nil); err != nil {
			return err
		}
	}
	without.line("nine of the ten, five times")
	train, err := r.oneSided("train", raw)
	if err != nil {
		return err
	}
	var seven tally
	if err := seven.group(r, train, spacing, nil); err != nil {
		return err
	}
	seven.line("the seven of `one-sided` for learning")
	return r.onto(train, raw)
}

// views joins views of meshes.
func (r *run) views() error {
	fmt.Print("\n## Views of meshes, joined\n\nEight random views of every eighth mesh, noise of 0.03; errors in hundredths of the diagonal, symmetries allowed.\n\n" + tallyHead)
	solids, err := r.solids("*/*")
	if err != nil {
		return err
	}
	var made tally
	for k := 0; k < len(solids); k += 8 {
		s := solids[k]
		var views []scan
		random := seed.Stream(r.opt.Seed, "sides", s.name)
		for len(views) < 8 {
			p := noisy(s.seen(s.whole(20000, random), direction(random)), 0.03, random)
			views = append(views, scan{s.name, p, geom.IdentityPose()}.moved(anyPose(random, 100)))
		}
		if err := made.group(r, views, 1, &s); err != nil {
			return err
		}
	}
	made.line("views")
	made.tell()
	return nil
}

// tally sums up groups.
type tally struct {
	groups, scans, joined, off int
	errors, seconds            []float64
	fails                      []string
}

func (t *tally) group(r *run, scans []scan, spacing float64, s *solid) error {
	clouds := make([][]geom.Vec3, len(scans))
	for i, c := range scans {
		clouds[i] = c.points
	}
	start := processorTime()
	g, err := register.Group(r.ctx, clouds, r.opt)
	if err != nil {
		return err
	}
	t.groups++
	t.seconds = append(t.seconds, processorTime()-start)
	// The frame is free: it is that of the scan beside which the others are least off.
	errors := make([]float64, len(scans))
	least := math.Inf(1)
	for frame := range scans {
		if !g.Joined[frame] {
			continue
		}
		var sum float64
		own := make([]float64, len(scans))
		for i, c := range scans {
			if g.Joined[i] {
				placed := scans[frame].truth.Mul(g.Poses[frame].Inverse()).Mul(g.Poses[i])
				own[i] = meanApart(c.points, placed, c.truth) / spacing
				if s != nil && own[i] > 1 { // what is alike may be taken for one another
					own[i] = min(own[i], s.off(c.points, placed)/0.3)
				}
				sum += own[i]
			}
		}
		if sum < least {
			errors, least = own, sum
		}
	}
	for i, c := range scans {
		t.scans++
		if !g.Joined[i] {
			continue
		}
		t.joined++
		t.errors = append(t.errors, errors[i])
		if errors[i] > 1 {
			t.off++
			t.fails = append(t.fails, fmt.Sprintf("%s (%.1f, overlap %.2f, explained %.2f)", c.name, errors[i], g.Overlaps[i], g.Explained[i]))
		}
	}
	return nil
}

func (t *tally) line(what string) {
	fmt.Printf("| %s | %d | %d | %d | %d | %.2f | %.2f | %.1f |\n", what, t.groups, t.scans, t.joined, t.off, quantile(t.errors, 0.5), quantile(t.errors, 1), quantile(t.seconds, 0.5))
}

func (t *tally) tell() {
	v := verdicts{fails: t.fails}
	v.tell()
}

// onto aligns the test scans, sound and with defects, to the union of the seven.
func (r *run) onto(train, raw []scan) error {
	test, err := r.oneSided("test", raw)
	if err != nil {
		return err
	}
	var union []geom.Vec3
	for _, s := range train {
		union = append(union, s.truth.ApplyAll(s.points)...)
	}
	ref, err := register.NewReference(r.ctx, union, r.opt)
	if err != nil {
		return err
	}
	var errors, seconds, overlaps []float64
	for _, s := range test {
		start := processorTime()
		res, err := ref.Align(r.ctx, s.points, r.opt)
		if err != nil {
			return err
		}
		seconds = append(seconds, processorTime()-start)
		errors, overlaps = append(errors, 1000*meanApart(s.points, res.TargetFromSource, s.truth)), append(overlaps, res.Overlap)
	}
	fmt.Printf("\nThe %d test scans, sound and with defects, onto the union of the seven: error median %.3f mm, largest %.3f mm; least overlap %.2f; %.2f s a scan.\n",
		len(test), quantile(errors, 0.5), quantile(errors, 1), quantile(overlaps, 0), quantile(seconds, 0.5))
	return nil
}
