package capability

import "blemish/detect"

// What another threshold would find, and at what price: the trials have been judged, so that only
// the verdicts change.

// AtThreshold is what models would find and raise in vain if all had one threshold.
type AtThreshold struct {
	Threshold float64 `json:"threshold"`
	Alarms    Alarms  `json:"false_alarms"` // on the sound scans
	// Expected is the share of sound scans that would be called defective, by the law by which
	// thresholds are learnt (detect.Calibrate), from the scores of these sound scans; null where nothing is scored.
	Expected *float64 `json:"expected_false_alarms"`
	Curves   []Curve  `json:"curves"` // as in the report
}

// thresholds are those that are looked at. Below 1 there are no regions, so that nothing is found.
var thresholds = []float64{1, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3, 4, 6}

func atThresholds(sound []SoundScan, trials []Trial) []AtThreshold {
	var scores []float32
	unsure := 0
	for _, s := range sound {
		if s.Verdict == detect.Unsure.String() {
			unsure++
			continue
		}
		scores = append(scores, s.Score)
	}
	c := detect.Calibrate(scores, scores)
	var all []AtThreshold
	for _, level := range thresholds {
		at := AtThreshold{Threshold: level, Alarms: Alarms{Scans: len(scores), Unsure: unsure}}
		for _, score := range scores {
			if float64(score) > level {
				at.Alarms.False++
			}
		}
		at.Alarms.interval()
		if len(scores) > 0 {
			share := c.Alarms(level / c.Object)
			at.Expected = &share
		}
		at.Curves = curves(trials, func(t *Trial) string { return t.at(float32(level)) })
		all = append(all, at)
	}
	return all
}
