package benchmark

import (
	"context"
	"errors"
	"image"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"blemish/dataset"
	"blemish/detect"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/partial"
	"blemish/internal/stat"
	"blemish/render"
)

// The picture of Figure 4 of the IMRNet paper: a row a scan, as it was scanned, its truth, and
// the scores of each detector.

const (
	// figureRows is how many scans it shows: as many as the paper's has objects.
	figureRows = 8
	// figureWidth and figureHeight are the size of one cell, in pixels.
	figureWidth, figureHeight = 240, 200
	// figureLow and figureHigh are the shares of a class's points that have the colour of the
	// lowest score, and less than that of the highest. Detectors have units of their own.
	figureLow, figureHigh = 0.5, 0.995
)

// writeFigure draws the picture of a run into dir; nothing where no scan has a truth to show.
func (w *work) writeFigure(ctx context.Context, dir string, seed uint64, detectors []detect.Detector) error {
	var cells []image.Image
	var labels []string
	for _, it := range w.figureScans() {
		cloud, _, err := w.set.Load(it)
		if err != nil || cloud.Scalar("label") == nil {
			continue // it has been told
		}
		label := cloud.Scalar("label")
		view := render.Facing(cloud.Points, label, 0.5)
		draw := func(o render.Options, text string) error {
			o.Width, o.Height, o.View, o.Workers = figureWidth, figureHeight, view, w.opt.Fit.Workers
			img, err := render.Cloud(ctx, &geom.Cloud{Points: cloud.Points, Normals: cloud.Normals}, o)
			cells, labels = append(cells, img), append(labels, text)
			return err
		}
		if err := draw(render.Options{}, it.Class+" "+it.Kind); err != nil {
			return err
		}
		if err := draw(render.Options{Values: label, Map: render.Labels}, "truth"); err != nil {
			return err
		}
		for _, d := range detectors {
			lo, hi, err := w.scoreRange(seed, d.Name(), w.set.Class(it.Class))
			if err != nil {
				return err
			}
			scores, err := w.storedScores(seed, d.Name(), it)
			if err != nil {
				return err
			}
			if len(scores) != cloud.Len() { // the detector has none
				cells, labels = append(cells, image.NewNRGBA(image.Rect(0, 0, 1, 1))), append(labels, d.Name()+": none")
				continue
			}
			if err := draw(render.Options{Values: scores, Lo: lo, Hi: hi, Map: render.Heat}, d.Name()); err != nil {
				return err
			}
		}
	}
	if len(cells) == 0 {
		return nil
	}
	sheet := render.Sheet(cells, labels, 2+len(detectors))
	return format.WriteAtomic(filepath.Join(dir, "figure.png"), func(out io.Writer) error { return render.WritePNG(out, sheet) })
}

// figureScans chooses one defective scan of each of some classes, spread evenly over them, and
// of those a kind that has been shown least.
func (w *work) figureScans() []dataset.Item {
	shown := map[string]int{}
	var out []dataset.Item
	for _, class := range stat.Every(w.classes, figureRows) {
		var best *dataset.Item
		for j := range class.Test {
			if it := &class.Test[j]; it.Defective && (best == nil || shown[it.Kind] < shown[best.Kind]) {
				best = it
			}
		}
		if best != nil {
			shown[best.Kind]++
			out = append(out, *best)
		}
	}
	return out
}

// storedScores are a detector's of a scan; nil where it has none.
func (w *work) storedScores(seed uint64, detector string, it dataset.Item) ([]float32, error) {
	f, err := os.Open(w.folder.In(partial.Set, w.place(seed), filepath.FromSlash(scoreFile(detector, it))))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	scores, _, err := format.ReadNPY(f)
	return scores, err
}

// scoreRange is what a detector's lowest and highest colours stand for on a class.
func (w *work) scoreRange(seed uint64, detector string, class *dataset.Class) (lo, hi float64, err error) {
	var all []float32
	for _, it := range class.Test {
		scores, err := w.storedScores(seed, detector, it)
		if err != nil {
			return 0, 0, err
		}
		all = append(all, scores...)
	}
	if len(all) == 0 {
		return 0, 1, nil
	}
	lo, hi = float64(stat.Quantile(all, figureLow)), float64(stat.Quantile(all, figureHigh))
	if !(lo < hi) {
		hi = lo + 1
	}
	return lo, hi, nil
}

// scoreFile is where the scores of a scan stand below a run's folder.
func scoreFile(detector string, it dataset.Item) string {
	return path.Join("scores", detector, stem(it.File)+".npy")
}
