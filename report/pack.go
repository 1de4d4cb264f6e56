package report

// One scan on its way to the page: thinned, ordered, quantised.

import (
	"context"
	"math"
	"slices"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

const (
	maxShown   = 60000   // points of one scan on the page
	minShown   = 8000    // so many stay however many scans there are
	pageBudget = 1200000 // points on one page
	maxTerms   = 4       // the parts of a score that are shown, in alphabetical order
	scoreSteps = 100     // steps of the score scale below the threshold
)

// packed is one scan as the page keeps it: what the script reads, and the stream.
type packed struct {
	Name      string         `json:"name"`
	Title     string         `json:"title"`
	Verdict   string         `json:"verdict"`
	Reason    string         `json:"reason,omitempty"`
	Score     Number         `json:"score"`
	Kind      string         `json:"kind,omitempty"`
	Class     string         `json:"class,omitempty"`
	Detector  string         `json:"detector,omitempty"`
	Group     string         `json:"-"`
	Points    int            `json:"points"`  // of the scan
	Shown     int            `json:"shown"`   // of these on the page
	Missing   int            `json:"missing"` // points of missing surface on the page
	Truth     bool           `json:"truth"`
	Origin    [3]float64     `json:"origin"` // add for the file's coordinates
	Lo        [3]float64     `json:"lo"`     // corner of the box
	Size      [3]float64     `json:"size"`
	Spacing   float64        `json:"spacing"` // √ of the surface that a point stands for
	Radius    float64        `json:"radius"`  // of the scan around the middle of its box
	Terms     []termScale    `json:"terms"`
	Columns   []column       `json:"columns"`
	Regions   []packedRegion `json:"regions"`
	Fit       PredictFit     `json:"fit"`
	Pose      []Number       `json:"pose,omitempty"` // scan ← reference, row-major, between stored coordinates
	Reference int            `json:"reference"`      // index of the reference cloud, -1 for none
	Look      [3]float64     `json:"look"`           // from the middle towards the first place to look from
	order     []int32        // the scan's points on the page, in their order there
	gap       []int32        // the same of Result.Missing
	peak      float64        // largest point score
	signedHi  float64        // nearly the largest distance to the sound surface
	data      string         // base64 of the gzipped columns
}

type termScale struct {
	Name string  `json:"name"`
	Lo   float64 `json:"lo"`
	Hi   float64 `json:"hi"`
}

type packedRegion struct {
	Kind   string     `json:"kind"`
	Points int        `json:"points"`
	Area   Number     `json:"area"`
	Depth  Number     `json:"depth"`
	Peak   Number     `json:"peak"`
	Mean   Number     `json:"mean"`
	Center [3]float64 `json:"center"` // stored coordinates
	Radius float64    `json:"radius"`
}

// shownLimit is how many points each of n scans may show.
func shownLimit(n int) int {
	return min(maxShown, max(minShown, pageBudget/max(n, 1)))
}

// packScan reduces a view to what the page draws.
func packScan(ctx context.Context, workers int, v *ScanView, threshold float64, limit int) (*packed, error) {
	r := v.Result
	if err := v.check(); err != nil {
		return nil, err
	}
	box := geom.BoxOf(v.Cloud.Points)
	for _, m := range r.Missing {
		box.Extend(m.D())
	}
	order := mortonOrder(v.Cloud.Points, box)
	order = thin(order, limit, func(i int32) bool {
		return float64(r.Point[i]) >= threshold || v.Truth != nil && v.Truth[i] > 0
	})
	missing := thin(mortonOrder(r.Missing, box), limit/4, func(int32) bool { return false })
	p := &packed{
		Name: v.Name, Verdict: r.Verdict.String(), Reason: r.Reason, Score: Number(r.Object),
		Kind: v.Kind, Class: v.Class, Detector: v.Detector, Group: v.Group,
		Points: v.Cloud.Len(), Shown: len(order), Missing: len(missing), Truth: v.Truth != nil, order: order, gap: missing,
		Origin: v.Cloud.Origin, Reference: -1, Fit: fitOf(r.Fit),
	}
	size := box.Size()
	p.Lo, p.Size = [3]float64{box.Min.X, box.Min.Y, box.Min.Z}, [3]float64{size.X, size.Y, size.Z}
	if box.Empty() {
		p.Lo = [3]float64{}
	}
	shown := gather(v.Cloud.Points, order)
	var err error
	if p.Spacing, err = spacingOf(ctx, workers, shown, box); err != nil {
		return nil, err
	}
	p.Radius = radiusOf(shown, box)
	p.Columns = positionColumns("", shown, p)
	p.Columns = append(p.Columns, positionColumns("m", gather(r.Missing, missing), p)...)
	p.Columns = append(p.Columns, scoreColumn(r.Point, order, threshold))
	for _, s := range r.Point {
		p.peak = math.Max(p.peak, float64(s))
	}
	if v.Truth != nil {
		p.Columns = append(p.Columns, quantise("label", pick(v.Truth, order), 0, 1, 255, false))
	}
	if r.Signed != nil {
		p.Columns = append(p.Columns, p.signedColumn(pick(r.Signed, order)))
	}
	p.addTerms(r.Terms, order)
	normals, err := normalsOf(ctx, workers, v.Cloud)
	if err != nil {
		return nil, err
	}
	if normals != nil {
		p.Columns = append(p.Columns, normalColumns(gather(normals, order))...)
	}
	p.addRegions(v)
	p.Look = firstLook(v, box)
	p.data, err = packColumns(p.Columns)
	return p, err
}

// packReference is a sound surface for the second view: places and normals only.
func packReference(ctx context.Context, workers int, c *geom.Cloud, limit int) (*packed, error) {
	box := c.Box()
	order := thin(mortonOrder(c.Points, box), limit, func(int32) bool { return false })
	size := box.Size()
	p := &packed{Points: c.Len(), Shown: len(order), Lo: [3]float64{box.Min.X, box.Min.Y, box.Min.Z}, Size: [3]float64{size.X, size.Y, size.Z}, Reference: -1}
	shown := gather(c.Points, order)
	var err error
	if p.Spacing, err = spacingOf(ctx, workers, shown, box); err != nil {
		return nil, err
	}
	p.Columns = positionColumns("", shown, p)
	normals, err := normalsOf(ctx, workers, c)
	if err != nil {
		return nil, err
	}
	if normals != nil {
		p.Columns = append(p.Columns, normalColumns(gather(normals, order))...)
	}
	p.data, err = packColumns(p.Columns)
	return p, err
}

// positionColumns quantises coordinates within the box to a 24th of the spacing,
// or a 65535th of the longest side where that is coarser: nobody sees either.
func positionColumns(prefix string, points []geom.Vec3, p *packed) []column {
	step := math.Max(p.Spacing/24, max(p.Size[0], p.Size[1], p.Size[2])/65535)
	if !(step > 0) {
		step = 1
	}
	out := make([]column, 0, 3)
	for axis, name := range []string{"x", "y", "z"} {
		values := make([]float64, len(points))
		for i, q := range points {
			values[i] = [3]float64{float64(q.X), float64(q.Y), float64(q.Z)}[axis] - p.Lo[axis]
		}
		out = append(out, quantise(prefix+name, values, 0, step, 65535, false))
	}
	return out
}

// scoreColumn rounds scores down to a grid on which the threshold lies, so that
// the page marks the same points as the program does.
func scoreColumn(score []float32, order []int32, threshold float64) column {
	values := pick(score, order)
	peak := 0.0
	for _, v := range values {
		if !math.IsInf(v, 0) {
			peak = math.Max(peak, v)
		}
	}
	if !(threshold > 0) || math.IsInf(threshold, 0) {
		threshold = 1
	}
	steps := min(max(math.Floor(65535*threshold/math.Max(peak, threshold)), 20), scoreSteps)
	return quantise("score", values, 0, threshold/steps, 65535, true)
}

// signedColumn keeps 0 exact and gives the sound surface about 8 steps to its
// median distance; the colour scale ends at the 99.8 % quantile.
func (p *packed) signedColumn(values []float64) column {
	size := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			size = append(size, math.Abs(v))
		}
	}
	slices.Sort(size)
	step := 1.0
	if n := len(size); n > 0 && size[n-1] > 0 {
		step = math.Max(size[n/2]/8, size[n-1]/32000)
		p.signedHi = size[min(n-1, n*998/1000)]
		if p.signedHi == 0 {
			p.signedHi = size[n-1]
		}
	}
	const half = 32767
	return quantise("signed", values, -half*step, step, 65535, false)
}

