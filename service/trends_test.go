package service

import (
	"fmt"
	"math"
	"testing"
	"time"

	"blemish/history"
	"blemish/report"
)

func near(a report.Number, b float64) bool { return math.Abs(float64(a)-b) < 1e-9 }

// The limits, worked out by hand: the mean of 10, 12, 11, 13 is 11.5, their moving ranges
// 2, 1, 2 have the mean 5/3, and 3 · 5/3 / 1.128 = 4.432624…
func TestControlLimits(t *testing.T) {
	values := []value{{"a", 10, true}, {"b", 12, true}, {"x", 40, false}, {"c", 11, true}, {"u", report.None(), true}, {"d", 13, true}, {"y", 7, false}}
	c := newChart(values)
	reach := 3 * (5.0 / 3) / 1.128
	if c.N != 4 || !near(c.Center, 11.5) || !near(c.Upper, 11.5+reach) || !near(c.Lower, 11.5-reach) {
		t.Errorf("%+v", c)
	}
	if fmt.Sprint(c.Out) != "[x y]" {
		t.Errorf("beyond the limits: %v", c.Out)
	}
	if c := newChart([]value{{"a", 0.1, true}, {"b", 0.9, true}}); c.Lower != 0 {
		t.Errorf("a lower limit of %v", c.Lower)
	}
	for n := range 2 {
		if c := newChart(values[:n]); c.Upper.Known() || len(c.Out) != 0 {
			t.Errorf("limits of %d scans: %+v", n, c)
		}
	}
}

// What an operator says decides which scans the limits rest on.
func TestSoundEntries(t *testing.T) {
	say := func(v string) *history.Label { return &history.Label{Value: v} }
	for _, c := range []struct {
		e    history.Entry
		want bool
	}{
		{history.Entry{Verdict: "sound"}, true},
		{history.Entry{Verdict: "unsure"}, false},
		{history.Entry{Verdict: "sound", Label: say("defective")}, false},
		{history.Entry{Verdict: "defective", Label: say("sound")}, true},
	} {
		if got := isSound(&c.e); got != c.want {
			t.Errorf("%s, %+v: %v", c.e.Verdict, c.e.Label, got)
		}
	}
}

// Against counting every outcome of a few tries.
func TestChanceOfFalseAlarms(t *testing.T) {
	const n, p = 6, 0.3
	for k := 0; k <= n; k++ {
		want := 0.0
		for outcome := range 1 << n {
			hits, chance := 0, 1.0
			for i := range n {
				if outcome>>i&1 == 1 {
					hits++
					chance *= p
				} else {
					chance *= 1 - p
				}
			}
			if hits >= k {
				want += chance
			}
		}
		if got := atLeast(k, n, p); math.Abs(got-want) > 1e-12 {
			t.Errorf("%d of %d: %v, want %v", k, n, got, want)
		}
	}
	b := newBudget(map[string]map[string]int{"sound": {"sound": 98, "defective": 3}, "defective": {"sound": 2, "defective": 40}, "unsure": {"sound": 1}})
	if b.Sound != 101 || b.Alarms != 2 || b.WithinReach != (float64(b.Chance) >= 0.05) || math.Abs(float64(b.Chance)-0.0928) > 0.002 {
		t.Errorf("%+v", b)
	}
	if b := newBudget(nil); !b.WithinReach || b.Share.Known() {
		t.Errorf("without labels: %+v", b)
	}
}

func TestConfusion(t *testing.T) {
	c := newConfusion(map[string]map[string]int{"sound": {"sound": 5, "defective": 2}, "defective": {"sound": 3, "defective": 7}, "unsure": {"sound": 1, "defective": 1}})
	if c.Labelled != 19 || c.Right != 12 || c.FalseAlarm != 3 || c.Missed != 2 || c.Unsure != 2 {
		t.Errorf("%+v", c)
	}
}

