package report

// What the viewer must know of a scan beside its values: how large its points are,
// where to look from, what lights it.

import (
	"context"
	"math"
	"slices"

	"blemish/feature"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/render"
	"blemish/spatial"
	"blemish/task"
)

// radiusOf is the largest distance of a point from a place.
func radiusOf(points []geom.Vec3, middle geom.Vec) float64 {
	far := 0.0
	for _, p := range points {
		if p.Finite() {
			far = math.Max(far, p.D().Sub(middle).Norm2())
		}
	}
	return math.Sqrt(far)
}

// firstLook has what is marked towards the viewer, missing surface included; an
// object without regions is seen from its front, right and top, or from the side that the
// scan shows.
func firstLook(v *ScanView, threshold float64) [3]float64 {
	eye := geom.Vec{X: 0.55, Y: -0.75, Z: 0.4}
	if from, ok := v.showing(); ok {
		eye = from
	}
	if len(v.Result.Regions) > 0 {
		points := slices.Concat(v.Cloud.Points, v.Result.Missing)
		values := slices.Clone(v.Result.Point)
		for range v.Result.Missing {
			values = append(values, float32(math.Inf(1)))
		}
		if facing := render.Facing(points, values, float32(threshold)); facing != (render.View{}) {
			eye = facing.Eye
		}
	}
	return [3]float64{eye.X, eye.Y, eye.Z}
}

// spacingOf is the side of the square patch of surface that one point stands
// for: a disc around a point of a surface holds π·r²/side² others, so the median
// distance to the sixth neighbour is √(6/π) sides.
func spacingOf(ctx context.Context, workers task.Workers, points []geom.Vec3, box geom.Box) (float64, error) {
	const k = 7 // six and the point itself
	_, dist2, err := spatial.NewTree(points).KNNSelf(ctx, workers, k)
	if err != nil {
		return 0, err
	}
	var far []float64
	for i := k - 1; i < len(dist2) && len(points) >= k; i += k {
		if dist2[i] > 0 {
			far = append(far, float64(dist2[i]))
		}
	}
	if len(far) == 0 {
		return box.Diagonal() / 100, nil
	}
	return math.Sqrt(stat.Median(far) * math.Pi / 6), nil
}

func gather[T any](points []T, order []int32) []T {
	out := make([]T, len(order))
	for i, j := range order {
		out[i] = points[j]
	}
	return out
}

func pick(values []float32, order []int32) []float64 {
	out := make([]float64, len(order))
	for i, j := range order {
		out[i] = float64(values[j])
	}
	return out
}

// normalNeighbors is how many points a normal is fitted to where the scan has none.
const normalNeighbors = 16

// normalsOf gives the directions that light the points, which need no orientation.
func normalsOf(ctx context.Context, workers task.Workers, c *geom.Cloud) ([]geom.Vec3, error) {
	if c.Normals != nil || c.Len() < 3 {
		return c.Normals, nil
	}
	normals, _, err := feature.Normals(ctx, workers, spatial.NewTree(c.Points), normalNeighbors)
	return normals, err
}
