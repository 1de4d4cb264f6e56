package imrnet

import (
	"slices"

	"blemish/geom"
	"blemish/pointmae"
	"blemish/spatial"
)

// Regions: the parts of a cloud that the network sees at a time. A patch is
// reconstructed from those around it; told apart from a few dozen instead of
// hundreds, they are found after far fewer steps.

// besideNeighbours is how many reference patches nearest to each of its own patches a
// region has.
const besideNeighbours = 4

// region is one part: some of the patches, the reference patches around them, and
// the point that their coordinates are taken from.
type region struct {
	own, beside []int32
	middle      geom.Vec3
}

// cut divides patches into regions of about size each; all together where size is 0.
func (p *patches) cut(size int) []region {
	if size == 0 {
		return []region{{own: all(p.n()), beside: all(p.beside.n())}}
	}
	seeds := spatial.NewTree(pick(p.centres, farthest(p.centres, (p.n()+size-1)/size)))
	regions := make([]region, seeds.Len())
	for i, c := range p.centres {
		r := &regions[seeds.Nearest(c).Index]
		r.own = append(r.own, int32(i))
	}
	regions = slices.DeleteFunc(regions, func(r region) bool { return len(r.own) == 0 })
	for i := range regions {
		regions[i].surround(p)
	}
	return regions
}

// surround finds the middle and the reference patches of a region.
func (r *region) surround(p *patches) {
	var sum geom.Vec
	for _, i := range r.own {
		sum = sum.Add(p.centres[i].D())
	}
	r.middle = sum.Scale(1 / float64(len(r.own))).F()
	if p.beside == nil {
		return
	}
	tree := spatial.NewTree(p.beside.centres)
	var near []spatial.Neighbor
	for _, i := range r.own {
		near = tree.KNN(p.centres[i], besideNeighbours, near)
		for _, n := range near {
			r.beside = append(r.beside, n.Index)
		}
	}
	slices.Sort(r.beside)
	r.beside = slices.Compact(r.beside)
}

// input is what the network takes for a region: its patches, hidden where mask is
// set (nil: nowhere), and the reference patches, as seen from its middle and enlarged.
func (r *region) input(p *patches, mask []bool, scale float64) pointmae.Cloud {
	var c pointmae.Cloud
	add := func(from *patches, index []int32) {
		for _, i := range index {
			c.Centres = append(c.Centres, enlarged(from.centres[i], r.middle, scale))
			for _, q := range from.points[int(i)*from.k : int(i+1)*from.k] {
				c.Patches = append(c.Patches, enlarged(q, geom.Vec3{}, scale))
			}
		}
	}
	add(p, r.own)
	if mask != nil {
		c.Masked = make([]bool, len(r.own)+len(r.beside))
		for row, i := range r.own {
			c.Masked[row] = mask[i]
		}
	}
	if len(r.beside) > 0 {
		add(p.beside, r.beside)
	}
	return c
}

// alone is a region without its reference patches and without a mask.
func (r *region) alone(p *patches, scale float64) pointmae.Cloud {
	return (&region{own: r.own, middle: r.middle}).input(p, nil, scale)
}

func enlarged(q, middle geom.Vec3, scale float64) geom.Vec3 {
	return q.D().Sub(middle.D()).Scale(scale).F()
}

// farthest picks count of the points by farthest point sampling, from the first on.
func farthest(points []geom.Vec3, count int) []int32 {
	chosen := []int32{0}
	least := make([]float64, len(points))
	for i, q := range points {
		least[i] = q.Dist2(points[0])
	}
	for len(chosen) < count {
		best := 0
		for i, d := range least {
			if d > least[best] {
				best = i
			}
		}
		chosen = append(chosen, int32(best))
		for i, q := range points {
			least[i] = min(least[i], q.Dist2(points[best]))
		}
	}
	return chosen
}

func all(n int) []int32 {
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(i)
	}
	return index
}

func pick(points []geom.Vec3, index []int32) []geom.Vec3 {
	out := make([]geom.Vec3, len(index))
	for k, i := range index {
		out[k] = points[i]
	}
	return out
}
