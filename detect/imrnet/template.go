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
	layers   int       // parts of the features that are compared and replaced alone: 1, or those of Eq. 16
	limit    []float64 // τ, one a layer: features farther from the template than this are replaced
}

// templateLayers is how many parts of the features Eq. 19 looks at alone.
func templateLayers(cfg Config) int {
	if cfg.TemplateLayers == "each" {
		return tapped(cfg)
	}
	return 1
}

// distances are the entries of the memory bank M: for every layer and token of a cloud, the
// distance of its features to those of the template's corresponding token, the one
// whose centre is nearest. match is which that is.
func (t *template) distances(centres []geom.Vec3, features []float32) (distance [][]float64, match []int32) {
	tree := spatial.NewTree(t.centres)
	d := len(features) / len(centres)
	part := d / t.layers
	distance = make([][]float64, t.layers)
	for l := range distance {
		distance[l] = make([]float64, len(centres))
	}
	match = make([]int32, len(centres))
	for i, c := range centres {
		j := tree.Nearest(c).Index
		match[i] = j
		for l := range distance {
			var sum float64
			for a := l * part; a < (l+1)*part; a++ {
				e := float64(features[i*d+a]) - float64(t.features[int(j)*d+a])
				sum += float64(e * e)
			}
			distance[l][i] = math.Sqrt(sum)
		}
	}
	return distance, match
}

// regularise replaces the features of tokens that lie farther than τ from the
// template, and returns how many those were, layer by layer. features are changed in place.
func (t *template) regularise(centres []geom.Vec3, features []float32) int {
	distance, match := t.distances(centres, features)
	d := len(features) / len(centres)
	part := d / t.layers
	replaced := 0
	for l, of := range distance {
		for i, dist := range of {
			if dist > t.limit[l] {
				from, to := i*d+l*part, int(match[i])*d+l*part
				copy(features[from:from+part], t.features[to:to+part])
				replaced++
			}
		}
	}
	return replaced
}

// limitOf is τ: the mean of the distances among sound clouds plus so many standard
// deviations.
func limitOf(distances []float64, deviations float64) float64 {
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
	return float64(float32(mean + deviations*math.Sqrt(sq/float64(len(distances))))) // as the model file keeps it
}