func (p *packed) addTerms(terms map[string][]float32, order []int32) {
	p.Terms = []termScale{}
	for i, name := range sortedKeys(terms) {
		if i == maxTerms {
			break
		}
		values := pick(terms[name], order)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
		if !(lo <= hi) {
			lo, hi = 0, 1
		}
		step := (hi - lo) / 255
		if !(step > 0) {
			step = 1
		}
		p.Terms = append(p.Terms, termScale{name, lo, hi})
		p.Columns = append(p.Columns, quantise("term:"+name, values, lo, step, 255, false))
	}
}

func (p *packed) addRegions(v *ScanView) {
	p.Regions = []packedRegion{}
	for _, r := range v.Result.Regions {
		p.Regions = append(p.Regions, packedRegion{
			Kind: r.Kind, Points: r.Points, Area: Number(r.Area), Depth: Number(r.Depth), Peak: Number(r.Peak), Mean: Number(r.Mean),
			Center: [3]float64{r.Center.X, r.Center.Y, r.Center.Z}, Radius: math.Max(r.Box.Diagonal()/2, 2*p.Spacing),
		})
	}
	if v.Reference != nil {
		m := v.Result.Pose.Inverse().Matrix()
		for _, x := range m {
			p.Pose = append(p.Pose, Number(x))
		}
	}
}

