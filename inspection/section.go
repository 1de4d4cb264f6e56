package inspection

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/task"
)

// Cuts through part and scan by a plane.

// Section is a plane that cuts the part, in its frame.
type Section struct {
	Name          string
	Point, Normal geom.Vec // Normal has length 1
}

// ParseSection reads "x=12.5", "y=…", "z=…", or "X,Y,Z/A,B,C", a place and a direction.
func ParseSection(text string) (Section, error) {
	bad := fmt.Errorf("section %q: want x=12.5, y=… or z=…, or a place and a direction across the cut, 0,0,12.5/0,0,1", text)
	s := Section{Name: strings.NewReplacer("=", "", "/", "_", ",", "_", " ", "").Replace(text)}
	if name, at, ok := strings.Cut(text, "="); ok {
		axis := strings.Index("xyz", strings.TrimSpace(name))
		v, err := strconv.ParseFloat(strings.TrimSpace(at), 64)
		if axis < 0 || len(strings.TrimSpace(name)) != 1 || err != nil || !(math.Abs(v) <= 1e15) {
			return s, bad
		}
		unit := [3]geom.Vec{{X: 1}, {Y: 1}, {Z: 1}}[axis]
		s.Point, s.Normal = unit.Scale(v), unit
		return s, nil
	}
	at, across, ok := strings.Cut(text, "/")
	if !ok {
		return s, bad
	}
	numbers := func(list string) (v []float64) {
		for _, word := range strings.Split(list, ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
			if err != nil {
				return nil
			}
			v = append(v, x)
		}
		return v
	}
	var err error
	if s.Point, err = vector(numbers(at)); err == nil {
		s.Normal, err = direction(numbers(across))
	}
	if err != nil {
		return s, fmt.Errorf("%w: %w", bad, err)
	}
	return s, nil
}

// axes are the directions across and up in the cut: up is Z as far as that goes, else Y.
func (s *Section) axes() (u, v geom.Vec) {
	up := geom.Vec{Z: 1}
	if math.Abs(s.Normal.Z) > 0.9 {
		up = geom.Vec{Y: 1}
	}
	u = up.Cross(s.Normal).Unit()
	return u, s.Normal.Cross(u)
}

// Profile is what a section shows of the part and of a scan. Places in the cut are U to the
// right and V up, from the section's point.
type Profile struct {
	Section
	Lines [][][2]float64 // the mesh that is the reference: lines through U, V
	Dots  [][2]float64   // sound scans that are the reference: their points next to the cut
	Scan  []ProfilePoint // points of the scan next to the cut, as in the scan
	Slab  float64        // how far from the cut points are next to it
}

// At is a place of the cut in the part's frame.
func (s *Section) At(u, v float64) geom.Vec {
	right, up := s.axes()
	return s.Point.AddScaled(u, right).AddScaled(v, up)
}

// Largest is the largest absolute deviation of the judged points in the cut.
func (p *Profile) Largest() float64 {
	most := 0.0
	for _, s := range p.Scan {
		if s.Judged {
			most = math.Max(most, math.Abs(s.Deviation))
		}
	}
	return most
}

// ProfilePoint is a point of the scan next to the cut.
type ProfilePoint struct {
	U, V      float64
	Place     geom.Vec // in the part's frame
	Deviation float64  // > 0 outside
	AcrossU   float64  // direction in the cut that Deviation is measured along; 0, 0 where it is across
	AcrossV   float64
	Judged    bool
}

// Reference is the part that is cut.
type Reference struct {
	Surface *scene.Surface
	Mesh    *geom.Mesh // nil: sound scans span the surface
	Workers task.Workers
}

