package scoring

import (
	"context"
	"math"

	"blemish/detect/scene"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// What points score that no sound scan has anything to compare with.

const (
	// continues is how far, in spacings of the scan, a score is carried on into surface that is
	// not known, and fades how far it takes from there to become the score of an unknown place.
	continues, fades = 3, 12
)

// fillUnjudged gives the points that have no reference a score to be ranked by: that of the
// nearest point that has one, for a defect does not end where knowledge does, and farther away
// more and more the mean of all. They belong to no region and count for no verdict.
func (s *Scored) fillUnjudged(ctx context.Context, workers task.Workers) error {
	if s.View == nil {
		return nil
	}
	var judged []geom.Vec3
	var score []float32
	var unknown []int32
	var sum float64
	points := s.Points()
	for i, set := range s.View.Set {
		switch set {
		case scene.Comparable:
			judged, score = append(judged, points[i]), append(score, s.Score[i])
			sum += min(1, float64(s.Score[i]))
		case scene.NoReference:
			unknown = append(unknown, int32(i))
		}
	}
	if len(judged) == 0 || len(unknown) == 0 {
		return nil
	}
	mean := sum / float64(len(judged))
	tree := spatial.NewTree(judged)
	return task.For(ctx, workers, len(unknown), 256, func(_, lo, hi int) {
		for _, i := range unknown[lo:hi] {
			near := tree.Nearest(points[i])
			beyond := math.Sqrt(float64(near.Dist2))/s.View.Spacing - continues
			share := min(1, max(0, 1-beyond/fades))
			s.Score[i] = float32(mean + float64(share*(float64(score[near.Index])-mean)))
		}
	})
}
