package report

// The scans of a page: which are shown, under which headings, in which order.

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"blemish/detect"
	"blemish/geom"
	"blemish/task"
)

// maxScans is how many scans one page can open in 3D. All stand in its tables.
const maxScans = 60

// gallery is the packed scans in the order of the page.
type gallery struct {
	scans      []*packed
	views      []*ScanView // of scans
	references []*packed
	left       int            // views that did not fit
	totals     map[string]int // scans of the document under each heading, shown or not; nil where not counted
	pictures   []string
	maps       []string // maps of deviations; "" where a scan has none
}

// headings in the order in which a page lists them.
var headings = []string{"Missed defects", "False alarms", "Defective", "Unsure", "Found defects", "Sound", "Sound, passed"}

// headingOf says where a scan belongs, given what it truly is where that is known.
func headingOf(verdict detect.Verdict, truthKnown, defective bool) string {
	switch {
	case verdict == detect.Unsure:
		return "Unsure"
	case verdict == detect.Unjudged && truthKnown && defective:
		return "Defective"
	case !truthKnown && verdict == detect.Defective:
		return "Defective"
	case !truthKnown, verdict == detect.Unjudged:
		return "Sound"
	case defective && verdict == detect.Defective:
		return "Found defects"
	case defective:
		return "Missed defects"
	case verdict == detect.Defective:
		return "False alarms"
	}
	return "Sound, passed"
}

// collector keeps what a page shows of scans that come one after another, and of each only
// that: however many come, it holds maxScans.
type collector struct {
	ctx       context.Context
	workers   task.Workers
	threshold Number // the page's own
	limit     int    // points of a scan on the page
	kept      []*kept
	came      int
	seen      map[*geom.Cloud]int
	g         gallery
}

// kept is one scan of a collector.
type kept struct {
	view   *ScanView // reduced to what the page draws
	scan   *packed
	number int // in the order in which they came
}

// newCollector is a collector for so many scans.
func newCollector(ctx context.Context, workers task.Workers, scans int, threshold Number) *collector {
	return &collector{ctx: ctx, workers: workers, threshold: threshold, limit: shownLimit(min(scans, maxScans)), seen: map[*geom.Cloud]int{}}
}

// order puts views by heading, then the most telling first: missed defects from the lowest
// score, all others from the highest.
func order(a, b *kept) int {
	rank := func(v *ScanView) int {
		if i := slices.Index(headings, v.Group); i >= 0 {
			return i
		}
		return len(headings)
	}
	order := cmp.Or(rank(a.view)-rank(b.view), strings.Compare(a.view.Group, b.view.Group))
	if order == 0 {
		order = cmp.Compare(b.view.Result.Object, a.view.Result.Object)
		if a.view.Group == headings[0] {
			order = -order
		}
	}
	return cmp.Or(order, a.number-b.number)
}

// add takes a scan. Nothing of v is kept but what the page draws.
func (c *collector) add(v *ScanView) error {
	c.came++
	k := &kept{view: v, number: c.came}
	at, _ := slices.BinarySearchFunc(c.kept, k, order)
	if at >= maxScans {
		return nil
	}
	var err error
	if k.scan, err = packScan(c.ctx, c.workers, v, c.threshold, c.limit); err != nil {
		return fmt.Errorf("report on %s: %w", v.Name, err)
	}
	if v.Reference != nil {
		at, ok := c.seen[v.Reference]
		if !ok {
			ref, err := packReference(c.ctx, c.workers, v.Reference, c.limit)
			if err != nil {
				return fmt.Errorf("reference of %s: %w", v.Name, err)
			}
			at = len(c.g.references)
			c.seen[v.Reference] = at
			c.g.references = append(c.g.references, ref)
		}
		k.scan.Reference = at
	}
	k.view = reduced(v, k.scan)
	c.kept = slices.Insert(c.kept, at, k)
	if len(c.kept) > maxScans {
		c.kept = c.kept[:maxScans]
	}
	return nil
}

// reduced is a view of the points that the page shows alone; the numbers of the packed scan
// are changed to theirs.
func reduced(v *ScanView, p *packed) *ScanView {
	out := *v
	out.Cloud = v.Cloud.Select(p.order)
	r := *v.Result
	choose := func(values []float32) []float32 {
		if values == nil {
			return nil
		}
		return gather(values, p.order)
	}
	r.Point, r.Signed, r.Terms = choose(r.Point), choose(r.Signed), nil
	r.Missing, r.Seen.NotSeen = gather(r.Missing, p.gap), nil
	if r.Seen.Set != nil {
		r.Seen.Set = gather(r.Seen.Set, p.order)
	}
	r.Regions = slices.Clone(r.Regions)
	for i := range r.Regions {
		r.Regions[i].Index = nil
	}
	out.Truth, out.Result = choose(v.Truth), &r
	for i := range p.order {
		p.order[i] = int32(i)
	}
	for i := range p.gap {
		p.gap[i] = int32(i)
	}
	return &out
}

// gallery is what was collected, in the order of the page.
func (c *collector) gallery() *gallery {
	g := &c.g
	g.left = c.came - len(c.kept)
	for _, k := range c.kept {
		g.views, g.scans = append(g.views, k.view), append(g.scans, k.scan)
	}
	for i, title := range shortNames(g.views) {
		g.scans[i].Title = title
	}
	return g
}