// Cut cuts the part, and a scan in its pose on it.
func (r *Reference) Cut(ctx context.Context, s Section, scan *geom.Cloud, res *detect.Result) (*Profile, error) {
	p := &Profile{Section: s}
	u, v := s.axes()
	flat := func(q geom.Vec) [2]float64 {
		d := q.Sub(s.Point)
		return [2]float64{d.Dot(u), d.Dot(v)}
	}
	spacing := r.Surface.MeanSpacing()
	if r.Mesh != nil {
		p.Lines = cutMesh(r.Mesh, s, flat)
	} else {
		for _, q := range r.Surface.Tree.Points() {
			if math.Abs(q.D().Sub(s.Point).Dot(s.Normal)) <= spacing/2 {
				p.Dots = append(p.Dots, flat(q.D()))
			}
		}
	}
	judged := func(i int) bool { return res.Seen.Set == nil || res.Seen.Set[i] == scene.Comparable }
	// So thick that a cut across a scan as dense as it is on average has two points for each
	// spacing.
	p.Slab = scanSpacing(scan, r.Surface)
	var near []geom.Vec3
	for i, q := range scan.Points {
		at := res.Pose.ApplyVec(q.D())
		if !q.Finite() || math.Abs(at.Sub(s.Point).Dot(s.Normal)) > p.Slab {
			continue
		}
		uv := flat(at)
		point := ProfilePoint{U: uv[0], V: uv[1], Place: at, Judged: judged(i)}
		if res.Signed != nil {
			point.Deviation = float64(res.Signed[i])
		}
		p.Scan, near = append(p.Scan, point), append(near, at.F())
	}
	const candidates, reach = 20, 1.5
	feet, err := r.Surface.Feet(ctx, r.Workers, near, candidates, reach)
	if err != nil {
		return nil, err
	}
	for i, f := range feet {
		n := r.Surface.Normal[f.Near].D()
		p.Scan[i].AcrossU, p.Scan[i].AcrossV = n.Dot(u), n.Dot(v)
	}
	return p, nil
}

// scanSpacing is about how far the points of a scan are apart, if they lie on the surface.
func scanSpacing(scan *geom.Cloud, surface *scene.Surface) float64 {
	n := float64(surface.Tree.Len())
	area := n * surface.MeanSpacing() * surface.MeanSpacing()
	return math.Sqrt(area / math.Max(1, float64(scan.Len())))
}

// cutMesh is where the faces of a mesh meet a plane, joined to lines.
func cutMesh(m *geom.Mesh, s Section, flat func(geom.Vec) [2]float64) [][][2]float64 {
	height := make([]float64, len(m.Vertices))
	for i, p := range m.Vertices {
		height[i] = p.D().Sub(s.Point).Dot(s.Normal)
	}
	type edge [2]int32
	at := map[edge][2]float64{}
	next := map[edge][]edge{}
	var order []edge
	for _, f := range m.Faces {
		var met []edge
		for k := range 3 {
			a, b := f[k], f[(k+1)%3]
			if a > b {
				a, b = b, a
			}
			if (height[a] < 0) == (height[b] < 0) {
				continue
			}
			e := edge{a, b}
			if _, known := at[e]; !known {
				t := height[a] / (height[a] - height[b])
				p := m.Vertices[a].D()
				at[e] = flat(p.AddScaled(t, m.Vertices[b].D().Sub(p)))
				order = append(order, e)
			}
			met = append(met, e)
		}
		if len(met) == 2 {
			next[met[0]], next[met[1]] = append(next[met[0]], met[1]), append(next[met[1]], met[0])
		}
	}
	var lines [][][2]float64
	used := map[edge]bool{}
	walk := func(from edge) {
		line := [][2]float64{at[from]}
		used[from] = true
		for here := from; ; {
			step := -1
			for k, e := range next[here] {
				if !used[e] {
					step = k
					break
				}
			}
			if step < 0 {
				for _, e := range next[here] {
					if e == from && len(line) > 2 {
						line = append(line, at[from]) // closed
						break
					}
				}
				break
			}
			here = next[here][step]
			used[here] = true
			line = append(line, at[here])
		}
		if len(line) > 1 {
			lines = append(lines, line)
		}
	}
	for _, e := range order { // ends of open lines first
		if !used[e] && len(next[e]) == 1 {
			walk(e)
		}
	}
	for _, e := range order {
		if !used[e] {
			walk(e)
		}
	}
	return lines
}
