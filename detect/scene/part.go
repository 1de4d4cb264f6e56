package scene

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
)

// Part is what is known of the sound part: its surface, and the sites at which surface
// that a scan does not show is looked for.
type Part struct {
	Surface *Surface
	Sites   []geom.Vec3 // on the surface, spread evenly
	Size    float64     // diagonal of the surface's bounding box

	normal []geom.Vec3 // of the surface at each site
	known  []bool      // whether the surface reaches each site
	area   float64     // that a site stands for
	reach  float64     // within which neighbouring sites lie
	coarse []int32     // some of the sites, spread evenly, by which viewpoints are searched
}

// coarseSites is the number of sites by which viewpoints are searched.
const coarseSites = 2500

// NewPart makes the part whose surface the points span; they must be finite. Up to most
// of them are sites.
func NewPart(ctx context.Context, workers int, points []geom.Vec3, most int) (*Part, error) {
	s, err := NewSurface(ctx, workers, points)
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
func (p *Part) Without(ctx context.Context, workers int, points []geom.Vec3) (*Part, error) {
	s, err := NewSurface(ctx, workers, points)
	if err != nil {
		return nil, err
	}
	return newPart(ctx, workers, s, p.Sites, p.normal)
}

func newPart(ctx context.Context, workers int, s *Surface, sites, normal []geom.Vec3) (*Part, error) {
	p := &Part{Surface: s, Sites: sites, normal: normal, Size: geom.BoxOf(s.Tree.Points()).Diagonal()}
	spacing := s.MeanSpacing()
	p.area = spacing * spacing * float64(s.Tree.Len()) / float64(len(sites))
	p.known = make([]bool, len(sites))
	for i, q := range sites {
		near := s.Tree.Nearest(q)
		limit := 2.5 * s.Spacing[near.Index]
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

// SiteArea is the area that a site stands for.
func (p *Part) SiteArea() float64 { return p.area }
