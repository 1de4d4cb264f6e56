package scene

import (
	"math"
	"slices"
)

const (
	// growthShown is the share of the part that a scan must show for its size to be told: of
	// one side a shift looks the same.
	growthShown = 0.6
	// growthExplains is the share of the mean square distance that a change of size must
	// explain.
	growthExplains = 0.5
)

// Growth is by how much the scan is larger than the part as a whole, as a share of its size,
// where that explains most of what the scan is off; 0 elsewhere. Only what lies within a
// hundredth of the part's size of the surface counts: a defect is no change of size.
func (v *View) Growth() float64 {
	if v.Shown < growthShown {
		return 0
	}
	s := v.part.Surface
	var middle [3]float64
	var use []int
	for i, f := range v.Feet {
		if v.Set[i] == Comparable && math.Abs(f.Signed) < 0.01*v.part.Size {
			use = append(use, i)
			middle[0], middle[1], middle[2] = middle[0]+f.At.X, middle[1]+f.At.Y, middle[2]+f.At.Z
		}
	}
	if len(use) < few {
		return 0
	}
	n := float64(len(use))
	arm := make([]float64, len(use))
	for k, i := range use {
		f := v.Feet[i]
		d := f.At
		d.X, d.Y, d.Z = d.X-middle[0]/n, d.Y-middle[1]/n, d.Z-middle[2]/n
		arm[k] = d.Dot(s.Normal[f.Near].D())
	}
	growth := 0.0
	off := make([]float64, len(use))
	limit := math.Inf(1)
	for round := 0; round < 4; round++ {
		var num, den float64
		for k, i := range use {
			off[k] = v.Feet[i].Signed - float64(growth*arm[k])
			if math.Abs(off[k]) <= limit {
				num += float64(v.Feet[i].Signed * arm[k])
				den += float64(arm[k] * arm[k])
			}
		}
		if !(den > 0) {
			return 0
		}
		growth = num / den
		for k, i := range use {
			off[k] = math.Abs(v.Feet[i].Signed - float64(growth*arm[k]))
		}
		sorted := slices.Clone(off)
		slices.Sort(sorted)
		limit = 3 * sorted[len(sorted)*3/4]
	}
	var before, after float64
	for k, i := range use {
		if off[k] <= limit {
			before += v.Feet[i].Signed * v.Feet[i].Signed
			after += off[k] * off[k]
		}
	}
	if after > (1-growthExplains)*before {
		return 0
	}
	return growth
}
