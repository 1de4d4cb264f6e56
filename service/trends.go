package service

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"time"

	"blemish/history"
	"blemish/report"
)

// Trends of a part: how the scores, and the regions at each place, go on from scan to scan,
// and when that is more than sound scans differ by.

// chart is an individuals chart (Shewhart; Montgomery, Introduction to Statistical Quality
// Control, section 6.4): the limits are mean ± 3 · MR / 1.128, where MR is the mean distance
// from one sound scan to the next and 1.128 that of two normal values in standard deviations.
type chart struct {
	N      int           `json:"n"`      // sound scans that the limits rest on
	Center report.Number `json:"center"` // their mean; null where there are fewer than two
	Lower  report.Number `json:"lower"`  // never below 0: nothing here can be
	Upper  report.Number `json:"upper"`
	Out    []string      `json:"out"` // scans beyond the limits
}

// movingRangeFactor is d2 for ranges of two.
const movingRangeFactor = 1.128

// value is one scan on a chart.
type value struct {
	id    string
	at    report.Number
	sound bool // the limits rest on it
}

// newChart makes the chart of values in the order of time; those that are not known are
// passed over.
func newChart(values []value) chart {
	c := chart{Center: report.None(), Lower: report.None(), Upper: report.None(), Out: []string{}}
	var sum, ranges, last float64
	for _, v := range values {
		if !v.sound || !v.at.Known() {
			continue
		}
		if c.N > 0 {
			ranges += math.Abs(float64(v.at) - last)
		}
		last = float64(v.at)
		sum += last
		c.N++
	}
	if c.N < 2 {
		return c
	}
	mean, reach := sum/float64(c.N), 3*ranges/float64(c.N-1)/movingRangeFactor
	c.Center, c.Lower, c.Upper = report.Number(mean), report.Number(math.Max(0, mean-reach)), report.Number(mean+reach)
	for _, v := range values {
		if v.at.Known() && (v.at > c.Upper || v.at < c.Lower) {
			c.Out = append(c.Out, v.id)
		}
	}
	return c
}

// isSound says whether limits may rest on an entry: what an operator says comes first.
func isSound(e *history.Entry) bool {
	if e.Label != nil {
		return e.Label.Value == history.ReallySound
	}
	return e.Verdict == history.ReallySound
}

// trendPoint is a scan in a trend.
type trendPoint struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Serial    string        `json:"serial,omitempty"`
	Received  time.Time     `json:"received"`
	Verdict   string        `json:"verdict"`
	Label     string        `json:"label,omitempty"`
	Score     report.Number `json:"score"`
	Threshold report.Number `json:"threshold"`
	Area      report.Number `json:"area"`  // of all defects
	Depth     report.Number `json:"depth"` // of the deepest defect; null where none has one
}

// placeTrend is the area and depth at one place of the part from scan to scan.
type placeTrend struct {
	spot
	Series     []placePoint `json:"series"`
	AreaChart  chart        `json:"area_chart"`
	DepthChart chart        `json:"depth_chart"`
}

type placePoint struct {
	ID    string        `json:"id"`
	Area  report.Number `json:"area"`
	Depth report.Number `json:"depth"`
}

// mostTrend is how many scans a trend shows at most.
const mostTrend = history.MostPage

// trendsRoute answers with the trends of a part under one model: scores of two models are
// in units of their own.
func (s *Service) trendsRoute(w http.ResponseWriter, r *http.Request) error {
	part, entries, model, err := s.entriesOf(r)
	if err != nil {
		return err
	}
	points, values := []trendPoint{}, []value{}
	for i := range entries {
		e := &entries[i]
		p := trendPoint{ID: e.ID, Name: e.Name, Serial: e.Serial, Received: e.Received, Verdict: e.Verdict, Score: e.Score, Threshold: e.Threshold, Depth: report.None()}
		if e.Label != nil {
			p.Label = e.Label.Value
		}
		for _, region := range e.Regions {
			if !region.Below {
				p.Area += region.Area
				p.Depth = deeper(p.Depth, region.Depth)
			}
		}
		points = append(points, p)
		values = append(values, value{e.ID, e.Score, isSound(e)})
	}
	table, err := s.store.Confusion(r.Context(), history.Filter{Part: part, Model: model.ID})
	if err != nil {
		return storeProblem(err)
	}
	c := newConfusion(table)
	return answer(w, 200, struct {
		Part        string         `json:"part"`
		Model       *history.Model `json:"model"`
		Points      []trendPoint   `json:"points"` // the oldest first
		Score       chart          `json:"score"`
		Places      []placeTrend   `json:"places"`
		Confusion   confusion      `json:"confusion"`
		FalseAlarms budget         `json:"false_alarms"`
	}{part, model, points, newChart(values), trendPlaces(entries), c, newBudget(table)})
}

