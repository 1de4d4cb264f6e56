package geom

import "math"

// Missed returns: where a beam came back to nobody, many scanners write the point
// 0 0 0 rather than none.

const (
	// missedLeast is how many points at 0 0 0 are told from one that was measured.
	missedLeast = 3
	// missedPlaces is about how many places are looked at for how often points
	// repeat elsewhere.
	missedPlaces = 1 << 15
)

// MissedReturns are the indices, ascending, of the points that stand for missed
// returns: exactly 0 0 0 in the file's coordinates (Points + Origin), three times
// at least, and three times as often as a place of this cloud is repeated on
// average, because in a cloud whose points all stand there forty times a measured
// 0 0 0 does, too. nil where there are none.
//
// It goes by the coordinates as they were read: after Transform, 0 0 0 is
// another place.
func (c *Cloud) MissedReturns() []int32 {
	zero := Vec3{float32(-c.Origin[0]), float32(-c.Origin[1]), float32(-c.Origin[2])}
	count := 0
	for _, p := range c.Points {
		if p == zero {
			count++
		}
	}
	if count < missedLeast || float64(count) < missedLeast*c.repeats(zero) {
		return nil
	}
	index := make([]int32, 0, count)
	for i, p := range c.Points {
		if p == zero {
			index = append(index, int32(i))
		}
	}
	return index
}

// repeats is how many points stand at a place on average, the place left out;
// 1 where there is no other. Of large clouds it takes the places whose hash falls
// into a part of all, with all of their points.
func (c *Cloud) repeats(left Vec3) float64 {
	parts := uint32(len(c.Points)/missedPlaces + 1)
	places := map[Vec3]struct{}{}
	points := 0
	for _, p := range c.Points {
		if p != left && p.hash()%parts == 0 {
			points++
			places[p] = struct{}{}
		}
	}
	if points == 0 {
		return 1
	}
	return float64(points) / float64(len(places))
}

// hash spreads the coordinates over 32 bits (the finaliser of MurmurHash3).
func (p Vec3) hash() uint32 {
	h := math.Float32bits(p.X)
	for _, v := range [3]float32{p.Y, p.Z, 0} {
		h ^= h >> 16
		h *= 0x85ebca6b
		h ^= h >> 13
		h *= 0xc2b2ae35
		h ^= h>>16 ^ math.Float32bits(v)
	}
	return h
}
