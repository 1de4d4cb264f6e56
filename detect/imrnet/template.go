package imrnet

import (
	"math"

	"blemish/geom"
	"blemish/spatial"
)

// Template regularisation (Eq. 19): features that drift from a sound template are
// put back.

// template is what one sound cloud's features look like, token by token.
type template struct {
	centres  []geom.Vec3
	features []float32 // (len(centres), d), fused as in Eq. 17
	limit    float64   // τ: features farther from the template than this are replaced
}

// distances are the entries of the memory bank M: for every token of a cloud, the
// distance of its features to those of the template's corresponding token, the one
// whose centre is nearest. match is which that is.
func (t *template) distances(centres []geom.Vec3, features []float32) (distance []float64, match []int32) {
	tree := spatial.NewTree(t.centres)
	d := len(features) / len(centres)
	distance = make([]float64, len(centres))
	match = make([]int32, len(centres))
	for i, c := range centres {
		j := tree.Nearest(c).Index
		match[i] = j
		var sum float64
		for a := 0; a < d; a++ {
			e := float64(features[i*d+a]) - float64(t.features[int(j)*d+a])
			sum += float64(e * e)
		}
		distance[i] = math.Sqrt(sum)
	}
	return distance, match
}

// regularise replaces the features of tokens that lie farther than τ from the
// template, and returns how many those were. features are changed in place.
func (t *template) regularise(centres []geom.Vec3, features []float32) int {
	distance, match := t.distances(centres, features)
	d := len(features) / len(centres)
	replaced := 0
	for i, dist := range distance {
		if dist > t.limit {
			copy(features[i*d:(i+1)*d], t.features[int(match[i])*d:int(match[i]+1)*d])
			replaced++
		}
	}
	return replaced
}

// limitOf is τ: the mean of the distances among sound clouds plus two standard
// deviations.
func limitOf(distances []float64) float64 {
	if len(distances) == 0 {
		return math.Inf(1)
	}
	var sum, sq float64
	for _, d := range distances {
		sum += d
	}
	mean := sum / float64(len(distances))
	for _, d := range distances {
		sq += float64((d - mean) * (d - mean))
	}
	return float64(float32(mean + 2*math.Sqrt(sq/float64(len(distances))))) // as the model file keeps it
}
