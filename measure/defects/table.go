package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"blemish/defect"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/shape"
	"blemish/task"
)

// Success, size and depth of defects over all objects and kinds.

// outcome is what came of one pair of object and kind.
type outcome struct {
	object, kind       string
	reason             string // why there is no defect; empty: there is one
	share, size, depth float64
	torn               bool // the sound mesh is closed and the carved one is not
}

// objects lists the files of the collection and the built-in classes.
func objects(data, only string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(data, "meshes", "*", "*"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s: no meshes there (%v)", data, err)
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(filepath.Dir(f))+"/"+filepath.Base(f))
	}
	for _, class := range shape.Classes() {
		names = append(names, "built-in "+class)
	}
	slices.Sort(names)
	return slices.DeleteFunc(names, func(n string) bool { return !strings.Contains(n, only) }), nil
}

func table(ctx context.Context, data, only string, root uint64, w io.Writer) error {
	names, err := objects(data, only)
	if err != nil {
		return err
	}
	all := make([][]outcome, len(names))
	err = task.For(ctx, 0, len(names), 1, func(_, lo, _ int) {
		all[lo] = outcomes(ctx, data, names[lo], root)
	})
	if err != nil {
		return err
	}
	var flat []outcome
	for _, o := range all {
		flat = append(flat, o...)
	}
	report(w, names, flat)
	return nil
}

// outcomes makes every kind of defect on one object.
func outcomes(ctx context.Context, data, name string, root uint64) []outcome {
	m, err := object(data, name)
	if err != nil {
		return []outcome{{object: name, kind: "*", reason: "cannot be read: " + strings.TrimPrefix(err.Error(), filepath.Join(data, "meshes")+"/")}}
	}
	t, err := defect.NewTarget(ctx, m)
	if err != nil {
		return []outcome{{object: name, kind: "*", reason: err.Error()}}
	}
	sound := mesh.Check(t.Mesh())
	var all []outcome
	for _, kind := range append(defect.Kinds(), defect.Hybrid) {
		o := outcome{object: name, kind: string(kind)}
		carved, cloud, err := one(ctx, t, kind, seed.Stream(root, "table", name, string(kind), 0))
		switch {
		case errors.Is(err, defect.ErrUnsuitable):
			o.reason = strings.TrimPrefix(err.Error(), defect.ErrUnsuitable.Error()+" for "+string(kind)+": ")
		case err != nil:
			o.reason = "FAILED: " + err.Error()
		default:
			measure(&o, cloud, t.Diagonal())
			cuts := kind == defect.Hole || kind == defect.Broken || kind == defect.Crack || kind == defect.Hybrid
			o.torn = cuts && sound.Watertight && !mesh.Check(carved.Mesh()).Watertight
			if o.torn {
				fmt.Fprintf(os.Stderr, "%s, %s: not closed\n", name, kind)
			}
		}
		all = append(all, o)
	}
	return all
}

func one(ctx context.Context, t *defect.Target, kind defect.Kind, r *seed.Rand) (*defect.Carved, *geom.Cloud, error) {
	_, c, err := defect.Carve(ctx, t, kind, defect.Medium, r)
	if err != nil {
		return nil, nil, err
	}
	return c, c.Sample(20_000, r), nil
}

func measure(o *outcome, cloud *geom.Cloud, diagonal float64) {
	label, depth := cloud.Scalar("label"), cloud.Scalar("depth")
	box := geom.EmptyBox()
	n := 0
	for i, l := range label {
		if l != 0 {
			n++
			box.Extend(cloud.Points[i].D())
			o.depth = max(o.depth, math.Abs(float64(depth[i]))/diagonal)
		}
	}
	o.share = float64(n) / float64(len(label))
	if n > 0 {
		o.size = box.Diagonal() / diagonal
	}
	if n == 0 {
		o.reason = "FAILED: no anomalous point"
	}
}

