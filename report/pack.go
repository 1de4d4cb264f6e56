package report

// One scan on its way to the page: thinned, ordered, quantised.

import (
	"context"
	"math"

	"blemish/detect"
	"blemish/geom"
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
	Limit     Number         `json:"limit"` // score above which the scan is defective
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

// limitOf is the threshold that the verdict of r was judged by; the page's own where
// the result names none.
func limitOf(r *detect.Result, page float64) Number {
	if r.Threshold > 0 {
		return Number(r.Threshold)
	}
	return Number(page)
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
		Name: v.Name, Verdict: r.Verdict.String(), Reason: r.Reason, Score: Number(r.Object), Limit: limitOf(r, threshold),
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
		if s-s == 0 { // finite
			p.peak = math.Max(p.peak, float64(s))
		}
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
	p.Look = firstLook(v, threshold)
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

func (p *packed) addRegions(v *ScanView) {
	p.Regions = []packedRegion{}
	for _, r := range v.Result.Regions {
		if !r.Center.F().Finite() {
			r.Center = geom.BoxOf(v.Cloud.Points).Center() // a place to fly to all the same
		}
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
