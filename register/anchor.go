package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
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
	anchorChunk = 64
	// anchorKept is the number of poses that each unit of work keeps.
	anchorKept = 10
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
func (p pair) anchored(ctx context.Context, workers task.Workers, chosen []int32) ([]candidate, error) {
	places := stat.Every(p.target.grades[gradeMany], 600)
	perAnchor := task.Count(len(places), anchorChunk)
	chunks := make([][]candidate, len(chosen)*perAnchor)
	glance := stat.Every(p.source.grades[gradeFew], anchorGlance)
	err := task.For(ctx, workers, len(chunks), 1, func(c, _, _ int) {
		a := p.newAnchor(chosen[c/perAnchor], glance)
		lo := c % perAnchor * anchorChunk
		for _, at := range places[lo:min(lo+anchorChunk, len(places))] {
			a.put(at)
		}
		for i := range a.kept {
			a.kept[i].cost = p.quick(a.kept[i].pose, gradeFew, wide/2)
		}
		chunks[c] = a.kept
	})
	return slices.Concat(chunks...), err
}

// anchor is a scan point that is put onto reference points.
type anchor struct {
	pair
	base   geom.Mat3  // the scan's frame turned so that the point's normal is z
	middle geom.Vec   // the point
	around []geom.Vec // a few scan points about it, in that frame
	kept   []candidate
}

func (p pair) newAnchor(index int32, glance []int32) *anchor {
	n := p.source.middle.normals[index].D()
	u := n.Perpendicular()
	a := &anchor{pair: p, base: geom.MatFromCols(u, n.Cross(u), n).T(), middle: p.source.middle.points[index].D()}
	for _, i := range glance {
		a.around = append(a.around, a.base.MulVec(p.source.middle.points[i].D().Sub(a.middle)))
	}
	return a
}

// put tries all turns of the anchor put onto a reference point, and keeps the best. The
// cost is for choosing only.
func (a *anchor) put(at int32) {
	to := a.target.middle.normals[at].D()
	if to == (geom.Vec{}) {
		return
	}
	y := a.target.middle.points[at].D()
	for _, sign := range [2]float64{1, -1} {
		w := to.Scale(sign)
		v := w.Perpendicular()
		for k := 0; k < anchorTurns; k++ {
			s, c := math.Sincos(2 * math.Pi * float64(k) / anchorTurns)
			e := v.Scale(c).AddScaled(s, w.Cross(v))
			turned := geom.MatFromCols(e, w.Cross(e), w)
			bound := math.Inf(1)
			if len(a.kept) == anchorKept {
				bound = a.kept[anchorKept-1].cost
			}
			cost, ok := a.glance(turned, y, bound)
			if !ok {
				continue
			}
			if len(a.kept) == anchorKept {
				a.kept = a.kept[:anchorKept-1]
			}
			i := len(a.kept)
			a.kept = append(a.kept, candidate{})
			for ; i > 0 && a.kept[i-1].cost > cost; i-- {
				a.kept[i] = a.kept[i-1]
			}
			pose := geom.Pose{R: turned.Mul(a.base)}
			pose.T = y.Sub(pose.R.MulVec(a.middle))
			a.kept[i] = candidate{pose: pose, cost: cost}
		}
	}
}

// glance is how far the points around the anchor are from the reference, in steps of its
// field; false as soon as that cannot come below bound.
func (a *anchor) glance(turned geom.Mat3, y geom.Vec, bound float64) (float64, bool) {
	f, pose := a.target.field, geom.Pose{R: turned, T: y}
	sum := 0
	for _, p := range a.around {
		sum += int(f.away[f.cell(moved(&pose, p))])
		if float64(sum) >= bound {
			return 0, false
		}
	}
	return float64(sum), true
}
