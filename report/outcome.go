package report

// What the verdicts at the learnt threshold came to: AUROC alone hides that a threshold may
// pass defects.

import "fmt"

// Outcome counts the scans of a detector by truth and verdict.
type Outcome struct {
	Defective   int `json:"defective"` // in truth; Found + Missed + those that are unsure or failed
	Found       int `json:"found"`
	Missed      int `json:"missed"`
	Sound       int `json:"sound"` // in truth
	FalseAlarms int `json:"false_alarms"`
	Unsure      int `json:"unsure"` // of both
	Failed      int `json:"failed"`

	scored bool // the detector gives scores and no verdicts
}

// verdictColumns name what cells gives, and verdictNote says what it counts.
var verdictColumns = []string{"defective", "found", "missed", "sound", "false alarms", "unsure", "failed"}

const verdictNote = "Scans of all classes. Found and missed are of the defective scans, false alarms of the sound ones, unsure and failed of both."

// Verdicts counts the scans of all classes.
func (d *BenchmarkDetector) Verdicts() Outcome {
	o := Outcome{scored: !d.judged()}
	for _, c := range d.Classes {
		for _, scan := range c.Scans {
			if scan.Defective {
				o.Defective++
			} else {
				o.Sound++
			}
			switch verdict := scan.Verdict; {
			case verdict == "unsure":
				o.Unsure++
			case verdict == "defective" && scan.Defective:
				o.Found++
			case verdict == "defective":
				o.FalseAlarms++
			case verdict == "sound" && scan.Defective:
				o.Missed++
			case scan.Error != "":
				o.Failed++
			}
		}
	}
	return o
}

func (o Outcome) cells() []string {
	if o.scored { // scores and no verdicts
		return []string{fmt.Sprint(o.Defective), "–", "–", fmt.Sprint(o.Sound), "–", "–", fmt.Sprint(o.Failed)}
	}
	var out []string
	for _, n := range []int{o.Defective, o.Found, o.Missed, o.Sound, o.FalseAlarms, o.Unsure, o.Failed} {
		out = append(out, fmt.Sprint(n))
	}
	return out
}

// outcomeGrid is the counts of all detectors for the terminal.
func (b *Benchmark) outcomeGrid() *grid {
	g := newGrid(append([]string{"verdicts at the threshold"}, verdictColumns...)...)
	for i := range b.Detectors {
		g.add(append([]string{b.Detectors[i].Name}, b.Detectors[i].Verdicts().cells()...)...)
	}
	return g
}
