package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/task"
)

// Poses that put one point of the scan onto every point of the reference, normal to
// normal, at every turn about the normal. It takes no luck and no feature, only a
// few points whose normals mean something.

const (
	// anchors is the number of scan points that are tried at first, allAnchors that where
	// the usual search has found no good place.
	anchors, allAnchors = 4, 16
	// anchorTurns is the number of turns about the normal.
	anchorTurns = 24
	// anchorChunk is the number of reference points in a unit of work.
	anchorChunk = 16
	// anchorKept is the number of poses that each unit of work keeps.
	anchorKept = 3
	// anchorGlance is the number of scan points that a pose is judged by at first.
	anchorGlance = 24
)

// chooseAnchors picks scan points that are flat, apart from one another and not at
// the rim.
func (b *body) chooseAnchors(n int) []int32 {
	type spot struct {
		index int32
		cost  float64
	}
	var spots []spot
	for _, i := range b.grades[gradeMany] {
		p := b.middle.points[i]
		room := b.middle.tree.KNN(p, 24, nil)
		near := make([]geom.Vec3, len(room))
		var mean geom.Vec
		for k, o := range room {
			near[k] = b.middle.points[o.Index]
			mean = mean.Add(near[k].D())
		}
		reach := math.Sqrt(float64(room[len(room)-1].Dist2))
		if !(reach > 0) || b.middle.normals[i] == (geom.Vec3{}) {
			continue
		}
		vals, _ := geom.SymEigen(covariance(near))
		// Off-centre neighbours mean a rim; thickness means an edge, noise or two walls.
		rim := mean.Scale(1/float64(len(room))).Sub(p.D()).Norm() / reach
		spots = append(spots, spot{i, rim + 4*math.Sqrt(max(0, vals[0]))/reach})
	}
	slices.SortStableFunc(spots, func(a, c spot) int { return byCost(candidate{cost: a.cost}, candidate{cost: c.cost}) })
	spots = spots[:(len(spots)+1)/2]
	// Of the better half, points far from one another: the first is the best.
	var out []int32
	for len(out) < min(n, len(spots)) {
		best, far := 0, -1.0
		for k, s := range spots {
			d := math.Inf(1)
			for _, o := range out {
				d = min(d, b.middle.points[s.index].Dist2(b.middle.points[o]))
			}
			if d > far {
				best, far = k, d
			}
		}
		out = append(out, spots[best].index)
	}
	return out
}

// anchored tries every place of the chosen scan points and returns the best poses of each
// part of the reference.
func (p pair) anchored(ctx context.Context, workers int, chosen []int32) ([]candidate, error) {
	places := every(p.target.grades[gradeMany], 600)
	perAnchor := task.Count(len(places), anchorChunk)
	chunks := make([][]candidate, len(chosen)*perAnchor)
	glance := every(p.source.grades[gradeFew], anchorGlance)
	err := task.For(ctx, workers, len(chunks), 1, func(c, _, _ int) {
		a := chosen[c/perAnchor]
		lo := c % perAnchor * anchorChunk
		var kept []candidate
		for _, at := range places[lo:min(lo+anchorChunk, len(places))] {
			kept = p.anchor(a, at, glance, kept)
		}
		for i := range kept {
			kept[i].cost = p.quick(kept[i].pose, gradeFew, wide/2)
		}
		chunks[c] = kept
	})
	return slices.Concat(chunks...), err
}

// anchor tries all turns of scan point a put onto reference point at, and returns
// the best of them and of kept.
func (p pair) anchor(a, at int32, glance []int32, kept []candidate) []candidate {
	from, to := p.source.middle.normals[a].D(), p.target.middle.normals[at].D()
	if to == (geom.Vec{}) {
		return kept
	}
	x, y := p.source.middle.points[a].D(), p.target.middle.points[at].D()
	u := from.Perpendicular()
	base := geom.MatFromCols(u, from.Cross(u), from).T()
	for _, sign := range [2]float64{1, -1} {
		w := to.Scale(sign)
		v := w.Perpendicular()
		for k := 0; k < anchorTurns; k++ {
			s, c := math.Sincos(2 * math.Pi * float64(k) / anchorTurns)
			e := v.Scale(c).AddScaled(s, w.Cross(v))
			pose := geom.Pose{R: geom.MatFromCols(e, w.Cross(e), w).Mul(base)}
			pose.T = y.Sub(pose.R.MulVec(x))
			bound := math.Inf(1)
			if len(kept) == anchorKept {
				bound = kept[anchorKept-1].cost
			}
			cost, ok := p.glance(pose, glance, bound)
			if !ok {
				continue
			}
			if len(kept) == anchorKept {
				kept = kept[:anchorKept-1]
			}
			i := len(kept)
			kept = append(kept, candidate{})
			for ; i > 0 && kept[i-1].cost > cost; i-- {
				kept[i] = kept[i-1]
			}
			kept[i] = candidate{pose: pose, cost: cost}
		}
	}
	return kept
}

// glance is the mean distance of a few scan points; false as soon as it cannot come
// below bound.
func (p pair) glance(pose geom.Pose, index []int32, bound float64) (float64, bool) {
	left := bound * float64(len(index))
	var sum float64
	for _, i := range index {
		q := pose.ApplyVec(p.source.middle.points[i].D())
		sum += min(wide/2, math.Sqrt(q.Sub(p.target.middle.points[p.target.field.near(q)].D()).Norm2()))
		if sum >= left {
			return 0, false
		}
	}
	return sum / float64(len(index)), true
}
