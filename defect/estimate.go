package defect

import (
	"errors"
	"math"
)

// estimate is what a cut would do, roughly.
type estimate struct {
	share   float64 // anomalous share of the carved surface
	lost    float64 // share of the sound surface that goes
	severed bool    // something larger than a crumb would come off
}

// errSevered is why a cut is not made at a place.
var errSevered = errors.New("it would be cut in two")

// estimateCut estimates a cut from the coarse mesh and a coarse skin.
//
// deep bounds the new faces by the area taken away: the fracture that takes a tip
// off is no larger than the tip's surface, whatever the coarse skin says.
func (t *Target) estimateCut(body cutter, band, deep float64) estimate {
	center, radius := body.ball()
	reach := radius + band + 2*fineEdge*t.diagonal
	var lost float64
	gone := make([]bool, len(t.fine.Vertices))
	value := make([]float64, len(t.fine.Vertices))
	for v, x := range t.fine.Vertices {
		value[v] = math.Inf(1)
		if x.D().Sub(center).Norm2() > float64(reach*reach) {
			continue
		}
		if value[v] = body.value(x.D()); value[v] <= 0 {
			lost += t.weight[v]
			gone[v] = true
		}
	}
	if lost == 0 {
		return estimate{}
	}
	fallen, severed := t.severs(gone)
	rim, kept := t.rimArea(value, band, fallen)
	inner := min(t.innerArea(body, radius), deep*lost)
	if fallen != nil { // what falls off takes its side of the cut along
		for v, f := range fallen {
			if f {
				lost += t.weight[v]
			}
		}
		if rim > 0 {
			inner *= kept / rim
		}
	}
	return estimate{share: (kept + inner) / (t.area - lost + inner), lost: lost / t.area, severed: severed}
}

// rimArea is the area where value lies between 0 and band, taking value as evenly
// spread over each face; kept leaves out what falls off.
func (t *Target) rimArea(value []float64, band float64, fallen []bool) (rim, kept float64) {
	for f, c := range t.fine.Faces {
		a, b, d := value[c[0]], value[c[1]], value[c[2]]
		lo, hi := min(a, b, d), max(a, b, d)
		if lo >= band || hi <= 0 || math.IsInf(hi, 1) {
			continue
		}
		part := 1.0
		if hi > lo {
			part = (min(hi, band) - max(lo, 0)) / (hi - lo)
		}
		area := part * t.fine.FaceArea(f)
		rim += area
		off := false
		for _, v := range c {
			off = off || fallen != nil && fallen[v]
		}
		if !off {
			kept += area
		}
	}
	return rim, kept
}

// innerArea is the area of the skin of a body within the material: a coarse skin, or
// a fine one where the part is thin beside the body.
func (t *Target) innerArea(body cutter, radius float64) (area float64) {
	if !t.solid {
		return 0
	}
	for _, edge := range []float64{0.16, 0.08} {
		skin := body.skin(edge * radius)
		in := make([]float64, len(skin.Vertices))
		count := 0
		for v, x := range skin.Vertices {
			if t.inside(x.D()) {
				in[v] = 1
				count++
			}
		}
		area = 0
		for f, c := range skin.Faces {
			if n := in[c[0]] + in[c[1]] + in[c[2]]; n > 0 {
				area += skin.FaceArea(f) * n / 3
			}
		}
		if count > 12 {
			break // enough of them to go by
		}
	}
	return area
}

// severs finds what comes off when the given vertices go: fallen marks the vertices
// of pieces no larger than a crumb (nil: none), severed tells of larger ones. Of
// each part of the mesh the largest piece stays.
func (t *Target) severs(gone []bool) (fallen []bool, severed bool) {
	piece := make([]int32, len(gone)) // number plus one
	var area []float64
	var part []int32
	var queue []int32
	for v := range gone {
		if gone[v] || piece[v] != 0 || t.weight[v] == 0 {
			continue
		}
		area, part = append(area, 0), append(part, t.part[v])
		number := int32(len(area))
		piece[v] = number
		queue = append(queue[:0], int32(v))
		for head := 0; head < len(queue); head++ {
			area[number-1] += t.weight[queue[head]]
			for _, w := range t.next.Of(queue[head]) {
				if !gone[w] && piece[w] == 0 {
					piece[w] = number
					queue = append(queue, w)
				}
			}
		}
	}
	if len(area) <= t.parts {
		return nil, false
	}
	largest := make([]int32, t.parts) // number plus one
	for i, p := range part {
		if largest[p] == 0 || area[i] > area[largest[p]-1] {
			largest[p] = int32(i + 1)
		}
	}
	fallen = make([]bool, len(gone))
	for v, n := range piece {
		if n == 0 || largest[part[n-1]] == n {
			continue
		}
		if area[n-1] > crumb*t.area {
			severed = true
		}
		fallen[v] = true
	}
	return fallen, severed
}

// fitting reports whether an estimated share is near enough to the wanted one; last:
// whether it will do at all. The bounds keep some distance from what plans promise,
// because the estimate is rough.
func fitting(share, want float64, last bool) bool {
	if share < 1.3*leastShare || share > 0.75*mostShare {
		return false
	}
	return last || share > 0.75*want && share < 1.35*want
}
