package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"blemish/distance"
	"blemish/format"
	"blemish/geom"
	"blemish/render"
	"blemish/report"
	"blemish/seed"

	"github.com/spf13/cobra"
)

// comparing is what distance's flags say.
type comparing struct {
	signed, vectors, both bool
	max, tolerance, reach float64
	points                int
	out                   string
}

func newDistance(e *env) *cobra.Command {
	var d comparing
	cmd := &cobra.Command{
		Use:   "distance FROM TO [-o OUT]",
		Short: "cloud or mesh to cloud or mesh: per-point distances, statistics",
		Long: `Measure how far every point of FROM lies from TO, each a cloud or a mesh, with statistics and a coloured cloud to look at.

Distances to a mesh are exact, to its surface; distances to a cloud are to its nearest point. A mesh as FROM is sampled first:
--points points, uniform by area. Nothing is moved: bring the two together with "register" first. Signed distances are positive
outside TO (excess: warm colours) and negative inside (missing: cold); what lies beyond --max is not measured (grey).`,
		Example: `  blemish distance scan.ply part.stl --signed --tolerance 0.1 -o coloured.ply
  blemish distance scan.ply other.ply --both
  blemish distance scan.ply part.stl --signed --vectors -o distances.csv --json`,
		Args: exactly(2, "FROM and TO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cmd.Flags()
			switch {
			case args[0] == "-" && args[1] == "-":
				return usagef("only one of FROM and TO can be standard input")
			case flags.Changed("max") && !(d.max > 0 && d.max < math.Inf(1)):
				return usagef("--max %g: a distance above 0", d.max)
			case flags.Changed("tolerance") && !(d.tolerance >= 0 && d.tolerance < math.Inf(1)):
				return usagef("--tolerance %g: a distance of 0 or more", d.tolerance)
			case flags.Changed("range") && !(d.reach > 0 && d.reach < math.Inf(1)):
				return usagef("--range %g: a distance above 0", d.reach)
			case d.points < 1 || d.points > 100_000_000:
				return usagef("--points %d: from 1 to 100,000,000", d.points)
			case d.out != "" && !format.WritableCloud.Has(d.out):
				return usagef("-o %s: distances are written as %s", d.out, format.WritableCloud)
			}
			return e.distance(cmd.Context(), args[0], args[1], d)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&d.signed, "signed", false, "positive outside TO, negative inside")
	f.Float64Var(&d.max, "max", 0, "points farther away count as not measured")
	f.BoolVar(&d.both, "both", false, "measure from TO to FROM as well, and the Hausdorff distance")
	f.IntVar(&d.points, "points", 100_000, "how many points to draw from a mesh that distances are measured from")
	f.Float64Var(&d.tolerance, "tolerance", -1, "also print the share of points that are farther away than this")
	f.StringVarP(&d.out, "out", "o", "", "write the points of FROM with their distance here; .ply and .pcd are coloured")
	f.BoolVar(&d.vectors, "vectors", false, "also write the vector to the nearest point, as dx, dy and dz")
	f.Float64Var(&d.reach, "range", 0, "the distance at the end of the colours (default: the 99th percentile, or a quarter of the largest if that is more)")
	f.Lookup("tolerance").DefValue = "0" // help shows no default for 0
	group(cmd, "What is measured", "signed", "max", "both", "points")
	group(cmd, "What comes out", "tolerance", "out", "vectors", "range")
	return cmd
}

// measured is one direction of the document that distance prints with --json.
type measured struct {
	From       string        `json:"from"`
	To         string        `json:"to"`
	ToIs       string        `json:"to_is"` // "mesh", "open mesh" or "cloud"
	Sampled    bool          `json:"sampled"`
	Count      int           `json:"count"`
	Unmeasured int           `json:"unmeasured"`
	Mean       report.Number `json:"mean"`
	MeanAbs    report.Number `json:"mean_abs"`
	RMS        report.Number `json:"rms"`
	Std        report.Number `json:"std"`
	Min        report.Number `json:"min"`
	Max        report.Number `json:"max"`
	MaxAbs     report.Number `json:"max_abs"`

	Percentiles    map[string]report.Number `json:"percentiles"`
	PercentilesAbs map[string]report.Number `json:"percentiles_abs"`

	Tolerance *float64       `json:"tolerance,omitempty"`
	Out       *report.Number `json:"out,omitempty"` // shares of the points, 0…1
	Excess    *report.Number `json:"excess,omitempty"`
	Missing   *report.Number `json:"missing,omitempty"`
}

// distances is that document.
type distances struct {
	Signed bool `json:"signed"`
	measured
	Back      *measured      `json:"back,omitempty"`
	Hausdorff *report.Number `json:"hausdorff,omitempty"`
	Chamfer   *report.Number `json:"chamfer,omitempty"` // mean distance one way plus mean distance the other
}

func (e *env) distance(ctx context.Context, from, to string, d comparing) error {
	a, err := e.readShape(from)
	if err != nil {
		return err
	}
	b, err := e.readShape(to)
	if err != nil {
		return err
	}
	points, err := e.dots(a)
	if err != nil {
		return err
	}
	if err := e.sameUnit(points, a, b); err != nil {
		return err
	}
	doc := distances{Signed: d.signed}
	cloud, field, stats, one, err := e.oneWay(ctx, a, b, d)
	if err != nil {
		return err
	}
	doc.measured = one
	if d.both {
		_, _, back, other, err := e.oneWay(ctx, b, a, d)
		if err != nil {
			return err
		}
		doc.Back = &other
		hausdorff, chamfer := report.Number(max(stats.MaxAbs, back.MaxAbs)), report.Number(stats.MeanAbs+back.MeanAbs)
		if stats.Unmeasured > 0 || back.Unmeasured > 0 {
			hausdorff, chamfer = report.None(), report.None()
		}
		doc.Hausdorff, doc.Chamfer = &hausdorff, &chamfer
	}
	if d.out != "" {
		if err := e.writeDistances(d, cloud, field, stats); err != nil {
			return err
		}
	}
	if e.json {
		return e.printJSON(doc)
	}
	return e.printDistances(doc)
}

// oneWay measures from the points of a to b.
func (e *env) oneWay(ctx context.Context, a, b *shape, d comparing) (*geom.Cloud, *distance.Field, distance.Stats, measured, error) {
	fail := func(file string, err error) (*geom.Cloud, *distance.Field, distance.Stats, measured, error) {
		return nil, nil, distance.Stats{}, measured{}, fmt.Errorf("%s: %w", file, err)
	}
	var target *distance.Target
	var err error
	if b.mesh != nil {
		target, err = distance.ToMesh(ctx, e.workers, b.mesh, d.signed)
	} else {
		target, err = distance.ToCloud(ctx, e.workers, b.cloud, d.signed)
	}
	if err != nil {
		return fail(b.file, err)
	}
	if doubt := target.Doubt(); doubt != "" && d.signed {
		e.log.Warn(b.file + ": " + doubt)
	}
	cloud := a.points(d.points, seed.Stream(e.seed, "distance", "sample"))
	if cloud.Len() == 0 {
		return fail(a.file, errors.New("the mesh has no area to take points from"))
	}
	field, err := target.Measure(ctx, e.workers, cloud, distance.Options{Signed: d.signed, Vectors: d.vectors, Max: d.max})
	if err != nil {
		return fail(a.file, err)
	}
	stats := distance.Sum(field.Distance, d.tolerance)
	doc := describe(stats, d.tolerance)
	doc.From, doc.To, doc.Sampled, doc.ToIs = filepath.Base(a.file), filepath.Base(b.file), a.mesh != nil, "cloud"
	if target.IsMesh() {
		doc.ToIs = "mesh"
		if d.signed && !target.Closed() {
			doc.ToIs = "open mesh"
		}
	}
	return cloud, field, stats, doc, nil
}

func describe(s distance.Stats, tolerance float64) measured {
	n := func(v float64) report.Number { return report.Number(v) }
	doc := measured{
		Count: s.Count, Unmeasured: s.Unmeasured, Mean: n(s.Mean), MeanAbs: n(s.MeanAbs), RMS: n(s.RMS), Std: n(s.Std),
		Min: n(s.Min), Max: n(s.Max), MaxAbs: n(s.MaxAbs),
		Percentiles: map[string]report.Number{}, PercentilesAbs: map[string]report.Number{},
	}
	for i, p := range distance.Percents {
		doc.Percentiles[percentKey(p)], doc.PercentilesAbs[percentKey(p)] = n(s.Percentile[i]), n(s.PercentileAbs[i])
	}
	if tolerance >= 0 {
		out, excess, missing := n(s.Out), n(s.Excess), n(s.Missing)
		doc.Tolerance, doc.Out, doc.Excess, doc.Missing = &tolerance, &out, &excess, &missing
	}
	return doc
}

// percentKey names a percentile so that names sort as the numbers do.
func percentKey(p float64) string { return fmt.Sprintf("p%02g", p) }

// writeDistances writes the points with their distances, coloured where the format
// has colours.
func (e *env) writeDistances(d comparing, from *geom.Cloud, field *distance.Field, stats distance.Stats) error {
	cloud := &geom.Cloud{Points: from.Points, Normals: from.Normals, Origin: from.Origin}
	for _, name := range from.ScalarNames() {
		cloud.SetScalar(name, from.Scalars[name])
	}
	cloud.SetScalar("distance", field.Distance)
	columns := [][]float32{field.Distance}
	if field.Vector != nil {
		for k, name := range []string{"dx", "dy", "dz"} {
			way := make([]float32, cloud.Len())
			for i, v := range field.Vector {
				way[i] = [3]float32{v.X, v.Y, v.Z}[k]
			}
			cloud.SetScalar(name, way)
			columns = append(columns, way)
		}
	}
	var opt format.WriteOptions
	switch strings.ToLower(filepath.Ext(d.out)) {
	case ".npy":
		return writeColumns(d.out, columns)
	case ".ply", ".pcd":
		reach := d.reach
		if reach == 0 {
			// The percentile alone would be noise where little of the surface is off.
			reach = max(stats.PercentileAbs[len(stats.PercentileAbs)-1], stats.MaxAbs/4)
			e.log.Info(fmt.Sprintf("%s: full colour at %.3g; --range sets it", d.out, reach))
		}
		opt.Colors = distanceColors(field.Distance, d.signed, reach)
	}
	return format.WriteCloud(d.out, cloud, opt)
}

// distanceColors gives the colours of an inspection report: signed distances from
// cold through grey to warm, plain ones from clay to red; a darker grey where
// nothing was measured.
func distanceColors(distance []float32, signed bool, reach float64) [][3]uint8 {
	colors := make([][3]uint8, len(distance))
	for i, v := range distance {
		t := 0.0
		if v != 0 {
			t = float64(v) / reach
		}
		c := render.Heat.At(t)
		if signed {
			c = render.CoolWarm.At((t + 1) / 2)
		}
		colors[i] = [3]uint8{c.R, c.G, c.B}
	}
	return colors
}

// writeColumns writes an NPY array: one value a row, or one column for each.
func writeColumns(path string, columns [][]float32) error {
	rows, width := len(columns[0]), len(columns)
	data := make([]float32, 0, rows*width)
	for i := range rows {
		for _, c := range columns {
			data = append(data, c[i])
		}
	}
	shape := []int{rows}
	if width > 1 {
		shape = []int{rows, width}
	}
	return format.WriteAtomic(path, func(w io.Writer) error { return format.WriteNPY(w, data, shape...) })
}

func (e *env) printDistances(doc distances) error {
	var b strings.Builder
	section := func(m *measured) {
		sampled := ""
		if m.Sampled {
			sampled = " (points drawn from its surface)"
		}
		fmt.Fprintf(&b, "from %s%s to %s (%s)\n", m.From, sampled, m.To, m.ToIs)
		fmt.Fprintf(&b, "  points     %d measured, %d not\n", m.Count, m.Unmeasured)
		fmt.Fprintf(&b, "  mean       %s\n", plain(float64(m.Mean), 6))
		if doc.Signed {
			fmt.Fprintf(&b, "  mean |d|   %s\n", plain(float64(m.MeanAbs), 6))
		}
		fmt.Fprintf(&b, "  RMS        %s\n  std        %s\n  min … max  %s … %s\n", plain(float64(m.RMS), 6), plain(float64(m.Std), 6), plain(float64(m.Min), 6), plain(float64(m.Max), 6))
		line := func(name string, values map[string]report.Number) {
			b.WriteString(name)
			for _, p := range distance.Percents {
				fmt.Fprintf(&b, " %v %% %s ", p, plain(float64(values[percentKey(p)]), 6))
			}
			b.WriteString("\n")
		}
		line("  d below   ", m.Percentiles)
		if doc.Signed {
			line("  |d| below ", m.PercentilesAbs)
		}
		if m.Tolerance != nil {
			fmt.Fprintf(&b, "  out of tolerance %.6g: %.4g %% of the points", *m.Tolerance, 100*float64(*m.Out))
			if doc.Signed {
				fmt.Fprintf(&b, " (%.4g %% excess, %.4g %% missing)", 100*float64(*m.Excess), 100*float64(*m.Missing))
			}
			b.WriteString("\n")
		}
	}
	section(&doc.measured)
	if doc.Back != nil {
		section(doc.Back)
		if !doc.Hausdorff.Known() {
			b.WriteString("no Hausdorff distance: points were not measured\n")
		} else {
			fmt.Fprintf(&b, "Hausdorff distance %s, chamfer distance %s\n", plain(float64(*doc.Hausdorff), 6), plain(float64(*doc.Chamfer), 6))
		}
	}
	_, err := io.WriteString(e.stdout, b.String())
	return err
}
