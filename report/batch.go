package report

// A document and its page of scans that come one after another.

import (
	"cmp"
	"context"
	"io"

	"blemish/geom"
)

// Batch writes what `predict` leaves of any number of scans. It holds the points of the
// scans that the page opens, thinned, and no others.
type Batch struct {
	ctx       context.Context
	dir       string
	opt       Options
	collector *collector
	unit      string
}

// NewBatch begins a page in dir for so many scans, whose verdicts are those of threshold; 0
// or less: none is known. unit is that of lengths.
func NewBatch(ctx context.Context, dir string, scans int, threshold Number, unit string, opt Options) *Batch {
	if !(threshold > 0) {
		threshold = None()
	}
	return &Batch{ctx: ctx, dir: dir, opt: opt, unit: unit, collector: newCollector(ctx, opt.Workers, scans, threshold)}
}

// Add takes a scan that was judged. Nothing of its view is kept but what the page draws.
func (b *Batch) Add(v ScanView) error {
	v.Group = cmp.Or(v.Group, headingOf(v.Result.Verdict, false, false))
	v.Unit = cmp.Or(v.Unit, b.unit)
	return b.collector.add(&v)
}

// Close writes results.json, results.csv, regions.csv, results.xlsx, report.html and
// pictures/*.png into the folder, which is made if need be. The page opens the scans that were
// added, the most telling ones where there are many; a scan of the document that was not
// stands in its table alone. It ends early when the context does; what was written by then is
// whole.
func (b *Batch) Close(doc *Predict) error {
	g := b.gallery(doc)
	w := writer{ctx: b.ctx, dir: b.dir, opt: b.opt, g: g, maps: newMapStyle(g, doc.Tolerance.given(), doc.Unit)}
	return w.write(doc.page(g, w.maps), doc.Write, doc.Rows(), file{"regions.csv", doc.WriteRegions}, file{"results.xlsx", doc.WriteBook})
}

// gallery is the scans of the document's page.
func (b *Batch) gallery(doc *Predict) *gallery {
	g := b.collector.gallery()
	c := doc.Count()
	g.totals = map[string]int{"Defective": c.Defective, "Unsure": c.Unsure, "Sound": c.Sound}
	return g
}

// WritePredictPage writes report.html alone, without the small pictures of scans. Of one
// scan that is shown within another page, bare leaves out all but the viewer and what is
// told of the scan.
func WritePredictPage(ctx context.Context, out io.Writer, doc *Predict, views []ScanView, bare bool, opt Options) error {
	b := NewBatch(ctx, "", len(views), doc.Threshold, doc.Unit, opt)
	for _, v := range views {
		if err := b.Add(v); err != nil {
			return err
		}
	}
	g := b.gallery(doc)
	g.pictures = make([]string, len(g.scans))
	w := writer{ctx: ctx, opt: opt, g: g, maps: newMapStyle(g, doc.Tolerance.given(), doc.Unit)}
	if !bare { // maps are for paper
		for i := range g.scans {
			if _, err := w.addMap(i); err != nil {
				return err
			}
		}
	}
	p := doc.page(g, w.maps)
	p.Bare = bare
	if err := p.fill(g); err != nil {
		return err
	}
	html, err := p.html()
	if err != nil {
		return err
	}
	_, err = out.Write(html)
	return err
}

// WritePredict is a Batch of views that are all there.
func WritePredict(ctx context.Context, dir string, doc *Predict, views []ScanView, opt Options) error {
	b := NewBatch(ctx, dir, len(views), doc.Threshold, doc.Unit, opt)
	for _, v := range views {
		if err := b.Add(v); err != nil {
			return err
		}
	}
	return b.Close(doc)
}

// standing is a scan's points as they lie on the part; false where no pose was found.
func standing(v *ScanView) ([]geom.Vec3, bool) {
	if v.Result.Pose.R == (geom.Mat3{}) {
		return v.Cloud.Points, false
	}
	return v.Result.Pose.ApplyAll(v.Cloud.Points), true
}
