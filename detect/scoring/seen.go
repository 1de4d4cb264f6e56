package scoring

import (
	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
)

// NewSeen tells what a view of a part shows. Lengths of the part, times unit, are those of
// the scan; scanFromFrame takes it there.
func NewSeen(v *scene.View, p *scene.Part, scanFromFrame geom.Pose, unit float64, sampled *Sampled) detect.Seen {
	owner := sampled.owners()
	s := detect.Seen{
		Set: make([]scene.Set, len(owner)), Facing: make([]geom.Vec3, len(owner)),
		Missed: sampled.Missed, Noise: unit * v.Noise, Size: unit * p.Size,
	}
	for i, o := range owner {
		if o < 0 {
			s.Set[i] = scene.Stray // what is not measured
			continue
		}
		if s.Set[i] = v.Set[o]; s.Set[i] == scene.Comparable {
			s.Facing[i] = scanFromFrame.Rotate(p.Surface.Normal[v.Feet[o].Near])
		}
	}
	for _, set := range s.Set {
		switch set {
		case scene.Comparable:
			s.Comparable++
		case scene.NoReference:
			s.NoReference++
		case scene.Clutter:
			s.Clutter++
		case scene.Stray:
			s.Strays++
		case scene.Ignored:
			s.Ignored++
		}
	}
	s.Strays -= len(s.Set) - sampled.measured() // what was not measured is no stray
	for i, unseen := range v.Gaps.Unseen {
		if unseen || v.Gaps.Withheld[i] {
			s.NotSeen = append(s.NotSeen, scanFromFrame.ApplyVec(p.Sites[i].D().Scale(unit)).F())
		}
	}
	s.NotSeenArea = float64(len(s.NotSeen)) * p.SiteArea() * unit * unit
	s.NotSeenShare = p.Share(v.Gaps.Unseen) + p.Share(v.Gaps.Withheld)
	s.Withheld = p.Share(v.Gaps.Withheld)
	return s
}