// report writes the tables.
func report(w io.Writer, names []string, all []outcome) {
	kinds := append(defect.Kinds(), defect.Hybrid)
	fmt.Fprintf(w, "%d objects. One defect is drawn of each pair of object and kind.\n\n", len(names))
	fmt.Fprintf(w, "| kind | pairs | sensible | made of these | made of all | within 1–10 %% | torn open |\n|---|---|---|---|---|---|---|\n")
	var sum counts
	for _, kind := range kinds {
		var c counts
		for _, o := range all {
			if o.kind == string(kind) {
				c.add(o)
			}
		}
		c.row(w, string(kind))
		sum.join(c)
	}
	sum.row(w, "all")
	printRules(w)
	skips(w, all)
	for _, q := range []struct {
		name  string
		of    func(o outcome) float64
		edges []float64
	}{
		{"Anomalous share of the points, %", func(o outcome) float64 { return 100 * o.share }, []float64{0, 1, 2, 3, 4, 5, 6, 8, 10}},
		{"Largest displacement or depth, % of the diagonal", func(o outcome) float64 { return 100 * o.depth }, []float64{0, 0.5, 1, 2, 3, 4, 6, 9, 15}},
		{"Extent: diagonal of the anomalous points' box, % of the object's", func(o outcome) float64 { return 100 * o.size }, []float64{0, 5, 10, 15, 20, 30, 40, 60, 80}},
	} {
		histogram(w, q.name, kinds, all, q.of, q.edges)
	}
}

// counts is what came of the pairs of a kind.
type counts struct{ pairs, sensible, good, made, inside, torn int }

func (c *counts) add(o outcome) {
	c.pairs++
	s := sensible(o.object, o.kind)
	if s {
		c.sensible++
	}
	if o.reason != "" {
		return
	}
	c.made++
	if s {
		c.good++
	}
	if o.torn {
		c.torn++
	}
	if o.share >= 0.01 && o.share <= 0.10 {
		c.inside++
	}
}

func (c *counts) join(o counts) {
	c.pairs, c.sensible, c.good = c.pairs+o.pairs, c.sensible+o.sensible, c.good+o.good
	c.made, c.inside, c.torn = c.made+o.made, c.inside+o.inside, c.torn+o.torn
}

func (c *counts) row(w io.Writer, name string) {
	fmt.Fprintf(w, "| %s | %d | %d | %d (%.1f %%) | %d (%.1f %%) | %.1f %% | %d |\n", name, c.pairs, c.sensible,
		c.good, percent(c.good, c.sensible), c.made, percent(c.made, c.pairs), percent(c.inside, c.made), c.torn)
}

func percent(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return 100 * float64(a) / float64(b)
}

// skips lists pairs without a defect.
func skips(w io.Writer, all []outcome) {
	fmt.Fprintf(w, "\n### Pairs without a defect\n\n| object | kind | sensible | reason |\n|---|---|---|---|\n")
	for _, o := range all {
		if o.reason == "" {
			continue
		}
		sense := "no"
		if sensible(o.object, o.kind) {
			sense = "yes"
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", o.object, o.kind, sense, o.reason)
	}
}

// histogram writes one row a kind: the median and a bar for each bin.
func histogram(w io.Writer, name string, kinds []defect.Kind, all []outcome, of func(o outcome) float64, edges []float64) {
	fmt.Fprintf(w, "\n### %s\n\n| kind | median |", name)
	for i, e := range edges {
		if i+1 < len(edges) {
			fmt.Fprintf(w, " %g–%g |", e, edges[i+1])
		} else {
			fmt.Fprintf(w, " over %g |", e)
		}
	}
	fmt.Fprintf(w, "\n|---|---|%s\n", strings.Repeat("---|", len(edges)))
	for _, kind := range kinds {
		var values []float64
		for _, o := range all {
			if o.kind == string(kind) && o.reason == "" {
				values = append(values, of(o))
			}
		}
		if len(values) == 0 {
			continue
		}
		sort.Float64s(values)
		fmt.Fprintf(w, "| %s | %.1f |", kind, values[len(values)/2])
		count := make([]int, len(edges))
		for _, v := range values {
			i := sort.SearchFloat64s(edges, v+1e-12) - 1
			count[max(0, i)]++
		}
		for _, n := range count {
			bar := int(math.Round(10 * float64(n) / float64(len(values))))
			fmt.Fprintf(w, " %s %.0f |", strings.Repeat("▇", bar), percent(n, len(values)))
		}
		fmt.Fprintln(w)
	}
}
