package report

// One scan on its way to the page: thinned, ordered, quantised.

import (
	"context"
	"math"

	"blemish/detect"
	"blemish/geom"
	"blemish/task"
)

const (
	maxShown   = 60000   // points of one scan on the page
	minShown   = 8000    // so many stay however many scans there are
	pageBudget = 1200000 // points on one page
	maxTerms   = 8       // the parts of a score that are shown, in alphabetical order
	scoreSteps = 100     // steps of the score scale below the threshold
)

// packed is one scan as the page keeps it: what the script reads, and the stream.
type packed struct {
	Name      string         `json:"name"`
	Title     string         `json:"title"`
	Verdict   string         `json:"verdict"`
	Reason    string         `json:"reason,omitempty"`
	Score     Number         `json:"score"`
	Limit     Number         `json:"limit"`          // score above which the scan is defective; null where there is none
	Told      string         `json:"told,omitempty"` // what was not judged, in words
	Kind      string         `json:"kind,omitempty"`
	Class     string         `json:"class,omitempty"`
	Detector  string         `json:"detector,omitempty"`
	Group     string         `json:"-"`
	Points    int            `json:"points"`  // of the scan
	Shown     int            `json:"shown"`   // of these on the page
	Missing   int            `json:"missing"` // points of missing surface on the page
	Unseen    int            `json:"unseen"`  // points of surface that was not seen
	Sets      map[string]int `json:"sets"`    // points that were not judged, by what they are
	Truth     bool           `json:"truth"`
	Origin    [3]float64     `json:"origin"` // add for the file's coordinates
	Lo        [3]float64     `json:"lo"`     // corner of the box
	Size      [3]float64     `json:"size"`
	Spacing   float64        `json:"spacing"` // √ of the surface that a point stands for
	Middle    [3]float64     `json:"middle"`  // of the part, from the corner of the box
	Coarse    float64        `json:"coarse"`  // the same of the surface that was not seen
	Radius    float64        `json:"radius"`  // of the part around its middle
	Reach     float64        `json:"reach"`   // of all that is shown around it
	Terms     []termScale    `json:"terms"`
	Columns   []column       `json:"columns"`
	Regions   []packedRegion `json:"regions"`
	Fit       PredictFit     `json:"fit"`
	Pose      []Number       `json:"pose,omitempty"` // scan ← reference, row-major, between stored coordinates
	Turn      []Number       `json:"turn,omitempty"` // part ← scan, the rotation, row-major; none where there is no pose
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
	Kind    string     `json:"kind"`
	Points  int        `json:"points"`
	Area    Number     `json:"area"`
	Depth   Number     `json:"depth"`
	Peak    Number     `json:"peak"`
	Mean    Number     `json:"mean"`
	Depth95 Number     `json:"depth95"`
	Zone    string     `json:"zone,omitempty"`
	Below   bool       `json:"below,omitempty"` // the scan is below its threshold
	Center  [3]float64 `json:"center"`          // stored coordinates
	Radius  float64    `json:"radius"`
}

// shownLimit is how many points each of n scans may show.
func shownLimit(n int) int {
	return min(maxShown, max(minShown, pageBudget/max(n, 1)))
}

// limitOf is the threshold that the verdict of r was judged by; the page's own, if it has
// one, where the result names none.
func limitOf(r *detect.Result, page Number) Number {
	if r.Threshold > 0 {
		return Number(r.Threshold)
	}
	return page
}

