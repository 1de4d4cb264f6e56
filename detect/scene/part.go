package scene

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Part is what is known of the sound part: its surface, and the sites at which surface
// that a scan does not show is looked for.
type Part struct {
	Surface *Surface
	Sites   []geom.Vec3 // on the surface, spread evenly
	Size    float64     // diagonal of the surface's bounding box

	normal  []geom.Vec3 // of the surface at each site
	known   []bool      // whether the surface reaches each site
	spacing []float64   // of the surface's points around each site
	area    float64     // that a site stands for
	reach   float64     // within which neighbouring sites lie
	thin    float64     // spacing from which the surface is known from a slant only; +Inf where scans show all of the part
	coarse  []int32     // some of the sites, spread evenly, by which viewpoints are searched
}

// coarseSites is the number of sites by which viewpoints are searched.
const coarseSites = 2500

// NewPart makes the part whose surface the points span; they must be finite. owner tells
// which sound scan each is from, from 0 on. Up to most of them are sites.
func NewPart(ctx context.Context, workers task.Workers, points []geom.Vec3, owner []int32, most int) (*Part, error) {
	s, err := NewSurface(ctx, workers, points, ofViews(points, owner))
	if err != nil {
		return nil, err
	}
	index := spatial.Thin(points, most)
	sites, normal := make([]geom.Vec3, len(index)), make([]geom.Vec3, len(index))
	for i, j := range index {
		sites[i], normal[i] = points[j], s.Normal[j]
	}
	return newPart(ctx, workers, s, sites, normal)
}

// Without is the part as points alone show it, with the sites of p: what is known of the
// part where some of its sound scans are held out.
func (p *Part) Without(ctx context.Context, workers task.Workers, points []geom.Vec3) (*Part, error) {
	s, err := NewSurface(ctx, workers, points, p.Surface.views)
	if err != nil {
		return nil, err
	}
	return newPart(ctx, workers, s, p.Sites, p.normal)
}

func newPart(ctx context.Context, workers task.Workers, s *Surface, sites, normal []geom.Vec3) (*Part, error) {
	p := &Part{Surface: s, Sites: sites, normal: normal, Size: s.Size, thin: s.thin()}
	spacing := s.MeanSpacing()
	p.area = spacing * spacing * float64(s.Tree.Len()) / float64(len(sites))
	p.known, p.spacing = make([]bool, len(sites)), make([]float64, len(sites))
	for i, q := range sites {
		near := s.Tree.Nearest(q)
		p.spacing[i] = s.Spacing[near.Index]
		limit := 2.5 * p.spacing[i]
		p.known[i] = float64(near.Dist2) <= limit*limit && !s.Rim[near.Index]
	}
	apart, err := density(ctx, workers, spatial.NewTree(sites))
	if err != nil {
		return nil, err
	}
	p.reach = 2 * apart
	p.coarse = spatial.Thin(sites, coarseSites)
	return p, nil
}

// wholeShare is the share of the part that a sound scan shows, at least, which shows all
// of it.
const wholeShare = 0.9

// ofViews says that there are sound scans that show only a side of what all show together.
func ofViews(points []geom.Vec3, owner []int32) bool {
	scans := map[int32][]geom.Vec3{}
	for i, p := range points {
		scans[owner[i]] = append(scans[owner[i]], p)
	}
	if len(scans) < 2 {
		return false
	}
	some := spatial.Thin(points, coarseSites)
	// Thinned so, points lie a site's width apart; a scan that shows a place has one as close.
	near := geom.BoxOf(points).Diagonal() / math.Sqrt(coarseSites)
	for s := int32(0); int(s) < len(scans); s++ {
		tree := spatial.NewTree(scans[s])
		shown := 0
		for _, i := range some {
			if float64(tree.Nearest(points[i]).Dist2) <= near*near {
				shown++
			}
		}
		if float64(shown) < wholeShare*float64(len(some)) {
			return true
		}
	}
	return false
}

// SiteArea is the area that a site stands for.
func (p *Part) SiteArea() float64 { return p.area }
