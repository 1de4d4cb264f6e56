package scene

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/task"
)

// From where a scan can have been taken: the places from which what it shows is seen,
// and little else. One for a scan of one side, several for one that was put together.

const (
	// directions is the number of directions that are tried: about 10° from one to the next.
	directions = 320
	// looked is the number of places that are tried with what stands before what.
	looked = 20
	// mostEyes is the most places that a scan is explained by.
	mostEyes = 12
	// worthwhile is the least share of what is scanned that another place must explain.
	worthwhile = 0.12
	// empty is what a part of the surface that is seen but not scanned counts against one
	// that is seen and scanned. Scanners with two lines of sight miss more than one.
	empty = 0.6
)

// distances are how far away from the middle scanners may stand, in diagonals.
var distances = [...]float64{1.2, 3}

// search looks for the viewpoints of one scan.
type search struct {
	patch   patch  // some sites
	scanned []bool // which the scan shows
	left    []bool // and no place so far explains
	middle  geom.Vec
	size    float64
}

// view is a place and what it explains.
type view struct {
	eye  geom.Vec
	gain float64 // sites that are seen and were not explained, less a share of those that are seen and not scanned
	seen sightings
}

// eyes explains the scanned ones of the part's sites, all flags one for each site. known
// are places that are told, such as by the file; they are tried first.
func (p *Part) eyes(ctx context.Context, workers task.Workers, scanned []bool, told []geom.Vec) ([]geom.Vec, error) {
	s := &search{size: p.Size}
	s.patch.spacing = math.Sqrt(p.area * float64(len(p.Sites)) / float64(max(1, len(p.coarse))))
	total := 0
	box := geom.EmptyBox()
	for _, i := range p.coarse {
		if !p.known[i] {
			continue
		}
		s.patch.points, s.patch.normal = append(s.patch.points, p.Sites[i]), append(s.patch.normal, p.normal[i])
		s.scanned = append(s.scanned, scanned[i])
		box.Extend(p.Sites[i].D())
		if scanned[i] {
			total++
		}
	}
	if total == 0 {
		return nil, nil
	}
	s.middle, s.left = box.Center(), slices.Clone(s.scanned)
	var found []geom.Vec
	for len(found) < mostEyes {
		best, err := s.best(ctx, workers, told)
		if err != nil {
			return nil, err
		}
		explained := 0
		for i, c := range best.seen {
			if c > 0 && s.left[i] {
				s.left[i] = false
				explained++
			}
		}
		if float64(explained) < worthwhile*float64(total) || best.gain <= 0 {
			break
		}
		found = append(found, best.eye)
	}
	return found, nil
}

// best is the place that explains most of what is left.
func (s *search) best(ctx context.Context, workers task.Workers, told []geom.Vec) (view, error) {
	var list []view
	for _, d := range sphere(directions) {
		for _, far := range distances {
			eye := s.middle.AddScaled(far*s.size, d)
			list = append(list, view{eye: eye})
		}
	}
	err := task.For(ctx, workers, len(list), 16, func(_, lo, hi int) {
		for k := lo; k < hi; k++ {
			list[k].gain = s.facing(list[k].eye)
		}
	})
	if err != nil {
		return view{}, err
	}
	slices.SortStableFunc(list, byGain)
	list = list[:min(looked, len(list))]
	for _, eye := range told {
		list = append(list, view{eye: eye})
	}
	if err := s.look(ctx, workers, list); err != nil {
		return view{}, err
	}
	// A place that is told wins unless it explains clearly less than another.
	slices.SortStableFunc(list, byGain)
	best := list[0]
	for _, v := range list {
		if slices.Contains(told, v.eye) && v.gain > 0.9*best.gain {
			return v, nil
		}
	}
	for step := 0.12; step > 0.02; step /= 2 {
		if best, err = s.improve(ctx, workers, best, step); err != nil {
			return best, err
		}
	}
	return best, nil
}

func byGain(a, b view) int {
	switch {
	case a.gain > b.gain:
		return -1
	case a.gain < b.gain:
		return 1
	}
	return 0
}

// improve moves a place by about step radians, and nearer and farther, to the best.
func (s *search) improve(ctx context.Context, workers task.Workers, best view, step float64) (view, error) {
	out := best.eye.Sub(s.middle)
	u := out.Unit().Perpendicular()
	v := out.Unit().Cross(u)
	list := []view{best}
	for _, d := range [...][3]float64{{1, 0, 1}, {-1, 0, 1}, {0, 1, 1}, {0, -1, 1}, {0, 0, 1 + 2*step}, {0, 0, 1 / (1 + 2*step)}} {
		turned := out.AddScaled(d[0]*step*out.Norm(), u).AddScaled(d[1]*step*out.Norm(), v).Unit()
		list = append(list, view{eye: s.middle.AddScaled(max(0.8*s.size, out.Norm()*d[2]), turned)})
	}
	if err := s.look(ctx, workers, list[1:]); err != nil {
		return best, err
	}
	slices.SortStableFunc(list, byGain)
	return list[0], nil
}

// look fills in gain and what is seen.
func (s *search) look(ctx context.Context, workers task.Workers, list []view) error {
	return task.For(ctx, workers, len(list), 1, func(_, k, _ int) {
		list[k].seen = s.patch.from(list[k].eye, 1)
		list[k].gain = s.gain(func(i int) bool { return list[k].seen[i] > 0 }, func(i int) bool { return list[k].seen[i] > grazing })
	})
}

// gain adds up what a place explains. seen at all counts for what is scanned, well seen
// for what is not.
func (s *search) gain(seen, well func(i int) bool) float64 {
	var sum float64
	for i, left := range s.left {
		switch {
		case left && seen(i):
			sum++
		case !s.scanned[i] && well(i):
			sum -= empty
		}
	}
	return sum
}

// facing is gain as far as normals tell.
func (s *search) facing(eye geom.Vec) float64 {
	var sum float64
	for i, q := range s.patch.points {
		sight := eye.Sub(q.D())
		cos := sight.Dot(s.patch.normal[i].D())
		switch {
		case s.left[i]:
			if cos > fading*sight.Norm() {
				sum++
			}
		case !s.scanned[i]:
			if cos > grazing*sight.Norm() {
				sum -= empty
			}
		}
	}
	return sum
}

// sphere is n directions, evenly spread along a spiral (Fibonacci).
func sphere(n int) []geom.Vec {
	out := make([]geom.Vec, n)
	golden := math.Pi * (3 - math.Sqrt(5))
	for i := range out {
		z := 1 - 2*(float64(i)+0.5)/float64(n)
		r := math.Sqrt(1 - z*z)
		sin, cos := math.Sincos(golden * float64(i))
		out[i] = geom.Vec{X: r * cos, Y: r * sin, Z: z}
	}
	return out
}
