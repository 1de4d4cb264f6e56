package judge

import (
	"context"

	"blemish/report"
)

// Folder writes what predict leaves of any number of scans. Of each scan nothing stays in
// memory but what the page shows.
type Folder struct {
	judge *Judge
	ctx   context.Context
	batch *report.Batch
	maps  *mapFolder
}

// Folder begins a folder for so many scans, which is made if need be. With noClouds it gets no
// point files.
func (j *Judge) Folder(ctx context.Context, dir string, scans int, noClouds bool, opt report.Options) *Folder {
	return &Folder{
		judge: j, ctx: ctx,
		batch: report.NewBatch(ctx, dir, scans, j.About.Threshold, j.About.Unit, opt),
		maps:  newMapFolder(dir, j.About.Unit, j.plan.Tolerance, noClouds),
	}
}

// Cut adds the sections that the plan asks for to a view; an error is the scan's own.
func (f *Folder) Cut(view *report.ScanView) error { return f.judge.sections(f.ctx, view) }

// Add writes the point files of a scan that was judged and cut.
func (f *Folder) Add(view *report.ScanView) error {
	if err := f.maps.save(*view); err != nil {
		return err
	}
	return f.batch.Add(*view)
}

// Close writes report, pictures, tables and, last, results.json.
func (f *Folder) Close(doc *report.Predict) error { return f.batch.Close(doc) }

// WriteOne writes the folder of one scan; view is nil where it could not be judged. With
// noClouds it gets no point files.
func (j *Judge) WriteOne(ctx context.Context, dir string, scan report.PredictScan, view *report.ScanView, noClouds bool, opt report.Options) error {
	f := j.Folder(ctx, dir, 1, noClouds, opt)
	if view != nil {
		if err := f.Cut(view); err != nil {
			return err
		}
		if err := f.Add(view); err != nil {
			return err
		}
	}
	return f.Close(j.Document(scan))
}
