package report

// Which points of a scan the page can show, and what of them the part is.

import (
	"math"

	"blemish/detect/scene"
	"blemish/geom"
)

// farthest is how many radii of the part the page shows around it; a stray may be anywhere.
const farthest = 12

// partBox holds what a picture should be about: judged points, missing surface, and surface
// that was not seen. Where nothing was judged, all points.
func (v *ScanView) partBox() geom.Box {
	box := geom.EmptyBox()
	for i, p := range v.Cloud.Points {
		if v.Judged(i) && p.Finite() {
			box.Extend(p.D())
		}
	}
	if box.Empty() {
		return geom.BoxOf(v.Cloud.Points)
	}
	for _, list := range [][]geom.Vec3{v.Result.Missing, v.NotSeen()} {
		for _, p := range list {
			box.Extend(p.D())
		}
	}
	return box
}

// drawable lists the points that the page may show: all that are judged, and others that
// are somewhere near, without missed returns.
func (v *ScanView) drawable(part geom.Box) []int32 {
	zero := geom.Vec{X: -v.Cloud.Origin[0], Y: -v.Cloud.Origin[1], Z: -v.Cloud.Origin[2]}.F()
	reach := farthest * part.Diagonal() / 2
	var out []int32
	for i, p := range v.Cloud.Points {
		if !v.Judged(i) && (v.Result.Seen.Missed > 0 && p == zero || !(p.D().Sub(part.Center()).Norm() <= reach)) {
			continue
		}
		out = append(out, int32(i))
	}
	return out
}

// setColumn is which set each shown point belongs to; none where all were judged.
func (v *ScanView) setColumn(order []int32) []column {
	set := v.Result.Seen.Set
	values, some := make([]float64, len(order)), false
	for i, j := range order {
		if set != nil && set[j] != scene.Comparable {
			values[i], some = float64(set[j]), true
		}
	}
	if !some {
		return nil
	}
	return []column{quantise("set", values, 0, 1, 255, false)}
}

// showing is the direction from which a scan that shows one side of the part is seen best:
// against what it does not show; false where it shows all around.
func (v *ScanView) showing() (geom.Vec, bool) {
	if v.Result.Seen.NotSeenShare < 0.1 || len(v.NotSeen()) == 0 {
		return geom.Vec{}, false
	}
	var seen, unseen geom.Vec
	n := 0
	for i, p := range v.Cloud.Points {
		if v.Judged(i) && p.Finite() {
			seen, n = seen.Add(p.D()), n+1
		}
	}
	for _, p := range v.NotSeen() {
		unseen = unseen.Add(p.D())
	}
	eye := seen.Scale(1 / math.Max(1, float64(n))).Sub(unseen.Scale(1 / float64(len(v.NotSeen()))))
	if n == 0 || !(eye.Norm() > 0) {
		return geom.Vec{}, false
	}
	return eye.Unit().Add(geom.Vec{X: 0.3, Y: -0.4, Z: 0.25}).Unit(), true
}
