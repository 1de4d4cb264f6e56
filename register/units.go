package register

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"blemish/geom"
	"blemish/internal/stat"
)

// Whether two clouds are in the same unit.

// UnitHint says that two clouds are of so different sizes that they are not in the
// same unit, or not of the same part.
type UnitHint struct {
	// Factor takes the source's coordinates to the target's unit: 1000 where the source
	// is in metres and the target in millimetres. It is that of two units where the sizes
	// speak for one, otherwise the ratio of the sizes.
	Factor float64
	// Text says so to people; it speaks of "the scan" and "the reference".
	Text string
}

// units are the factors between units that files are written in, and their names,
// the larger unit first.
var units = []struct {
	factor       float64
	large, small string
}{
	{10, "centimetres", "millimetres"},
	{25.4, "inches", "millimetres"},
	{39.37007874, "metres", "inches"},
	{100, "metres", "centimetres"},
	{304.8, "feet", "millimetres"},
	{1000, "metres", "millimetres"},
	{1e6, "metres", "micrometres"},
}

const (
	// speck is the number of points of the larger cloud in a patch of the smaller one's
	// size below which neither can show a part of the other.
	speck = 50
	// dense is the most points that a cloud counts for: beyond a thousandth of its size
	// nothing is a part of it.
	dense = 1e6
	// explained is the ratio of sizes, either way, that views of one side, missing
	// halves, tables and fixtures explain.
	explained = 6.0
	// sizedBy is the number of points that a cloud's size is taken of.
	sizedBy = 20000
)

// CompareUnits says whether source, a scan, and target, the reference, are so
// different in size that they cannot be in the same unit; false where a scan of a
// part of the reference, or a reference within a larger scene, may be the reason.
// It looks at sizes only, in some milliseconds; Reference.CompareUnits tries out
// what sizes leave open. Clouds without a size give false.
func CompareUnits(source, target []geom.Vec3) (UnitHint, bool) {
	a, ok := measureSize(source)
	if !ok {
		return UnitHint{}, false
	}
	b, ok := measureSize(target)
	if !ok {
		return UnitHint{}, false
	}
	hint, sure := a.beside(b)
	return hint, sure
}

const (
	// fits and fills are the overlap and the share covered from which a scan taken for one
	// of another unit lies on the reference beyond doubt.
	fits, fills = 0.85, 0.3
)

// CompareUnits is the function CompareUnits, which in addition tries out whether the
// scan lies on the reference in another unit, where its size leaves that open: where the
// two differ in size by more than views of one side or a table explain. That takes as
// long as some alignments.
func (r *Reference) CompareUnits(ctx context.Context, source []geom.Vec3, opt Options) (UnitHint, bool, error) {
	scan, ok := measureSize(source)
	if !ok {
		return UnitHint{}, false, nil
	}
	hint, sure := scan.beside(r.extent)
	ratio := r.extent.size / scan.size
	if sure || ratio < explained && ratio > 1/explained {
		return hint, sure, nil
	}
	for _, u := range units {
		factor := u.factor
		if ratio < 1 {
			factor = 1 / factor
		}
		if left := ratio / factor; left > explained/2 || left < 2/explained {
			continue
		}
		job, err := r.start(ctx, inUnit(source, factor), opt)
		if err != nil {
			return UnitHint{}, false, err
		}
		res, err := job.run(ctx)
		if err != nil {
			return UnitHint{}, false, err
		}
		if res.Overlap >= fits && res.Covered >= fills {
			return hintOf(factor), true, nil
		}
	}
	return UnitHint{}, false, nil
}

// inUnit takes points to another unit.
func inUnit(points []geom.Vec3, factor float64) []geom.Vec3 {
	out := make([]geom.Vec3, len(points))
	for i, p := range points {
		out[i] = p.D().Scale(factor).F()
	}
	return out
}

// extent is the size of a cloud and the number of its points.
type extent struct{ size, points float64 }

// Size is the length by which units are compared: about the diagonal of the points that
// belong to a cloud, the same in every pose; 0 where they have none.
func Size(points []geom.Vec3) float64 {
	e, ok := measureSize(points)
	if !ok {
		return 0
	}
	return e.size
}

// measureSize is the extent of the points that belong to a cloud; false where it has
// none.
func measureSize(points []geom.Vec3) (extent, bool) {
	kept, err := finite(points, "")
	if err != nil {
		return extent{}, false
	}
	_, f, err := frameOf(pick(kept, stat.Every(all(len(kept)), sizedBy)), "")
	return extent{f.size, float64(len(kept))}, err == nil
}

// beside compares the source's extent with the target's: what it would mean that they
// differ, and whether they can only differ by unit.
func (a extent) beside(b extent) (UnitHint, bool) {
	ratio := b.size / a.size
	hint := hintOf(ratio)
	small, large := a, b
	if ratio < 1 {
		small, large = b, a
	}
	share := small.size / large.size // of its length; squared, of its surface
	return hint, share < 1/explained && share*share*min(large.points, dense) < speck
}

// hintOf names the units that are as far apart as sizes of target over source.
func hintOf(ratio float64) UnitHint {
	apart, word := ratio, "smaller"
	if ratio < 1 {
		apart, word = 1/ratio, "larger"
	}
	// Parts of the surface only make a scan smaller, and what stands around a part
	// larger: either way by no more than explained.
	best, miss := -1, math.Log(explained)
	for i, u := range units {
		if m := math.Abs(math.Log(apart / u.factor)); m < miss {
			best, miss = i, m
		}
	}
	if best < 0 {
		return UnitHint{ratio, fmt.Sprintf("the scan is about %s times %s than the reference: another unit, or another part?", number(apart, 2), word)}
	}
	u := units[best]
	scan, reference := u.large, u.small
	factor := u.factor
	if ratio < 1 {
		scan, reference, factor = u.small, u.large, 1/u.factor
	}
	said := number(u.factor, 4)
	if miss > math.Log(1.25) {
		said = number(apart, 2)
	}
	return UnitHint{factor, fmt.Sprintf("the scan is about %s times %s than the reference: %s instead of %s?", said, word, scan, reference)}
}

// number writes v with that many digits that count, and without an exponent.
func number(v float64, digits int) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64) // its own output
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
