package register

import (
	"context"
	"math"
	"slices"

	"blemish/feature"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// Poses from points that look alike: FPFH matches, and random pairs of them. They do
// not need the clouds to show the same part of the surface.

const (
	// describedPoints is about the number of reference points with a descriptor.
	describedPoints = 1500
	// queries is the most scan points that are matched.
	queries = 400
	// rivals is the number of reference points that a scan point may match.
	rivals = 3
	// draws is the number of pairs tried for each choice of the normals' side.
	draws = 100000
	// drawChunk is the number of draws that share a random stream.
	drawChunk = 2000
	// keepPerChunk poses of each chunk of draws go on.
	keepPerChunk = 4
)

// looks is a thinned cloud with oriented normals and descriptors.
type looks struct {
	points, normals []geom.Vec3
	edge            float64 // of the thinning
	fpfh            []float32
}

// newLooks describes a cloud; edge 0 chooses it so that about describedPoints are
// left.
func newLooks(ctx context.Context, workers task.Workers, b *body, edge float64) (*looks, error) {
	l := &looks{edge: edge}
	var index []int32
	if edge == 0 {
		index, l.edge = thinTo(b.full.points, describedPoints, 0.03)
		l.edge = max(l.edge, b.full.spacing)
	} else {
		index = thin(b.full.points, edge)
	}
	l.points = pick(b.full.points, index)
	tree := spatial.NewTree(l.points)
	var err error
	if l.normals, _, err = feature.Normals(ctx, workers, tree, middleNeighbors); err != nil {
		return nil, err
	}
	orientAlong(tree, l.normals, middleNeighbors)
	l.fpfh, err = feature.FPFHRadius(ctx, workers, tree, l.normals, 5*l.edge, 100)
	return l, err
}

// inverted is a descriptor as it would be with all normals the other way round: the
// turn about the line and the nearer normal's angle to it change sign.
func inverted(d []float32) []float32 {
	out := slices.Clone(d)
	third := feature.FPFHSize / 3
	slices.Reverse(out[:third])
	slices.Reverse(out[2*third:])
	return out
}

// likeness lists for some scan points the reference points that look most like
// them.
type likeness struct {
	query []int32 // into the scan's looks
	match []int32 // len(query) × rivals into the reference's looks
}

// match finds the likeness of scan and reference, with the scan's normals as they
// are or all inverted.
func (l *looks) match(ctx context.Context, workers task.Workers, ref *looks, invert bool) (likeness, error) {
	out := likeness{query: stat.Every(all(len(l.points)), queries)}
	width := min(rivals, len(ref.points))
	out.match = make([]int32, len(out.query)*rivals)
	const size = feature.FPFHSize
	err := task.For(ctx, workers, len(out.query), 16, func(_, lo, hi int) {
		for q := lo; q < hi; q++ {
			d := l.fpfh[int(out.query[q])*size:][:size]
			if invert {
				d = inverted(d)
			}
			var best [rivals]float32
			row := out.match[q*rivals:][:rivals]
			found := 0
			for j := range ref.points {
				limit := float32(math.Inf(1))
				if found == width {
					limit = best[width-1]
				}
				v, ok := unlike(d, ref.fpfh[j*size:][:size], limit)
				if !ok {
					continue
				}
				k := min(found, width-1)
				for ; k > 0 && best[k-1] > v; k-- {
					best[k], row[k] = best[k-1], row[k-1]
				}
				best[k], row[k] = v, int32(j)
				found = min(found+1, width)
			}
			for k := found; k < rivals; k++ {
				row[k] = row[0]
			}
		}
	})
	return out, err
}

// unlike is the squared distance of two descriptors; false as soon as it is not
// below limit.
func unlike(a, b []float32, limit float32) (float32, bool) {
	var sum float32
	for i := 0; i < len(a); i += 11 {
		for k := i; k < i+11; k++ {
			d := a[k] - b[k]
			sum += float32(d * d)
		}
		if sum >= limit {
			return sum, false
		}
	}
	return sum, true
}

// pairs draws pairs of matches, and returns the best poses of each chunk of draws by
// their cost in p. Two points with normals fix a pose (Drost et al., "Model globally,
// match locally", 2010), so that of three matches one may be wrong.
func (l *looks) pairs(ctx context.Context, ref *looks, like likeness, p pair, invert bool, opt Options) ([]candidate, error) {
	chunks := make([][]candidate, task.Count(draws, drawChunk))
	err := task.For(ctx, opt.Workers, draws, drawChunk, func(chunk, lo, hi int) {
		r := seed.Stream(opt.Seed, "register", "pairs", invert, chunk)
		var kept []candidate
		for draw := lo; draw < hi; draw++ {
			pose, ok := l.draw(ref, like, invert, r)
			if !ok {
				continue
			}
			c := candidate{pose: pose, cost: p.quick(pose, gradeFew, wide/2)}
			if len(kept) == keepPerChunk && c.cost >= kept[keepPerChunk-1].cost {
				continue
			}
			kept = append(kept, c)
			slices.SortStableFunc(kept, byCost)
			kept = kept[:min(len(kept), keepPerChunk)]
		}
		chunks[chunk] = kept
	})
	return slices.Concat(chunks...), err
}

// turnApart is how much the cosine of an angle between normals and edge may differ.
const turnApart = 0.15

// draw takes one pair and returns the pose that it means; false where its length or
// its normals say that it cannot be right.
func (l *looks) draw(ref *looks, like likeness, invert bool, r *seed.Rand) (geom.Pose, bool) {
	var s, t, sn, tn [2]geom.Vec
	for k := range s {
		q := r.Intn(len(like.query))
		i, j := like.query[q], like.match[q*rivals+r.Intn(rivals)]
		s[k], t[k] = l.points[i].D(), ref.points[j].D()
		sn[k], tn[k] = l.normals[i].D(), ref.normals[j].D()
		if invert {
			sn[k] = sn[k].Scale(-1)
		}
	}
	se, te := s[1].Sub(s[0]), t[1].Sub(t[0])
	a, b := se.Norm(), te.Norm()
	// An edge must be long enough to fix a rotation, and of one length.
	if a < 4*l.edge || math.Abs(a-b) > 0.05*a+0.5*l.edge || math.Abs(sn[0].Dot(sn[1])-tn[0].Dot(tn[1])) > turnApart {
		return geom.Pose{}, false
	}
	for k := range s {
		if math.Abs(sn[k].Dot(se)/a-tn[k].Dot(te)/b) > turnApart {
			return geom.Pose{}, false
		}
	}
	from, ok := edgeFrame(se, sn)
	if !ok {
		return geom.Pose{}, false
	}
	to, ok := edgeFrame(te, tn)
	if !ok {
		return geom.Pose{}, false
	}
	pose := geom.Pose{R: to.Mul(from.T())}
	pose.T = t[0].Add(t[1]).Scale(0.5).Sub(pose.R.MulVec(s[0].Add(s[1]).Scale(0.5)))
	return pose, true
}

// edgeFrame is the frame of two points with normals: along the edge between them,
// across it in the plane of the normals' sum, and out of that; false where the
// normals point along the edge or cancel.
func edgeFrame(edge geom.Vec, n [2]geom.Vec) (geom.Mat3, bool) {
	u := edge.Unit()
	w := u.Cross(n[0].Add(n[1]))
	if w.Norm2() < 0.05 {
		return geom.Mat3{}, false
	}
	w = w.Unit()
	return geom.MatFromCols(u, w.Cross(u), w), true
}