// Regions that lie over each other on the part are one place, at any scale; what is below a
// threshold is no defect, and counts for the limits of its place.
func TestPlaces(t *testing.T) {
	region := func(x, area, depth float64, below bool) history.Region {
		return history.Region{Kind: "excess", Center: [3]report.Number{report.Number(x), 0, 0}, Area: report.Number(area), Depth: report.Number(depth), Below: below}
	}
	for _, scale := range []float64{1e-6, 1, 1e6} {
		at := func(x, area, depth float64, below bool) history.Region {
			return region(x*scale, area*scale*scale, depth*scale, below)
		}
		disk := math.Pi // an area whose disk has the radius 1
		entries := []history.Entry{
			{ID: "0", Verdict: "defective", Regions: []history.Region{at(0, disk, 0.5, false), at(10, 4*disk, 2, false)}},
			{ID: "1", Verdict: "defective", Regions: []history.Region{at(1.5, disk, 0.7, false), at(0.9, disk/100, 0.1, false)}},
			{ID: "2", Verdict: "sound", Regions: []history.Region{at(0.3, disk/50, 0.2, true), at(50, disk, 0.2, true)}},
			{ID: "3", Verdict: "sound"},
		}
		spots := findSpots(entries)
		if len(spots) != 3 {
			t.Fatalf("scale %g: %d places", scale, len(spots))
		}
		first, second := spots[0], spots[1]
		if first.Defects != 3 || first.Scans != 2 || math.Abs(float64(first.Area)/(disk*2.01*scale*scale)-1) > 1e-9 || math.Abs(float64(first.Depth)/(0.7*scale)-1) > 1e-9 || first.Kinds["excess"] != 3 {
			t.Errorf("scale %g: %+v", scale, first.spot)
		}
		if second.Defects != 1 || float64(second.Center[0]) != 10*scale {
			t.Errorf("scale %g: %+v", scale, second.spot)
		}
		trends := trendPlaces(entries)
		if len(trends) != 2 || len(trends[0].Series) != 4 || trends[0].AreaChart.N != 2 || math.Abs(float64(trends[0].AreaChart.Center)/(disk/100*scale*scale)-1) > 1e-9 {
			t.Fatalf("scale %g: %+v", scale, trends)
		}
		if fmt.Sprint(trends[0].AreaChart.Out) != "[0 1]" {
			t.Errorf("scale %g: beyond the limits %v", scale, trends[0].AreaChart.Out)
		}
	}
	none := report.None()
	if got := findSpots([]history.Entry{{Regions: []history.Region{{Center: [3]report.Number{none, none, none}, Area: 1}}}}); len(got) != 0 {
		t.Errorf("a region without a place has one: %+v", got)
	}
}

// Trends over the whole way, with labels.
func TestTrendsOfAPart(t *testing.T) {
	clock := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	s := start(t, Options{Open: true, Now: func() time.Time { clock = clock.Add(time.Minute); return clock }}, false)
	s.addModel()
	var last history.Entry
	for i := range 4 {
		last = s.judge(fmt.Sprint("t", i), false, "")
	}
	bad := s.judge("tb", true, "")
	s.want(200, "PUT", "/api/v1/scans/"+last.ID+"/label", []byte(`{"value": "defective", "by": "Eve"}`), nil)
	s.want(200, "PUT", "/api/v1/scans/"+bad.ID+"/label", []byte(`{"value": "sound", "by": "Eve"}`), nil)
	var doc struct {
		Points      []trendPoint
		Score       chart
		Places      []placeTrend
		Confusion   confusion
		FalseAlarms budget `json:"false_alarms"`
	}
	s.want(200, "GET", "/api/v1/parts/ball/trends", nil, &doc)
	if len(doc.Points) != 5 || doc.Points[4].ID != bad.ID || doc.Points[4].Label != "sound" || !doc.Points[4].Depth.Known() || doc.Score.N != 4 || len(doc.Places) == 0 {
		t.Errorf("%+v", doc)
	}
	if doc.FalseAlarms.Alarms != 1 || doc.FalseAlarms.Sound != 1 || doc.FalseAlarms.WithinReach {
		t.Errorf("%+v", doc.FalseAlarms)
	}
	// A label changes no verdict, and no model.
	var e history.Entry
	s.want(200, "GET", "/api/v1/scans/"+bad.ID, nil, &e)
	if e.Verdict != "defective" || e.Label.Value != "sound" || e.Label.By != "Eve" {
		t.Errorf("%+v", e)
	}
	var models struct{ Models []history.Model }
	if s.want(200, "GET", "/api/v1/parts/ball/models", nil, &models); len(models.Models) != 1 {
		t.Errorf("%+v", models)
	}
	var defects struct {
		Places    []spot
		Surface   [][3]float32
		Defective int
	}
	s.want(200, "GET", "/api/v1/parts/ball/defects", nil, &defects)
	if defects.Defective != 1 || len(defects.Places) == 0 || len(defects.Surface) < 500 {
		t.Errorf("%d defective, %d places, %d points", defects.Defective, len(defects.Places), len(defects.Surface))
	}
	// The defect lies on the surface that is drawn.
	least := math.Inf(1)
	for _, p := range defects.Surface {
		least = math.Min(least, apart(defects.Places[0].Center, [3]report.Number{report.Number(p[0]), report.Number(p[1]), report.Number(p[2])}))
	}
	if least > 10 { // of a part of 100
		t.Errorf("the defect is %v away from the part", least)
	}
}