// packScan reduces a view to what the page draws.
func packScan(ctx context.Context, workers task.Workers, v *ScanView, pageLimit Number, limit int) (*packed, error) {
	r := v.Result
	if err := v.check(); err != nil {
		return nil, err
	}
	threshold := usable(limitOf(r, pageLimit))
	part := v.partBox()
	drawable := v.drawable(part)
	box := part
	for _, i := range drawable {
		if p := v.Cloud.Points[i]; p.Finite() {
			box.Extend(p.D())
		}
	}
	order := mortonOrder(gather(v.Cloud.Points, drawable), box)
	for i, j := range order {
		order[i] = drawable[j]
	}
	order = thin(order, limit, func(i int32) bool {
		return float64(r.Point[i]) >= threshold || v.Truth != nil && v.Truth[i] > 0
	})
	missing := thin(mortonOrder(r.Missing, box), limit/4, func(int32) bool { return false })
	unseen := thin(mortonOrder(v.NotSeen(), box), limit/4, func(int32) bool { return false })
	p := &packed{
		Name: v.Name, Verdict: r.Verdict.String(), Reason: r.Reason, Score: Number(r.Object), Limit: limitOf(r, pageLimit), Unseen: len(unseen),
		Kind: kindWord(v.Kind), Class: v.Class, Detector: v.Detector, Group: v.Group,
		Points: v.Cloud.Len(), Shown: len(order), Missing: len(missing), Truth: v.Truth != nil, order: order, gap: missing,
		Origin: v.Cloud.Origin, Reference: -1, Fit: fitOf(r.Fit),
	}
	size := box.Size()
	p.Lo, p.Size = [3]float64{box.Min.X, box.Min.Y, box.Min.Z}, [3]float64{size.X, size.Y, size.Z}
	if box.Empty() {
		p.Lo = [3]float64{}
	}
	shown, judged := gather(v.Cloud.Points, order), make([]geom.Vec3, 0, len(order))
	for i, j := range order {
		if v.Judged(int(j)) {
			judged = append(judged, shown[i])
		}
	}
	if len(judged) == 0 {
		judged = shown
	}
	var err error
	if p.Spacing, err = spacingOf(ctx, workers, judged, box); err != nil {
		return nil, err
	}
	p.frame(shown, part, v)
	p.Coarse = math.Sqrt(r.Seen.NotSeenArea / math.Max(1, float64(len(unseen))))
	p.Columns = positionColumns("", shown, p)
	p.Columns = append(p.Columns, positionColumns("m", gather(r.Missing, missing), p)...)
	p.Columns = append(p.Columns, positionColumns("u", gather(v.NotSeen(), unseen), p)...)
	p.Columns = append(p.Columns, v.setColumn(order)...)
	p.Columns = append(p.Columns, scoreColumn(r.Point, order, threshold))
	for i, s := range r.Point {
		if s-s == 0 && v.Judged(i) { // finite
			p.peak = math.Max(p.peak, float64(s))
		}
	}
	if v.Truth != nil {
		p.Columns = append(p.Columns, quantise("label", pick(v.Truth, order), 0, 1, 255, false))
	}
	if r.Signed != nil {
		p.Columns = append(p.Columns, p.signedColumn(pick(r.Signed, order), func(i int) bool { return v.Judged(int(order[i])) }))
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
func packReference(ctx context.Context, workers task.Workers, c *geom.Cloud, limit int) (*packed, error) {
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

// frame says where the part is among what is shown.
func (p *packed) frame(shown []geom.Vec3, part geom.Box, v *ScanView) {
	middle := part.Center()
	if part.Empty() {
		middle = geom.Vec{}
	}
	p.Middle = [3]float64{middle.X - p.Lo[0], middle.Y - p.Lo[1], middle.Z - p.Lo[2]}
	p.Reach = radiusOf(shown, middle)
	p.Radius = math.Min(p.Reach, part.Diagonal()/2)
	if seen := newSeen(&v.Result.Seen); seen != nil {
		p.Told = seen.words(v.Unit)
		p.Sets = map[string]int{}
		for name, n := range map[string]int{"noReference": seen.NoReference.Points, "stray": seen.Strays.Points, "clutter": seen.Clutter.Points, "ignored": v.Result.Seen.Ignored} {
			if n > 0 {
				p.Sets[name] = n
			}
		}
	}
}

func (p *packed) addRegions(v *ScanView) {
	p.Regions = []packedRegion{}
	for i := range v.Result.Regions {
		r := v.Result.Regions[i]
		if !r.Center.F().Finite() {
			r.Center = geom.BoxOf(v.Cloud.Points).Center() // a place to fly to all the same
		}
		described := newPredictRegion(&r, v.Result, v.Cloud.Origin)
		p.Regions = append(p.Regions, packedRegion{
			Depth95: described.Depth95, Zone: described.Zone,
			Kind: r.Kind, Points: r.Points, Area: Number(r.Area), Depth: depthOf(&r, v.Result), Below: below(v.Result), Peak: Number(r.Peak), Mean: Number(r.Mean),
			Center: [3]float64{r.Center.X, r.Center.Y, r.Center.Z}, Radius: math.Max(r.Box.Diagonal()/2, 2*p.Spacing),
		})
	}
	if r := v.Result.Pose.R; r != (geom.Mat3{}) {
		for _, x := range r {
			p.Turn = append(p.Turn, Number(x))
		}
	}
	if v.Reference != nil {
		m := v.Result.Pose.Inverse().Matrix()
		for _, x := range m {
			p.Pose = append(p.Pose, Number(x))
		}
	}
}
