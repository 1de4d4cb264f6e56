package deviation

import (
	"slices"

	"blemish/detect/scoring"
	"blemish/internal/stat"
)

// From where on a reading is more than sound ones are.

const (
	// soundShare is the share of held-out sound readings that stay below 1.
	soundShare = 0.999
	// leastTail is from how many readings a band has limits of its own.
	leastTail = 200
)

// limits are the excess that counts as 1, for each band of distances from the rims of scans of one
// side. A scanner errs at rims in ways that the places there do not tell, for another scan ends
// elsewhere: a limit for all would let these few say how far off the rest may be.
type limits [len(bands)]float32

// evenly is the same limit in all bands.
func evenly(v float32) (l limits) {
	for b := range l {
		l[b] = v
	}
	return l
}

// limitsOf are the limits of a scale that what is held gives: what soundShare of the readings stay
// below in each band, and no less than in those farther from the rims.
func limitsOf(t *scoring.Tolerance, parts []*held, scale int) limits {
	var excess [len(bands)][]float32
	for _, h := range parts {
		for i, at := range h.Index {
			if h.Use[i] {
				b := h.reading.wander.band[i]
				excess[b] = append(excess[b], t.Excess(scale, h.reading.mean[scale][i], at, 0))
			}
		}
	}
	away := excess[inner]
	if len(away) < leastTail {
		away = slices.Concat(excess[:]...)
	}
	out := evenly(1)
	if q := stat.Quantile(away, soundShare); q > 0 {
		out = evenly(q)
	}
	for b := inner - 1; b >= 0; b-- {
		out[b] = out[b+1]
		if len(excess[b]) >= leastTail {
			out[b] = max(out[b], stat.Quantile(excess[b], soundShare))
		}
	}
	return out
}
