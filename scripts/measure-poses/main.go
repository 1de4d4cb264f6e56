// Command measure-poses says how often and how fast package register finds the
// true pose: of the clouds with known poses under shared/clouds, and of clouds
// sampled from the meshes under shared/meshes.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"

	"blemish/geom"
	"blemish/register"
	"blemish/spatial"
)

func main() {
	data := flag.String("data", "../shared", "the folder that holds clouds and meshes")
	set := flag.String("set", "clouds", "clouds or meshes")
	only := flag.String("only", "", "only names that contain this")
	kinds := flag.String("kinds", "", "meshes: only this kind of scan")
	scans := flag.Int("scans", 1, "meshes: scans of each kind of each mesh")
	seedFlag := flag.Uint64("seed", 1, "root of the random streams")
	workers := flag.Int("workers", 0, "cores to use; 0 is all")
	verbose := flag.Bool("v", false, "print every scan")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	m := measurement{ctx: ctx, opt: register.Options{Seed: *seedFlag, Workers: *workers}, verbose: *verbose, only: *only, kinds: *kinds, scans: *scans}
	var err error
	switch *set {
	case "clouds":
		err = m.clouds(*data)
	case "meshes":
		err = m.meshes(*data)
	default:
		err = fmt.Errorf("no set %q: clouds or meshes", *set)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	m.print(os.Stdout)
}

// measurement gathers what was found.
type measurement struct {
	ctx         context.Context
	opt         register.Options
	verbose     bool
	only, kinds string
	scans       int
	groups      []string // in order of appearance
	rows        []row
}

// row is one alignment.
type row struct {
	group, name string
	ok          bool
	off         float64 // mean distance of corresponding points, share of the diagonal
	times       float64 // two-sided nearest distance, in that of the true pose
	result      *register.Result
	truth       *register.Result // what refining the true pose gives, of failures
	diagonal    float64
	seconds     float64
	err         error
}

// trial is one scan whose true pose is known.
type trial struct {
	group, name string
	points      []geom.Vec3
	sound       []int32   // points that lie on the sound surface
	truth       geom.Pose // reference from scan
	partial     bool
}

// run aligns a trial to a reference and judges the pose.
func (m *measurement) run(ref *register.Reference, refPoints []geom.Vec3, refTree *spatial.Tree, t trial) {
	start := time.Now()
	res, err := ref.Align(m.ctx, t.points, m.opt)
	r := row{group: t.group, name: t.name, result: res, seconds: time.Since(start).Seconds(), err: err, diagonal: geom.BoxOf(refPoints).Diagonal()}
	if err == nil {
		var sum float64
		for _, i := range t.sound {
			p := t.points[i].D()
			sum += res.TargetFromSource.ApplyVec(p).Sub(t.truth.ApplyVec(p)).Norm()
		}
		r.off = sum / float64(len(t.sound)) / r.diagonal
		r.ok = r.off < 0.01
		if !r.ok {
			o := m.opt
			if t.partial {
				o.Coverage = register.CoveragePartial
			}
			r.truth, _ = ref.Refine(m.ctx, t.points, t.truth, o)
			r.times = closeness(refTree, refPoints, t, res.TargetFromSource) / closeness(refTree, refPoints, t, t.truth)
			r.ok = r.times < 1.05
		}
	}
	if !slices.Contains(m.groups, r.group) {
		m.groups = append(m.groups, r.group)
	}
	m.rows = append(m.rows, r)
	if m.verbose || !r.ok {
		fmt.Fprintln(os.Stderr, r)
	}
}

// closeness is the mean distance from a placed scan's sound points to the nearest
// reference point and, of a whole scan, back.
func closeness(refTree *spatial.Tree, refPoints []geom.Vec3, t trial, pose geom.Pose) float64 {
	placed := make([]geom.Vec3, len(t.sound))
	var there, back float64
	for k, i := range t.sound {
		placed[k] = pose.Apply(t.points[i])
		n := refTree.Nearest(placed[k])
		there += placed[k].D().Sub(refPoints[n.Index].D()).Norm()
	}
	there /= float64(len(placed))
	if t.partial {
		return there
	}
	tree := spatial.NewTree(placed)
	for _, p := range refPoints {
		n := tree.Nearest(p)
		back += p.D().Sub(placed[n.Index].D()).Norm()
	}
	return there + back/float64(len(refPoints))
}

// String is the row as one line.
func (r row) String() string {
	word := "right"
	if !r.ok {
		word = "WRONG"
	}
	if r.err != nil {
		return fmt.Sprintf("%s %s %s: %v", word, r.group, r.name, r.err)
	}
	truth := ""
	if r.truth != nil {
		truth = fmt.Sprintf(", at the true pose residual %.3f %%, overlap %.2f", 100*r.truth.Residual/r.diagonal, r.truth.Overlap)
	}
	return fmt.Sprintf("%s %s %s: off %.2f %% (closeness %.2f), residual %.3f %%, overlap %.2f, covered %.2f, partial %v, symmetry %q, %d hypotheses, %.2f s%s",
		word, r.group, r.name, 100*r.off, r.times, 100*r.result.Residual/r.diagonal, r.result.Overlap, r.result.Covered, r.result.Partial, r.result.Symmetry, len(r.result.Hypotheses), r.seconds, truth)
}

// print writes the tables.
func (m *measurement) print(w io.Writer) {
	fmt.Fprintf(w, "| set | scans | right | share | median s | largest s |\n|---|---|---|---|---|---|\n")
	for _, g := range m.groups {
		var times []float64
		right := 0
		for _, r := range m.rows {
			if r.group == g {
				times = append(times, r.seconds)
				if r.ok {
					right++
				}
			}
		}
		slices.Sort(times)
		fmt.Fprintf(w, "| %s | %d | %d | %.1f %% | %.2f | %.2f |\n", g, len(times), right, 100*float64(right)/float64(len(times)), times[len(times)/2], times[len(times)-1])
	}
	fmt.Fprintln(w, "\nFailures:")
	none := true
	for _, r := range m.rows {
		if !r.ok {
			none = false
			fmt.Fprintf(w, "* %v\n", r)
		}
	}
	if none {
		fmt.Fprintln(w, "none")
	}
}
