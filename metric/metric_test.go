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
