package capability

import (
	"math"

	"blemish/defect/inscan"
	"blemish/internal/stat"
	"blemish/metric/pod"
)

// What comes of the trials.

// Report is the result of a study.
type Report struct {
	Design  Design      `json:"design"`
	Spacing float64     `json:"spacing"` // median of the scans
	Noise   float64     `json:"noise"`   // of the scanner: standard deviation of points along the normal of their own surface; median of the scans
	Sound   []SoundScan `json:"sound"`
	Alarms  Alarms      `json:"false_alarms"`
	Curves  []Curve     `json:"curves"` // by kind and depth
	Places  []Place     `json:"places"`
	Maps    []Map       `json:"maps"` // by kind
	// NoPlace is the share of the surface that the scans show where no place could be tried, NotShown that of the
	// surface which the model knows that no scan shows.
	NoPlace  float64 `json:"no_place"`
	NotShown float64 `json:"not_shown"`
	// Thresholds is what another threshold than each model's own would make of the same trials.
	Thresholds []AtThreshold `json:"thresholds"`
	// WhatIf is what other scans would make of the same defects; none unless Study.WhatIf was called.
	WhatIf []Altered `json:"what_if,omitempty"`

	Trials  []Trial  `json:"-"`
	surface *surface // for the map's points
	ready   []*ready // that defects were carved into
}

// Alarms are the false alarms on the sound scans, with the exact interval of their rate
// (Clopper and Pearson) of level 0.95. Scans that are unsure are in neither count.
type Alarms struct {
	Scans  int     `json:"scans"`
	False  int     `json:"false"`
	Unsure int     `json:"unsure"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

func newAlarms(sound []SoundScan) Alarms {
	var a Alarms
	for _, s := range sound {
		switch s.Verdict {
		case "unsure":
			a.Unsure++
			continue
		case "defective":
			a.False++
		}
		a.Scans++
	}
	a.interval()
	return a
}

func (a *Alarms) interval() { a.Low, a.High = pod.ClopperPearson(a.False, a.Scans, 0.95) }

// Curve is the probability of detection of one kind at one depth, as a function of size.
type Curve struct {
	Kind    inscan.Kind `json:"kind"`
	Depth   float64     `json:"depth"` // 0 for a hole
	Trials  int         `json:"trials"`
	Hits    int         `json:"hits"`
	NoRoom  int         `json:"no_room"`
	Alarmed int         `json:"alarmed"`
	Unsure  int         `json:"unsure"`   // of the misses: called unsure
	NotSeen int         `json:"not_seen"` // of the misses: holes that are TakenForNotSeen
	Fit     *Fit        `json:"fit,omitempty"`
	Refusal string      `json:"no_fit,omitempty"` // why the trials allow no fit
}

// Fit is the curve that was fitted.
type Fit struct {
	A50       float64 `json:"a50"`
	A90       float64 `json:"a90"`
	A9095     float64 `json:"a90_95"`
	Intercept float64 `json:"intercept"`
	Slope     float64 `json:"slope"` // of the logarithm of size
	Least     float64 `json:"least_tried"`
	Most      float64 `json:"most_tried"`
	// Beyond tells that a90/95 lies beyond the sizes that were tried: it is a guess then, and
	// is not to be relied on.
	Beyond bool `json:"beyond_tried,omitempty"`
	// Few tells that there are fewer trials than the standard asks for, FewTrials.
	Few bool `json:"few,omitempty"`
}

// POD is the probability that a defect of that size is found, 0…1.
func (f *Fit) POD(size float64) float64 {
	return 1 / (1 + math.Exp(-f.Intercept-f.Slope*math.Log(size)))
}

// FewTrials is how many trials MIL-HDBK-1823A asks for where the outcome is hit or miss.
const FewTrials = 60

func newReport(d Design, sound []SoundScan, scans []*ready, sf *surface, trials []Trial) *Report {
	r := &Report{Design: d, Sound: sound, Places: sf.places, Trials: trials, surface: sf, ready: scans}
	var spacing, noise []float64
	for _, s := range scans {
		spacing, noise = append(spacing, s.spacing), append(noise, s.noise)
	}
	r.Spacing, r.Noise = stat.Median(spacing), stat.Median(noise)
	r.Alarms = newAlarms(sound)
	r.NoPlace = sf.share(func(place int) bool { return !sf.places[place].Measured })
	r.NotShown = notShown(scans)
	r.Curves = curves(trials, own)
	for _, k := range d.Kinds {
		r.Maps = append(r.Maps, newMap(k, sf, trials))
	}
	r.Thresholds = atThresholds(sound, trials)
	return r
}

// curves are those of each kind and depth, which lie together.
func curves(trials []Trial, outcome func(t *Trial) string) []Curve {
	var all []Curve
	for at := 0; at < len(trials); {
		end := at
		for end < len(trials) && trials[end].Kind == trials[at].Kind && trials[end].Depth == trials[at].Depth {
			end++
		}
		all = append(all, newCurve(trials[at:end], outcome))
		at = end
	}
	return all
}

// own is the outcome at the threshold of the model that judged.
func own(t *Trial) string { return t.Outcome }

// newCurve fits the trials of one kind and depth, with the outcome that is asked for.
func newCurve(trials []Trial, outcome func(t *Trial) string) Curve {
	c := Curve{Kind: trials[0].Kind, Depth: trials[0].Depth}
	var counted []pod.Trial
	for i := range trials {
		t := &trials[i]
		switch outcome(t) {
		case NoRoom:
			c.NoRoom++
		case Alarmed:
			c.Alarmed++
		case Hit:
			c.Hits++
			counted = append(counted, pod.Trial{Size: t.Size, Hit: true})
		case Miss:
			if t.Verdict == "unsure" {
				c.Unsure++
			}
			if t.Why == TakenForNotSeen {
				c.NotSeen++
			}
			counted = append(counted, pod.Trial{Size: t.Size})
		}
	}
	c.Trials = len(counted)
	f, err := pod.FitLogit(counted)
	if err != nil {
		c.Refusal = err.Error()
		return c
	}
	c.Fit = &Fit{
		A50: f.A50, A90: f.A90, A9095: f.A9095, Intercept: f.Intercept, Slope: f.Slope, Least: f.Least, Most: f.Most,
		Beyond: f.A9095 > f.Most || f.A9095 < f.Least, Few: c.Trials < FewTrials,
	}
	return c
}
