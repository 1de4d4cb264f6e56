package report

import (
	"encoding/csv"
	"io"

	"blemish/report/plot"
)

// Curves of object scores: of all classes together, and in curves.csv of each alone.

// objects are the scores of all scans that have one, class after class, and their truth.
func (d *BenchmarkDetector) objects() (scores []float64, positive []bool) {
	for i := range d.Classes {
		s, p := d.Classes[i].objects()
		scores, positive = append(scores, s...), append(positive, p...)
	}
	return scores, positive
}

func (c *BenchmarkClass) objects() (scores []float64, positive []bool) {
	for _, s := range c.Scans {
		if s.Score.Known() {
			scores, positive = append(scores, float64(s.Score)), append(positive, s.Defective)
		}
	}
	return scores, positive
}

// curves are receiver operating characteristic and precision against recall of each detector.
func (b *Benchmark) curves() (roc, pr []plot.Series) {
	for i := range b.Detectors {
		d := &b.Detectors[i]
		scores, positive := d.objects()
		roc = append(roc, plot.ROCSeries(d.Name, scores, positive))
		pr = append(pr, plot.PRSeries(d.Name, scores, positive))
	}
	return roc, pr
}

// writeCurves writes the corners of every curve, a line each: of all classes together, whose
// class is empty, then of each alone.
func (b *Benchmark) writeCurves(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"detector", "class", "curve", "x", "y"}); err != nil {
		return err
	}
	write := func(detector, class, curve string, s plot.Series) error {
		for i := range s.X {
			if err := c.Write([]string{detector, class, curve, Number(s.X[i]).text(), Number(s.Y[i]).text()}); err != nil {
				return err
			}
		}
		return nil
	}
	both := func(detector, class string, scores []float64, positive []bool) error {
		if err := write(detector, class, "roc", plot.ROCSeries("", scores, positive)); err != nil {
			return err
		}
		return write(detector, class, "pr", plot.PRSeries("", scores, positive))
	}
	for i := range b.Detectors {
		d := &b.Detectors[i]
		scores, positive := d.objects()
		if err := both(d.Name, "", scores, positive); err != nil {
			return err
		}
		for j := range d.Classes {
			scores, positive := d.Classes[j].objects()
			if err := both(d.Name, d.Classes[j].Class, scores, positive); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}
