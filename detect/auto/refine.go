package auto

import (
	"context"
	"math"
	"slices"

	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// What is said of a point below 1, where the base sees no more than noise: what surrounds it,
// and what companions say, decide which of such points are suspect. Points from 1 on, the
// object score and the regions are the base's own.

const (
	// around is the share of a scan's points that surround one, and sources from how many
	// points, spread evenly, they are taken: those are enough, for a score is an average over
	// neighbours already.
	around, sources = 0.025, 5000
	// A score counts for its surroundings by its fourth power, up to 2: nearly the share of
	// points around that reach 1.
	power, highest = 4, 2
	// suspicion is what surroundings of 1 are worth, and spoken what a companion's 1 is.
	suspicion, spoken = 2, 0.5
	// rise is how far towards 1 a point is raised by suspicion at most.
	rise = 0.75
	// usual is the share of a scan's points whose readings tell whether a companion can be
	// trusted with it: a defect has fewer than the rest.
	usual = 0.75
)

// TermSurroundings is the name of the term for what surrounds a point: 0…1 and more, 1 where
// about all points around reach 1.
const TermSurroundings = "surroundings"

// Refine implements scoring.Refiner. Scores that are shares of a tolerance stay what they are.
func (m *model) Refine(ctx context.Context, s *scoring.Scored, score []float32) error {
	if m.Card.Decision != "" {
		return nil
	}
	near, err := surroundings(ctx, m.Workers, s.Tree, score, s.Use)
	if err != nil {
		return err
	}
	raise(score, refined(s), near, m.spoken(s))
	s.Add(TermSurroundings, near)
	return nil
}

// refined are the points that may be raised: those of zones where a side does not count, or a
// tolerance does, stay what they are.
func refined(s *scoring.Scored) []bool {
	if s.Rules == nil {
		return s.Use
	}
	out := slices.Clone(s.Use)
	for i, rule := range s.Rules {
		if rule != nil && (rule.NoExcess || rule.NoMissing || rule.Own()) {
			out[i] = false
		}
	}
	return out
}

// surroundings is the mean of what the points around each count for.
func surroundings(ctx context.Context, workers task.Workers, tree *spatial.Tree, score []float32, use []bool) ([]float32, error) {
	points := tree.Points()
	chosen := spatial.Thin(points, sources)
	from, counts, used := make([]geom.Vec3, len(chosen)), make([]float32, len(chosen)), make([]bool, len(chosen))
	for k, i := range chosen {
		from[k] = points[i]
		counts[k] = float32(math.Pow(min(float64(score[i]), highest), power))
		used[k] = use[i]
	}
	own := tree
	if len(chosen) < len(points) {
		own = spatial.NewTree(from)
	}
	counts, err := scoring.Pool(ctx, workers, own, counts, used, max(1, int(around*float64(len(chosen)))))
	if err != nil || len(chosen) == len(points) {
		return counts, err
	}
	all, err := scoring.Carry(ctx, workers, own, points, 3, counts)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// raise raises scores below 1 towards 1, the more the more speaks for it.
func raise(score []float32, use []bool, near, said []float32) {
	below := math.Nextafter32(1, 0) // rounding must not reach 1
	for i, s := range score {
		if s < 1 && use[i] {
			doubt := math.Exp(-float64(suspicion*near[i]) - float64(spoken*said[i]))
			score[i] = min(s+(1-s)*float32(rise*(1-doubt)), below)
		}
	}
}

// spoken is what companions say of each point of a scan, each as far as it can be trusted with
// that scan: where much of it reads higher than sound scans do, it is the scan and not a
// defect that it speaks of.
func (m *model) spoken(s *scoring.Scored) []float32 {
	out := make([]float32, len(s.Score))
	for _, v := range m.voices {
		said := s.Values[slices.Index(s.Names, v.name)]
		trust := trusted(said, s.Use)
		for i, x := range said {
			out[i] += trust * min(x, 1)
		}
	}
	return out
}

// trusted is 1 for a scan of which most points read below half of what counts as 1, and less
// the higher they read.
func trusted(said []float32, use []bool) float32 {
	var all []float32
	for i, x := range said {
		if use[i] {
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		return 0
	}
	return 1 / max(1, 2*stat.Quantile(all, usual))
}
