package capability

import (
	"math"
	"slices"

	"blemish/geom"
	"blemish/seed"
)

// A scan as it would have come with fewer points or more noise.

// alteration is what is done to a scan and to all that is carved into it: the same points are
// left out and the same noise is added, so that only the defect differs.
type alteration struct {
	keep  []bool      // by point of the sound scan
	shift []geom.Vec3 // the same; nil where no noise is added
}

// alter draws the alteration of the scan with that number. Of each run of c.Thin points in the file's order one
// is kept, drawn by chance. Noise is added along each axis, independent from point to point, so that
// noise, a standard deviation, becomes c.Noise times as large.
func (c *Change) alter(scan *geom.Cloud, noise float64, root uint64, number int) *alteration {
	a := &alteration{keep: make([]bool, scan.Len())}
	draw := seed.Stream(root, "capability", "thin", c.Thin, number)
	for at := 0; at < scan.Len(); at += c.Thin {
		if i := at + draw.Intn(c.Thin); i < scan.Len() {
			a.keep[i] = true
		}
	}
	if c.Noise > 1 {
		sigma := c.added(noise)
		draw := seed.Stream(root, "capability", "noise", number) // of twice and four times the same, only larger
		a.shift = make([]geom.Vec3, scan.Len())
		for i := range a.shift {
			a.shift[i] = geom.Vec{X: sigma * draw.Norm(), Y: sigma * draw.Norm(), Z: sigma * draw.Norm()}.F()
		}
		for _, i := range scan.MissedReturns() {
			a.shift[i] = geom.Vec3{}
		}
	}
	return a
}

// added is the standard deviation of what makes noise c.Noise times as large.
func (c *Change) added(noise float64) float64 { return noise * math.Sqrt(c.Noise*c.Noise-1) }

// of applies an alteration to a cloud whose points were those of the scan at source; nil: all of
// them. at is where each point of the cloud came to lie, -1 where it is left out.
func (a *alteration) of(cloud *geom.Cloud, source []int32) (out *geom.Cloud, at []int32) {
	at = make([]int32, cloud.Len())
	var kept []int32
	for j := range at {
		at[j] = -1
		if a.keep[sourceOf(source, j)] {
			at[j] = int32(len(kept))
			kept = append(kept, int32(j))
		}
	}
	out = cloud.Select(kept)
	if a.shift != nil {
		for k, j := range kept {
			p, by := &out.Points[k], a.shift[sourceOf(source, int(j))]
			p.X, p.Y, p.Z = p.X+by.X, p.Y+by.Y, p.Z+by.Z
		}
	}
	return out, at
}

func sourceOf(source []int32, j int) int32 {
	if source == nil {
		return int32(j)
	}
	return source[j]
}

// tells reports whether any point that the defect took away would be there without it.
func (a *alteration) tells(source []int32) bool {
	gone := slices.Clone(a.keep)
	for _, i := range source {
		gone[i] = false
	}
	return slices.Contains(gone, true)
}

// move is a target in the altered cloud.
func (t target) move(at []int32, thin int, spacing float64) target {
	points := t.points
	t.points = nil
	for _, j := range points {
		if at[j] >= 0 {
			t.points = append(t.points, at[j])
		}
	}
	t.within += shown * spacing * (math.Sqrt(float64(thin)) - 1)
	return t
}