// newGallery collects views.
func newGallery(ctx context.Context, workers task.Workers, views []ScanView, threshold Number) (*gallery, error) {
	c := newCollector(ctx, workers, len(views), threshold)
	for i := range views {
		if err := c.add(&views[i]); err != nil {
			return nil, err
		}
	}
	return c.gallery(), nil
}

// shortNames leaves the folders away that all names share.
func shortNames(views []*ScanView) []string {
	names := make([]string, len(views))
	for i, v := range views {
		names[i] = strings.ReplaceAll(v.Name, "\\", "/")
	}
	return dropSharedFolder(names)
}

// dropSharedFolder takes off the folders that all names begin with.
func dropSharedFolder(names []string) []string {
	out := slices.Clone(names)
	if len(names) == 0 {
		return out
	}
	shared := names[0][:strings.LastIndexByte(names[0], '/')+1]
	for _, n := range names {
		for !strings.HasPrefix(n, shared) {
			shared = shared[:strings.LastIndexByte(strings.TrimSuffix(shared, "/"), '/')+1]
		}
	}
	for i := range out {
		out[i] = strings.TrimPrefix(out[i], shared)
	}
	return out
}

// scoreHi is the end of the page's common score scale: the largest point score,
// but at least twice and at most five times the largest threshold.
func (g *gallery) scoreHi() (hi float64, clipped bool) {
	peak, threshold := 0.0, 0.0
	for _, p := range g.scans {
		peak, threshold = math.Max(peak, p.peak), math.Max(threshold, usable(p.Limit))
	}
	threshold = usable(Number(threshold))
	hi = math.Min(math.Max(peak, 2*threshold), 5*threshold)
	return hi, peak > hi
}

// peak is the largest point score that a detector gives; 1 where it gives none above 0.
func (g *gallery) peak(detector string) float64 {
	peak := 0.0
	for _, p := range g.scans {
		if p.Detector == detector {
			peak = math.Max(peak, p.peak)
		}
	}
	if peak == 0 {
		return 1
	}
	return peak
}

// signedHi is the end of the page's common scale of signed distances, the same
// for all scans so that noise does not look like a defect. Scans that are unsure do not
// stretch it, unless there are no others: their distances may be those of a wrong pose.
func (g *gallery) signedHi() float64 {
	judged, any := 0.0, 0.0
	for _, p := range g.scans {
		any = math.Max(any, p.signedHi)
		if p.Verdict != detect.Unsure.String() {
			judged = math.Max(judged, p.signedHi)
		}
	}
	if judged > 0 {
		return judged
	}
	return any
}

// limit is the threshold of a detector; none where its scans have several, one a class, or
// where it is not known.
func (g *gallery) limit(detector string) Number {
	limit, first := None(), true
	for _, p := range g.scans {
		switch {
		case p.Detector != detector:
		case first:
			limit, first = p.Limit, false
		case p.Limit != limit:
			return None()
		}
	}
	return limit
}

// shownOf says how many scans a heading has, and how many of them the page opens.
func (g *gallery) shownOf(l list) string {
	if all := g.totals[l.Heading]; all > len(l.Items) {
		return fmt.Sprintf("%d of %d shown", len(l.Items), all)
	}
	return fmt.Sprint(len(l.Items))
}

// listed is one scan of a list or a table of the page.
type listed struct {
	ID, ID1             int // in the viewer, from 0 and from 1; -1 where it is not there
	Title, About        string
	Verdict, Score      string
	Gauge               template.HTML
	Picture             template.URL
	Regions             int
	Worst, Area, Depth  string
	Overlap             string
	Reason, Told, Error string
}

type list struct {
	Heading string
	Count   string
	Items   []listed
}

func (g *gallery) lists() []list {
	var out []list
	for i, p := range g.scans {
		heading := p.Group
		if heading == "" {
			heading = "Scans"
		}
		if len(out) == 0 || out[len(out)-1].Heading != heading {
			out = append(out, list{Heading: heading})
		}
		about := make([]string, 0, 3)
		for _, s := range []string{p.Class, p.Kind, p.Detector} {
			if s != "" {
				about = append(about, s)
			}
		}
		item := listed{ID: i, Title: p.Title, About: strings.Join(about, " · "), Verdict: p.Verdict, Score: p.Score.tight(), Told: p.Told, Reason: p.Reason, Gauge: gauge(p.Score, p.Limit, p.Verdict)}
		if g.pictures[i] != "" {
			item.Picture = template.URL(g.pictures[i])
		}
		last := &out[len(out)-1]
		last.Items = append(last.Items, item)
	}
	for i := range out {
		out[i].Count = g.shownOf(out[i])
	}
	return out
}

// kindWord is a kind of defect in plain words; data sets spell some in their own way.
func kindWord(kind string) string {
	if kind == "crak" {
		return "crack"
	}
	return kind
}

// gauge is a score as a bar with the threshold as a line, from 0 to three times
// the threshold.
func gauge(score, threshold Number, verdict string) template.HTML {
	if !score.Known() || !(float64(threshold) > 0) || verdict == "" {
		return ""
	}
	width := 100 * math.Min(1, math.Max(0, float64(score/(3*threshold))))
	return template.HTML(fmt.Sprintf(`<svg class="gauge" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`+
		`<rect class="track" width="100" height="10" rx="3"/><rect class="%s" width="%.1f" height="10" rx="3"/><line class="limit" x1="33.3" x2="33.3" y1="-3" y2="13"/></svg>`,
		template.HTMLEscapeString(verdict), width))
}
