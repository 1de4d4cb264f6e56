package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"blemish/metric"
	"blemish/seed"
)

func TestROCSeriesEnclosesTheAUROC(t *testing.T) {
	r := seed.Stream(1, "roc")
	var scores []float64
	var single []float32
	var positive []bool
	for i := 0; i < 400; i++ {
		p := i%3 == 0
		s := float64(int(10 * (r.Float64() + map[bool]float64{true: 0.4}[p]))) // coarse, for ties
		scores, single, positive = append(scores, s), append(single, float32(s)), append(positive, p)
	}
	s := ROCSeries("x", scores, positive)
	area := 0.0
	for i := 1; i < len(s.X); i++ {
		area += (s.X[i] - s.X[i-1]) * (s.Y[i] + s.Y[i-1]) / 2
	}
	if want := metric.AUROC(single, positive); area-want > 1e-12 || want-area > 1e-12 {
		t.Errorf("area %v, AUROC %v", area, want)
	}
	if len(ROCSeries("x", []float64{1, 2}, []bool{true, true}).X) != 0 {
		t.Error("a curve without sound scans")
	}
}

func TestPlotsAreCleanSVG(t *testing.T) {
	for name, svg := range map[string]string{
		"pr":        PR("curve", []Series{{"a <b>", []float64{0, 0.5, 1}, []float64{1, 1, 0.5}}}),
		"roc":       ROC("curve", []Series{{"a <b>", []float64{0, 0.5, 1}, []float64{0, 1, 1}}}),
		"histogram": Histogram("scores & more", []Group{{Name: "sound", Scores: []float64{0.1, 0.5, 0.7}}, {Name: "defective", Scores: []float64{0.9, 2, 77}}}, 1),
		"empty":     ROC("curve", nil),
		"no scores": Histogram("scores", nil, 1),
		"pod": POD("bulge", "size, mm", 0.1, 3, []Detection{
			{Name: "0.125 <mm>", POD: func(a float64) float64 { return a / 3 }, Bound: 2, Shares: []Share{{0.2, 0, 0, 0.5}, {2, 1, 0.4, 1}}},
			{Name: "no curve", Bound: math.NaN(), Shares: []Share{{0.2, 0, 0, 0.5}}}, {Name: "nothing"},
		}),
	} {
		if !strings.HasPrefix(svg, "<svg ") || !strings.HasSuffix(strings.TrimSpace(svg), "</svg>") {
			t.Errorf("%s: %.60s…", name, svg)
		}
		for _, bad := range []string{"style=", "NaN", "Inf", "#010203", "<script", "font-family"} {
			if strings.Contains(svg, bad) {
				t.Errorf("%s has %s", name, bad)
			}
		}
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
	}
	if p := POD("x", "size", 0.004, 0.05, []Detection{{Name: "0.125 deep", POD: func(a float64) float64 { return a }}}); !strings.Contains(p, "0.125 deep") || !strings.Contains(p, ">0.005<") {
		t.Error("numbers in words are shortened")
	}
	if h := Histogram("x", []Group{{Name: "sound", Scores: []float64{9, 0.5}}}, 1); !strings.Contains(h, "and more") {
		t.Error("the last bar does not tell that it holds larger scores")
	}
}

// A line of the threshold only where one is known that holds for all bars.
func TestThresholdOfTheHistogram(t *testing.T) {
	groups := []Group{{Name: "sound", Scores: []float64{0.5, 1, 9}}}
	if h := Histogram("x", groups, 2.04); !strings.Contains(h, "threshold 2.04") {
		t.Error("the threshold is not written")
	}
	if h := Histogram("x", groups, math.NaN()); strings.Contains(h, "threshold") || !strings.Contains(h, "and more") {
		t.Error("a threshold that nobody gave")
	}
}

// Ties count as one corner; precision times the step of recall is the average precision.
func TestPRSeriesEnclosesTheAveragePrecision(t *testing.T) {
	scores := []float64{3, 2, 2, 1, 0.5, 0.5}
	positive := []bool{true, false, true, true, false, true}
	s := PRSeries("", scores, positive)
	if len(s.X) != 4 || s.X[0] != 0.25 || s.Y[0] != 1 || s.X[3] != 1 || s.Y[3] != 4.0/6 {
		t.Fatalf("%v %v", s.X, s.Y)
	}
	single := make([]float32, len(scores))
	area, before := 0.0, 0.0
	for i, v := range scores {
		single[i] = float32(v)
	}
	for i, x := range s.X {
		area, before = area+(x-before)*s.Y[i], x
	}
	if want := metric.AveragePrecision(single, positive); area-want > 1e-12 || want-area > 1e-12 {
		t.Errorf("area %v, average precision %v", area, want)
	}
	if s := PRSeries("", scores, make([]bool, 6)); len(s.X) != 0 {
		t.Errorf("without defects: %v", s)
	}
}