// entriesOf are the judged entries of a part and model, the oldest first.
func (s *Service) entriesOf(r *http.Request) (part string, entries []history.Entry, model *history.Model, err error) {
	if part, err = partOf(r); err != nil {
		return
	}
	q, err := queryOf(r, "model", "limit")
	if err != nil {
		return
	}
	limit, err := limitOf(q, 200, mostTrend)
	if err != nil {
		return
	}
	m, err := s.store.Model(r.Context(), part, q.Get("model"))
	if errors.Is(err, history.ErrNotFound) {
		return part, nil, nil, refused(404, "the part %q has no such model", part)
	}
	if err != nil {
		return part, nil, nil, storeProblem(err)
	}
	entries, _, err = s.store.List(r.Context(), history.Filter{Part: part, Model: m.ID}, history.Page{Limit: limit})
	if err != nil {
		return part, nil, nil, storeProblem(err)
	}
	entries = slices.DeleteFunc(entries, func(e history.Entry) bool { return e.Verdict == history.Failed })
	slices.Reverse(entries)
	return part, entries, &m, nil
}

func deeper(a, b report.Number) report.Number {
	if !a.Known() || b.Known() && b > a {
		return b
	}
	return a
}

// trendPlaces charts each place with a defect.
func trendPlaces(entries []history.Entry) []placeTrend {
	out := []placeTrend{}
	for _, p := range findSpots(entries) {
		if p.Defects == 0 {
			continue
		}
		t := placeTrend{spot: p.spot, Series: []placePoint{}}
		var areas, depths []value
		for i := range entries {
			e := &entries[i]
			point := placePoint{ID: e.ID, Depth: report.None()}
			for _, region := range p.members[i] {
				point.Area += region.Area
				point.Depth = deeper(point.Depth, region.Depth)
			}
			t.Series = append(t.Series, point)
			areas, depths = append(areas, value{e.ID, point.Area, isSound(e)}), append(depths, value{e.ID, point.Depth, isSound(e)})
		}
		t.AreaChart, t.DepthChart = newChart(areas), newChart(depths)
		out = append(out, t)
	}
	return out
}

// budget holds the false alarms against what the calibration promises.
type budget struct {
	Promised    float64       `json:"promised"` // share of sound scans that may be called defective
	Sound       int           `json:"sound"`    // scans that operators call really sound
	Alarms      int           `json:"alarms"`   // of them, called defective
	Share       report.Number `json:"share"`    // null without labels
	Chance      report.Number `json:"chance"`   // that so many or more come about within the promise; null without labels
	WithinReach bool          `json:"within"`   // the chance is not below 1 in 20
}

// promisedAlarms is the share that detect.Calibrate aims at.
const promisedAlarms = 0.005

func newBudget(table map[string]map[string]int) budget {
	b := budget{Promised: promisedAlarms, Share: report.None(), Chance: report.None(), WithinReach: true}
	for verdict, labels := range table {
		b.Sound += labels[history.ReallySound]
		if verdict == history.ReallyDefective {
			b.Alarms += labels[history.ReallySound]
		}
	}
	if b.Sound > 0 {
		chance := atLeast(b.Alarms, b.Sound, promisedAlarms)
		b.Share, b.Chance, b.WithinReach = report.Number(float64(b.Alarms)/float64(b.Sound)), report.Number(chance), chance >= 0.05
	}
	return b
}

// atLeast is the chance of k or more hits in n tries of chance p.
func atLeast(k, n int, p float64) float64 {
	below, term := 0.0, math.Pow(1-p, float64(n)) // of exactly i
	for i := range k {
		below += term
		term *= float64(n-i) / float64(i+1) * p / (1 - p)
	}
	return math.Max(0, 1-below)
}
