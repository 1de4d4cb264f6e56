package cli

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"blemish/feature"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"

	"github.com/spf13/cobra"
)

// describing is what features' flags say.
type describing struct {
	kind      string
	neighbors int
	radius    float64
	oriented  bool // keep the normals that the file has
	points    int  // that stand for a mesh
}

var featureKinds = []string{"normals", "curvature", "change", "fpfh"}

// usualNeighbors is what --neighbors 0 stands for.
var usualNeighbors = map[string]int{"normals": 30, "curvature": 30, "change": 30, "fpfh": 100}

// orientNeighbors is over how many neighbours normals are made to agree.
const orientNeighbors = 12

func newFeatures(e *env) *cobra.Command {
	var d describing
	cmd := &cobra.Command{
		Use:   "features IN OUT --kind KIND",
		Short: "per-point features to NPY, PLY or CSV",
		Long: `Compute a feature of every point of a cloud, from its nearest neighbours.
From a mesh, --points points are drawn evenly first.

  normals    unit normals, consistent between neighbours and pointing outwards (3 numbers)
  curvature  surface variation: 0 on a plane, at most 1/3 (1 number)
  change     how quickly normal and curvature change around the point (1 number)
  fpfh       fast point feature histograms (33 numbers)

.npy holds the numbers alone, one row per point in the order of the file; the other formats hold the points as well.`,
		Example: `  blemish features scan.ply normals.ply --kind normals
  blemish features scan.ply fpfh.npy --kind fpfh --neighbors 60
  blemish features scan.ply curvature.csv --kind curvature
  blemish features part.stl normals.ply --kind normals --points 50000`,
		Args: exactly(2, "IN and OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cmd.Flags()
			switch {
			case !slices.Contains(featureKinds, d.kind):
				return usagef("--kind %q: one of %s", d.kind, strings.Join(featureKinds, ", "))
			case flags.Changed("neighbors") && (d.neighbors < 3 || d.neighbors > 10_000):
				return usagef("--neighbors %d: from 3 to 10,000", d.neighbors)
			case flags.Changed("radius") && d.kind != "fpfh":
				return usagef("--radius goes with --kind fpfh; %s takes --neighbors", d.kind)
			case flags.Changed("radius") && !(d.radius > 0 && d.radius < math.Inf(1)):
				return usagef("--radius %g: a distance above 0", d.radius)
			case d.points < 10 || d.points > maxSamples/5:
				return usagef("--points %d: from 10 to %d", d.points, maxSamples/5)
			case !format.WritableCloud.Has(args[1]):
				return usagef("%s: features are written as %s", args[1], format.WritableCloud)
			}
			return e.features(cmd.Context(), args[0], args[1], d)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&d.kind, "kind", "", strings.Join(featureKinds, ", "))
	f.IntVar(&d.neighbors, "neighbors", 0, "how many nearest neighbours (default 30; fpfh: 100)")
	f.Float64Var(&d.radius, "radius", 0, "fpfh: only neighbours within this distance, at most --neighbors of them")
	f.BoolVar(&d.oriented, "keep-normals", false, "fpfh: use the normals that the file has")
	f.IntVar(&d.points, "points", 20_000, "how many points are drawn from a mesh, evenly")
	group(cmd, "How", "kind", "neighbors", "radius", "keep-normals", "points")
	complete(cmd, "kind", featureKinds...)
	return cmd
}

// table is a feature: rows of width numbers, one for each point.
type table struct {
	width  int
	values []float32
}

func (e *env) features(ctx context.Context, in, out string, d describing) error {
	from, err := e.readShape(in)
	if err != nil {
		return err
	}
	if d.neighbors == 0 {
		d.neighbors = usualNeighbors[d.kind]
	}
	cloud := from.cloud
	if from.mesh != nil {
		even := sampling{method: "poisson", points: d.points}
		r := seed.Stream(e.seed, "features", "sample")
		if cloud, err = even.onMesh(from, r); err != nil {
			return fmt.Errorf("%s: %w", in, err)
		}
		if cloud, err = e.take(ctx, cloud, from.mesh, even, r); err != nil {
			return fmt.Errorf("%s: %w", in, err)
		}
	}
	t, err := e.compute(ctx, cloud, d)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	if d.kind == "normals" {
		cloud.Normals = make([]geom.Vec3, cloud.Len())
		for i := range cloud.Normals {
			cloud.Normals[i] = geom.Vec3{X: t.values[3*i], Y: t.values[3*i+1], Z: t.values[3*i+2]}
		}
	}
	columns := t.columns()
	if strings.ToLower(filepath.Ext(out)) == ".npy" {
		err = writeColumns(out, columns)
	} else {
		for k, c := range columns {
			switch {
			case d.kind == "normals":
			case t.width == 1:
				cloud.SetScalar(d.kind, c)
			default:
				cloud.SetScalar(fmt.Sprintf("%s%02d", d.kind, k), c)
			}
		}
		err = format.WriteCloud(out, cloud, format.WriteOptions{})
	}
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(struct {
			Kind      string `json:"kind"`
			Points    int    `json:"points"`
			Width     int    `json:"width"`
			Neighbors int    `json:"neighbors"`
		}{d.kind, cloud.Len(), t.width, d.neighbors})
	}
	_, err = fmt.Fprintf(e.stdout, "%s: %s of %d points, %d neighbours each\n", out, d.kind, cloud.Len(), d.neighbors)
	return err
}

func (e *env) compute(ctx context.Context, cloud *geom.Cloud, d describing) (table, error) {
	tree, err := spatial.BuildTree(ctx, e.workers, cloud.Points)
	if err != nil {
		return table{}, err
	}
	if d.kind == "change" {
		change, err := feature.RateOfChange(ctx, e.workers, tree, feature.ChangeOptions{Neighbors: d.neighbors})
		if err != nil {
			return table{}, err
		}
		return table{1, change.Rate}, nil
	}
	normals := cloud.Normals
	if d.kind != "fpfh" || !d.oriented || normals == nil {
		fitted := min(d.neighbors, usualNeighbors["normals"])
		if d.kind != "fpfh" {
			fitted = d.neighbors
		}
		var variation []float32
		if normals, variation, err = feature.Normals(ctx, e.workers, tree, fitted); err != nil {
			return table{}, err
		}
		if d.kind == "curvature" {
			return table{1, variation}, nil
		}
		if err := feature.OrientOutward(ctx, e.workers, tree, normals, orientNeighbors); err != nil {
			return table{}, err
		}
	}
	if d.kind == "normals" {
		t := table{3, make([]float32, 0, 3*len(normals))}
		for _, n := range normals {
			t.values = append(t.values, n.X, n.Y, n.Z)
		}
		return t, nil
	}
	t := table{width: feature.FPFHSize}
	if d.radius > 0 {
		t.values, err = feature.FPFHRadius(ctx, e.workers, tree, normals, d.radius, d.neighbors)
	} else {
		t.values, err = feature.FPFH(ctx, e.workers, tree, normals, d.neighbors)
	}
	return t, err
}

// columns are the numbers by column.
func (t table) columns() [][]float32 {
	out := make([][]float32, t.width)
	for k := range out {
		out[k] = make([]float32, len(t.values)/t.width)
		for i := range out[k] {
			out[k][i] = t.values[i*t.width+k]
		}
	}
	return out
}
