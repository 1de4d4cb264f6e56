package metric

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

func TestEqualsScikitLearn(t *testing.T) {
	text, err := os.ReadFile("testdata/fixtures.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name          string
		Scores        []float32
		Truth         []int
		AUROC, AP, F1 float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 10 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		truth := make([]bool, len(c.Truth))
		for i, v := range c.Truth {
			truth[i] = v == 1
		}
		if got := AUROC(c.Scores, truth); !(math.Abs(got-c.AUROC) < 1e-9) {
			t.Errorf("%s: AUROC %v, want %v", c.Name, got, c.AUROC)
		}
		if got := AveragePrecision(c.Scores, truth); !(math.Abs(got-c.AP) < 1e-9) {
			t.Errorf("%s: average precision %v, want %v", c.Name, got, c.AP)
		}
		f1, threshold := BestF1(c.Scores, truth)
		if !(math.Abs(f1-c.F1) < 1e-9) {
			t.Errorf("%s: F1 %v, want %v", c.Name, f1, c.F1)
		}
		if got := f1At(c.Scores, truth, threshold); !(math.Abs(got-f1) < 1e-9) {
			t.Errorf("%s: threshold %v gives F1 %v, not %v", c.Name, threshold, got, f1)
		}
	}
}

func f1At(scores []float32, truth []bool, threshold float64) float64 {
	var hit, found, there float64
	for i, s := range scores {
		if truth[i] {
			there++
		}
		if float64(s) >= threshold {
			found++
			if truth[i] {
				hit++
			}
		}
	}
	return 2 * hit / (found + there)
}

func TestUndefinedIsNaN(t *testing.T) {
	nan := float32(math.NaN())
	yes, no := []bool{true, true}, []bool{false, false}
	for name, got := range map[string]float64{
		"AUROC of nothing":        AUROC(nil, nil),
		"AUROC without negatives": AUROC([]float32{1, 2}, yes),
		"AUROC without positives": AUROC([]float32{1, 2}, no),
		"AUROC of NaN":            AUROC([]float32{1, nan}, []bool{true, false}),
		"AP without positives":    AveragePrecision([]float32{1, 2}, no),
		"AP of NaN":               AveragePrecision([]float32{nan, 1}, []bool{true, false}),
		"AUPRO without regions":   AUPRO([]float32{1, 2}, []int32{0, 0}, 0.3),
		"AUPRO without sound":     AUPRO([]float32{1, 2}, []int32{1, 1}, 0.3),
		"AUPRO of NaN":            AUPRO([]float32{1, nan}, []int32{1, 0}, 0.3),
		"error with one positive": AUROCError([]float32{1, 2, 3}, []bool{true, false, false}),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s is %v", name, got)
		}
	}
	if got := AveragePrecision([]float32{1, 2}, yes); got != 1 {
		t.Errorf("average precision of positives alone is %v", got)
	}
}

func TestInfiniteScoresRank(t *testing.T) {
	inf := float32(math.Inf(1))
	if got := AUROC([]float32{inf, 3e38, -inf, -3e38}, []bool{true, true, false, false}); got != 1 {
		t.Errorf("AUROC %v, want 1", got)
	}
}

// The order of equal scores must not matter, nor any increasing map of the scores.
func TestOnlyTheRankingCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for trial := 0; trial < 50; trial++ {
		n := 2 + r.IntN(200)
		s, truth, region := make([]float32, n), make([]bool, n), make([]int32, n)
		for i := range s {
			s[i], truth[i] = float32(r.IntN(20)), r.IntN(3) == 0
			if truth[i] {
				region[i] = 1 + int32(r.IntN(3))
			}
		}
		a, p, o := AUROC(s, truth), AveragePrecision(s, truth), AUPRO(s, region, 0.3)
		r.Shuffle(n, func(i, j int) {
			s[i], s[j] = s[j], s[i]
			truth[i], truth[j] = truth[j], truth[i]
			region[i], region[j] = region[j], region[i]
		})
		for i := range s {
			s[i] = s[i]*s[i]*0.5 - 7
		}
		same := func(what string, x, y, tolerance float64) {
			if math.IsNaN(x) != math.IsNaN(y) || math.Abs(x-y) > tolerance {
				t.Errorf("%s: %v and %v", what, x, y)
			}
		}
		same("AUROC", a, AUROC(s, truth), 0)
		same("average precision", p, AveragePrecision(s, truth), 0)
		same("AUPRO", o, AUPRO(s, region, 0.3), 1e-12)
	}
}

func TestAUROCCountsPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for trial := 0; trial < 50; trial++ {
		n := 2 + r.IntN(60)
		s, truth := make([]float32, n), make([]bool, n)
		for i := range s {
			s[i], truth[i] = float32(r.IntN(9))-4, i%2 == 0
		}
		var right, pairs float64
		for i := range s {
			for j := range s {
				if truth[i] && !truth[j] {
					pairs++
					switch {
					case s[i] > s[j]:
						right++
					case s[i] == s[j]:
						right += 0.5
					}
				}
			}
		}
		if got := AUROC(s, truth); math.Abs(got-right/pairs) > 1e-12 {
			t.Fatalf("AUROC %v, counted %v", got, right/pairs)
		}
	}
}

