package plot

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"testing"
)

// pixels counts the pixels of a series' colour.
func pixels(t *testing.T, img image.Image, series int) int {
	t.Helper()
	r, g, b, _ := seriesColors[series].RGBA()
	n := 0
	for x := range img.Bounds().Dx() {
		for y := range img.Bounds().Dy() {
			if p, q, s, _ := img.At(x, y).RGBA(); p == r && q == g && s == b {
				n++
			}
		}
	}
	return n
}

// TestBarsAreAsHighAsTheirValues holds the area of one bar against that of another.
func TestBarsAreAsHighAsTheirValues(t *testing.T) {
	draw := func(values ...float64) image.Image {
		var b bytes.Buffer
		x := []float64{0, 1}
		if err := BarsPNG(&b, "title", "AUROC", []string{"a", "b"}, []Series{{"first", x, []float64{values[0], values[1]}}, {"second", x, []float64{values[2], values[3]}}}); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	none := draw(0, 0, 0, 0) // the legend alone
	some := draw(0.8, 0.4, 0.3, math.NaN())
	first, second := pixels(t, some, 0)-pixels(t, none, 0), pixels(t, some, 1)-pixels(t, none, 1)
	if ratio := float64(first) / float64(second); math.Abs(ratio-1.2/0.3) > 0.2 {
		t.Errorf("bars of 0.8 and 0.4 have %v times the area of one of 0.3 beside a gap", ratio)
	}
}

// TestHistogramOfEqualValues must not divide by the width of nothing.
func TestHistogramOfEqualValues(t *testing.T) {
	for name, groups := range map[string][][]float64{"equal": {{2, 2, 2}, {2}}, "spread": {{0, 1, 2}, {5}}, "empty": {{}, {}}} {
		var b bytes.Buffer
		if err := HistogramPNG(&b, "title", "x", []string{"before", "after"}, groups); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name != "empty" && pixels(t, img, 1) == 0 {
			t.Errorf("%s: the second group is not there", name)
		}
	}
}