// radiusOf is the largest distance of a point from the middle of the box.
func radiusOf(points []geom.Vec3, box geom.Box) float64 {
	far := 0.0
	for _, p := range points {
		far = math.Max(far, p.D().Sub(box.Center()).Norm2())
	}
	return math.Sqrt(far)
}

// firstLook has the worst region towards the viewer, a little from above; an
// object without one is seen from its front, right and top.
func firstLook(v *ScanView, box geom.Box) [3]float64 {
	usual := geom.Vec{X: 0.55, Y: -0.75, Z: 0.4}
	if len(v.Result.Regions) > 0 {
		out := v.Result.Regions[0].Center.Sub(box.Center())
		if out.Norm() > 0.05*box.Diagonal() {
			usual = out.Unit().Add(usual.Scale(0.3)).Add(geom.Vec{Z: 0.15})
		}
	}
	return [3]float64{usual.X, usual.Y, usual.Z}
}

// normalColumns packs directions into the octahedron (Meyer et al. 2010), six
// bits an axis: about two degrees. 63 in the first column says that there is none.
func normalColumns(normals []geom.Vec3) []column {
	u, v := make([]float64, len(normals)), make([]float64, len(normals))
	for i, n := range normals {
		x, y, z := float64(n.X), float64(n.Y), float64(n.Z)
		sum := math.Abs(x) + math.Abs(y) + math.Abs(z)
		if !(sum > 0) || math.IsInf(sum, 0) {
			u[i], v[i] = 63, 31
			continue
		}
		x, y = x/sum, y/sum
		if z < 0 {
			x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
		}
		u[i], v[i] = math.Round(31+31*x), math.Round(31+31*y)
	}
	return []column{quantise("nu", u, 0, 1, 63, false), quantise("nv", v, 0, 1, 63, false)}
}

// spacingOf is the side of the square patch of surface that one point stands
// for: a disc around a point of a surface holds π·r²/side² others, so the median
// distance to the sixth neighbour is √(6/π) sides.
func spacingOf(ctx context.Context, workers int, points []geom.Vec3, box geom.Box) (float64, error) {
	const k = 7 // six and the point itself
	_, dist2, err := spatial.NewTree(points).KNNSelf(ctx, workers, k)
	if err != nil {
		return 0, err
	}
	var far []float64
	for i := k - 1; i < len(dist2) && len(points) >= k; i += k {
		if dist2[i] > 0 {
			far = append(far, float64(dist2[i]))
		}
	}
	if len(far) == 0 {
		return box.Diagonal() / 100, nil
	}
	slices.Sort(far)
	return math.Sqrt(far[len(far)/2] * math.Pi / 6), nil
}

func gather(points []geom.Vec3, order []int32) []geom.Vec3 {
	out := make([]geom.Vec3, len(order))
	for i, j := range order {
		out[i] = points[j]
	}
	return out
}

func pick(values []float32, order []int32) []float64 {
	out := make([]float64, len(order))
	for i, j := range order {
		out[i] = float64(values[j])
	}
	return out
}

// normalNeighbors is how many points a normal is fitted to where the scan has none.
const normalNeighbors = 16

// normalsOf gives the directions that light the points, which need no orientation.
func normalsOf(ctx context.Context, workers int, c *geom.Cloud) ([]geom.Vec3, error) {
	if c.Normals != nil || c.Len() < 3 {
		return c.Normals, nil
	}
	normals, _, err := feature.Normals(ctx, workers, spatial.NewTree(c.Points), normalNeighbors)
	return normals, err
}