// The standard error against the spread of AUROC over many draws.
func TestAUROCErrorIsTheSpread(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const draws, n = 400, 60
	var sum, sum2, predicted float64
	for d := 0; d < draws; d++ {
		s, truth := make([]float32, n), make([]bool, n)
		for i := range s {
			s[i], truth[i] = float32(r.NormFloat64()), i%3 == 0
			if truth[i] {
				s[i]++
			}
		}
		a := AUROC(s, truth)
		sum, sum2, predicted = sum+a, sum2+a*a, predicted+AUROCError(s, truth)
	}
	spread := math.Sqrt(sum2/draws - sum/draws*sum/draws)
	if p := predicted / draws; math.Abs(p/spread-1) > 0.1 {
		t.Errorf("predicted error %v, spread %v", p, spread)
	}
}

func TestAUPRO(t *testing.T) {
	// With one region and limit 1 it is the AUROC.
	r := rand.New(rand.NewPCG(7, 8))
	s, truth, region := make([]float32, 300), make([]bool, 300), make([]int32, 300)
	for i := range s {
		s[i] = float32(r.IntN(50))
		if i%4 == 0 {
			truth[i], region[i] = true, 5
		}
	}
	if a, o := AUROC(s, truth), AUPRO(s, region, 1); math.Abs(a-o) > 1e-12 {
		t.Errorf("AUPRO %v, AUROC %v", o, a)
	}
	// Two regions: one of a single point found first, one of three points never
	// before the sound points. Overlap is ½ up to the end.
	got := AUPRO([]float32{9, 1, 1, 1, 5, 4, 3, 2}, []int32{1, 2, 2, 2, 0, 0, 0, 0}, 0.3)
	if math.Abs(got-0.5) > 1e-12 {
		t.Errorf("AUPRO %v, want 0.5", got)
	}
}

func ExampleAUROC() {
	scores := []float32{0.1, 0.4, 0.35, 0.8}
	defective := []bool{false, false, true, true}
	fmt.Printf("%.4f %.4f\n", AUROC(scores, defective), AveragePrecision(scores, defective))
	// Output: 0.7500 0.8333
}

func BenchmarkAUROC(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	s, truth := make([]float32, 1<<20), make([]bool, 1<<20)
	for i := range s {
		s[i], truth[i] = r.Float32(), i%20 == 0
	}
	for b.Loop() {
		AUROC(s, truth)
	}
}

// The share of draws in which the interval holds the true AUROC, for as many scans
// as a class of a published data set has.
func TestAUROCIntervalHoldsTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, shift := range []float64{0, 1, 2.5} {
		truth := 0.5 * math.Erfc(-shift/2) // P(N(shift,1) > N(0,1))
		const draws = 2000
		held := 0
		for range draws {
			s, positive := make([]float32, 40), make([]bool, 40)
			for i := range s {
				s[i] = float32(r.NormFloat64())
				if positive[i] = i < 15; positive[i] {
					s[i] += float32(shift)
				}
			}
			low, high := AUROCInterval(AUROC(s, positive), 15, 25, 0.95)
			if low <= truth && truth <= high {
				held++
			}
		}
		if share := float64(held) / draws; share < 0.93 || share > 0.985 {
			t.Errorf("true AUROC %.3f: held in %.3f of the draws, want 0.95", truth, share)
		}
	}
}

func TestAUROCIntervalAtTheEnds(t *testing.T) {
	low, high := AUROCInterval(1, 10, 10, 0.95)
	if !(low > 0.7 && low < 0.95) || math.Abs(high-1) > 1e-9 {
		t.Errorf("at 1: %v to %v", low, high)
	}
	if l, h := AUROCInterval(0, 10, 10, 0.95); math.Abs(l) > 1e-9 || math.Abs(h-(1-low)) > 1e-9 {
		t.Errorf("at 0: %v to %v", l, h)
	}
	wide, _ := AUROCInterval(0.8, 5, 5, 0.95)
	narrow, _ := AUROCInterval(0.8, 50, 50, 0.95)
	if !(wide < narrow && narrow < 0.8) {
		t.Errorf("lower ends %v and %v", wide, narrow)
	}
	if l, _ := AUROCInterval(0.8, 0, 5, 0.95); !math.IsNaN(l) {
		t.Errorf("without positives %v", l)
	}
}

// AUPRO with the curve cut at the limit, by hand: one region of two points, four
// sound points. Found at rates 0 (one of two) and ¼ (both).
func TestAUPROIsCutAtTheLimit(t *testing.T) {
	scores, region := []float32{9, 8, 7, 6, 5, 4}, []int32{3, 0, 3, 0, 0, 0}
	// Overlap ½ up to rate ¼, then 1: a step there, for the two thresholds differ.
	for limit, want := range map[float64]float64{0.25: 0.5, 0.5: 0.75, 1: 0.875} {
		if got := AUPRO(scores, region, limit); math.Abs(got-want) > 1e-12 {
			t.Errorf("up to %v: %v, want %v", limit, got, want)
		}
	}
	// Regions weigh the same, however many points they have.
	scores, region = make([]float32, 110), make([]int32, 110)
	for i := range scores {
		switch {
		case i < 5:
			region[i], scores[i] = 1, 5 // small, found
		case i < 100:
			region[i], scores[i] = 2, 1 // large, found with the last of the sound ones
		default:
			scores[i] = 1
		}
	}
	// From (0, ½) a straight line to (1, 1): at 0.3 the overlap is 0.65.
	if got := AUPRO(scores, region, 0.3); math.Abs(got-0.575) > 1e-12 {
		t.Errorf("small and large region: %v, want 0.575", got)
	}
}
