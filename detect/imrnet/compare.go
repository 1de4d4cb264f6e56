package imrnet

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Comparison of a scan with its reconstruction, section 4.3.

// surfaceNeighbours is how many points a local plane is fitted to. Sixteen bring the
// floor that sampling sets to a distance down to a fifth of that to the nearest point.
const surfaceNeighbours = 16

// compareChamfer is A_p of Eq. 13–15 as written: for every point of the input, the
// squared Chamfer distance (Eq. 12) between its k nearest points in the input and
// its k nearest in the output.
func compareChamfer(ctx context.Context, workers task.Workers, input, output *spatial.Tree, k int) ([]float32, error) {
	points := input.Points()
	score := make([]float32, len(points))
	in, out := input.Points(), output.Points()
	err := task.For(ctx, workers, len(points), 256, func(_, lo, hi int) {
		var ni, no []spatial.Neighbor
		a, b := make([]geom.Vec3, 0, k), make([]geom.Vec3, 0, k)
		for i := lo; i < hi; i++ {
			ni, no = input.KNN(points[i], k, ni), output.KNN(points[i], k, no)
			a, b = a[:0], b[:0]
			for _, n := range ni {
				a = append(a, in[n.Index])
			}
			for _, n := range no {
				b = append(b, out[n.Index])
			}
			score[i] = float32(oneWay(a, b) + oneWay(b, a))
		}
	})
	return score, err
}

// oneWay is the mean squared distance from the points of a to the nearest of b.
func oneWay(a, b []geom.Vec3) float64 {
	var sum float64
	for _, p := range a {
		best := math.Inf(1)
		for _, q := range b {
			best = min(best, p.Dist2(q))
		}
		sum += best
	}
	return sum / float64(len(a))
}

// toSurface is the distance from every point of from to the surface through the
// points of the tree, in the unit of the coordinates: the distance to the plane
// fitted to the nearest 16 points, beyond their extent the distance to the nearest.
func toSurface(ctx context.Context, workers task.Workers, from []geom.Vec3, surface *spatial.Tree) ([]float32, error) {
	out := make([]float32, len(from))
	points := surface.Points()
	err := task.For(ctx, workers, len(from), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			near = surface.KNN(from[i], surfaceNeighbours, near)
			out[i] = float32(planeDistance(from[i].D(), near, points))
		}
	})
	return out, err
}

// planeDistance is the distance from p to the plane through the neighbours (nearest
// first), and to the nearest of them where p lies beyond their extent.
func planeDistance(p geom.Vec, near []spatial.Neighbor, points []geom.Vec3) float64 {
	if len(near) == 0 {
		return 0
	}
	var mean geom.Vec
	for _, n := range near {
		mean = mean.Add(points[n.Index].D())
	}
	mean = mean.Scale(1 / float64(len(near)))
	var c geom.Mat3
	var radius2 float64
	for _, n := range near {
		d := points[n.Index].D().Sub(mean)
		c[0] += float64(d.X * d.X)
		c[1] += float64(d.X * d.Y)
		c[2] += float64(d.X * d.Z)
		c[4] += float64(d.Y * d.Y)
		c[5] += float64(d.Y * d.Z)
		c[8] += float64(d.Z * d.Z)
		radius2 = max(radius2, d.Norm2())
	}
	_, axes := geom.SymEigen(c)
	normal := axes.Row(0)
	d := p.Sub(mean)
	height := d.Dot(normal)
	if d.Norm2()-float64(height*height) > radius2 {
		return math.Sqrt(float64(near[0].Dist2))
	}
	return math.Abs(height)
}

// compareFeatures is Eq. 18: the Euclidean distance of the fused features of input
// and output, one a token. features are (n, d) each.
func compareFeatures(input, output []float32, n int) []float32 {
	d := len(input) / n
	score := make([]float32, n)
	for i := range score {
		var sum float64
		for j := i * d; j < (i+1)*d; j++ {
			e := float64(input[j]) - float64(output[j])
			sum += float64(e * e)
		}
		score[i] = float32(math.Sqrt(sum))
	}
	return score
}

// spreadTokens carries token scores to points ("we interpolate them to a uniform
// dimension"): the mean over the nearest centres, weighted by the inverse distance
// (3 centres, as written) or, for any other number, by a Gaussian whose width is the
// distance between neighbouring centres.
func spreadTokens(ctx context.Context, workers task.Workers, points []geom.Vec3, centre *spatial.Tree, value []float32, count int) ([]float32, error) {
	spacing, err := spatial.Spacing(ctx, workers, centre)
	if err != nil {
		return nil, err
	}
	out := make([]float32, len(points))
	err = task.For(ctx, workers, len(points), 512, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			near = centre.KNN(points[i], count, near)
			var sum, total float64
			for _, n := range near {
				w := 1 / (math.Sqrt(float64(n.Dist2)) + 1e-9*spacing)
				if count != 3 {
					w = math.Exp(-float64(n.Dist2)/(2*spacing*spacing)) + 1e-12
				}
				sum += float64(w * float64(value[n.Index]))
				total += w
			}
			if total > 0 {
				out[i] = float32(sum / total)
			}
		}
	})
	return out, err
}

// concatenate is ⊕ of Eq. 17: the features of each block, token by token.
// blocks are (n, d) each; the result is (n, len(blocks)·d).
func concatenate(blocks [][]float32, n int) []float32 {
	d := len(blocks[0]) / n
	out := make([]float32, 0, n*d*len(blocks))
	for i := 0; i < n; i++ {
		for _, b := range blocks {
			out = append(out, b[i*d:(i+1)*d]...)
		}
	}
	return out
}
