package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"blemish/detect/imrnet"
	"blemish/format"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"

	"github.com/spf13/cobra"
)

// sampling is what sample's flags say.
type sampling struct {
	method  string
	points  int     // 0: by spacing
	spacing float64 // 0: by points
}

var samplingMethods = []string{"random", "fps", "voxel", "gps", "area", "poisson"}

func newSample(e *env) *cobra.Command {
	var s sampling
	cmd := &cobra.Command{
		Use:   "sample IN OUT --method METHOD (--points N | --spacing S)",
		Short: "down-sample a cloud, or sample a mesh",
		Long: `Take fewer points of a cloud, or points of a mesh's surface; values and normals of a point are kept.

  random   points of the cloud at random
  fps      farthest point sampling: each point the farthest from those before
  voxel    the mean of the points in each cell of a grid, values and normals too
  gps      geometry-aware sampling: two thirds of the points where the surface changes most
  area     at random on a mesh, uniform over its area
  poisson  at random, but keeping their distance (Poisson disk, by sample elimination)

A mesh is sampled by area first where the method works on points: five times as many, at least 20,000.`,
		Example: `  blemish sample scan.ply small.ply --method voxel --spacing 0.5
  blemish sample scan.ply small.ply --method fps --points 2048
  blemish sample part.stl cloud.ply --method poisson --points 20000`,
		Args: exactly(2, "IN and OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cmd.Flags()
			switch {
			case !slices.Contains(samplingMethods, s.method):
				return usagef("--method %q: one of %s", s.method, strings.Join(samplingMethods, ", "))
			case flags.Changed("points") == flags.Changed("spacing"):
				return usagef("give either --points N or --spacing S")
			case flags.Changed("spacing") && s.method != "voxel" && s.method != "poisson":
				return usagef("--spacing goes with --method voxel and poisson; %s takes --points N", s.method)
			case flags.Changed("spacing") && !(s.spacing > 0 && s.spacing < math.Inf(1)):
				return usagef("--spacing %g: a distance above 0", s.spacing)
			case flags.Changed("points") && (s.points < 1 || s.points > maxSamples):
				return usagef("--points %d: from 1 to %d", s.points, maxSamples)
			case !format.WritableCloud.Has(args[1]):
				return usagef("%s: clouds are written as %s", args[1], format.WritableCloud)
			}
			return e.sample(cmd.Context(), args[0], args[1], s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.method, "method", "", strings.Join(samplingMethods, ", "))
	f.IntVar(&s.points, "points", 0, "how many points")
	f.Float64Var(&s.spacing, "spacing", 0, "edge of a voxel; least distance of Poisson-disk points")
	group(cmd, "How", "method", "points", "spacing")
	complete(cmd, "method", samplingMethods...)
	return cmd
}

// maxSamples bounds what one command asks for.
const maxSamples = 100_000_000

func (e *env) sample(ctx context.Context, in, out string, s sampling) error {
	from, err := e.readShape(in)
	if err != nil {
		return err
	}
	r := seed.Stream(e.seed, "sample")
	cloud := from.cloud
	if from.mesh != nil {
		if cloud, err = s.onMesh(from, r); err != nil {
			return fmt.Errorf("%s: %w", in, err)
		}
	} else if s.method == "area" {
		return fmt.Errorf("%s has no faces to take points from; down-sample a cloud with random, fps, voxel, gps or poisson", in)
	}
	if s.points > cloud.Len() {
		return fmt.Errorf("%s has %d points; %d cannot be taken from it", in, cloud.Len(), s.points)
	}
	taken, err := e.take(ctx, cloud, from.mesh, s, r)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	if err := format.WriteCloud(out, taken, format.WriteOptions{}); err != nil {
		return err
	}
	gap, err := spatial.Spacing(ctx, e.workers, spatial.NewTree(taken.Points))
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(struct {
			Method  string  `json:"method"`
			Points  int     `json:"points"`
			Spacing float64 `json:"spacing"`
		}{s.method, taken.Len(), gap})
	}
	_, err = fmt.Fprintf(e.stdout, "%s: %d points, on average %.4g from the nearest other\n", out, taken.Len(), gap)
	return err
}

// onMesh draws the points by area that a method starts from.
func (s sampling) onMesh(from *shape, r *seed.Rand) (*geom.Cloud, error) {
	area := mesh.NewSampler(from.mesh).Area()
	if !(area > 0) {
		return nil, fmt.Errorf("the mesh has no area to take points from")
	}
	n := s.points
	switch {
	case s.method == "random" || s.method == "area":
	case s.spacing > 0:
		n = max(20_000, 10*min(spatial.Discs(area, s.spacing), maxSamples))
	default:
		n = max(20_000, 5*n)
	}
	if n > 5*maxSamples {
		return nil, fmt.Errorf("a spacing of %g takes too many points on an area of %g", s.spacing, area)
	}
	return from.points(n, r), nil
}

// take applies the method to a cloud; m is the mesh that it was drawn from, or nil.
func (e *env) take(ctx context.Context, cloud *geom.Cloud, m *geom.Mesh, s sampling, r *seed.Rand) (*geom.Cloud, error) {
	var index []int32
	var err error
	switch s.method {
	case "area":
		return cloud, nil
	case "random":
		index = r.Perm(cloud.Len())[:s.points]
		slices.Sort(index)
	case "fps":
		index, err = spatial.FarthestPoints(ctx, e.workers, cloud.Points, s.points, r.Intn(cloud.Len()))
	case "gps":
		index, err = imrnet.Sample(ctx, e.workers, cloud.Points, s.points)
	case "voxel":
		size := s.spacing
		if size == 0 {
			size = spatial.VoxelSize(cloud.Points, s.points)
		}
		return spatial.VoxelCloud(cloud, size), nil
	case "poisson":
		index, err = e.poisson(ctx, cloud, m, s, r)
	}
	if err != nil {
		return nil, err
	}
	return cloud.Select(index), nil
}

// mostAround is how many points a single one is chosen from.
const mostAround = 200

func (e *env) poisson(ctx context.Context, cloud *geom.Cloud, m *geom.Mesh, s sampling, r *seed.Rand) ([]int32, error) {
	var area float64
	var err error
	if m != nil {
		area = m.Area()
	} else if area, err = spatial.SurfaceArea(ctx, e.workers, spatial.NewTree(cloud.Points)); err != nil {
		return nil, err
	}
	wanted := s.points
	if wanted == 0 {
		wanted = spatial.Discs(area, s.spacing)
	}
	if d := cloud.Box().Diagonal(); s.spacing > d {
		return nil, fmt.Errorf("no two points are --spacing %g apart: the diagonal is %.4g", s.spacing, d)
	}
	// Of very many points some are enough to choose from; of few that are wanted, each has
	// as many around it as there are in its share.
	index := r.Perm(cloud.Len())
	index = index[:min(len(index), max(20_000, 10*min(wanted, maxSamples)), mostAround*max(1, min(wanted, maxSamples)))]
	slices.Sort(index)
	points := cloud.Select(index).Points
	var left []int32
	if s.points > 0 {
		left, err = spatial.Eliminate(ctx, e.workers, points, wanted, area)
	} else {
		left, err = spatial.EliminateWithin(ctx, e.workers, points, s.spacing, wanted)
	}
	for i, k := range left {
		left[i] = index[k]
	}
	return left, err
}
