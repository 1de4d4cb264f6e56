package report

// What a scan shows of the part, and what of it was not judged, for programs and in words.

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"blemish/detect"
)

// PredictSeen is what of the part a scan shows, and what of the scan is the part; see
// detect.Seen. Shares of points are of the measured ones.
type PredictSeen struct {
	NotSeen       Surface `json:"not_seen"`       // sound surface that the scan does not show
	Withheld      Share   `json:"withheld"`       // that of it which the scan could have shown, too large a piece to be called missing
	NoReference   Points  `json:"no_reference"`   // where the sound scans show no surface
	Clutter       Points  `json:"clutter"`        // of something that is not the part
	Strays        Points  `json:"strays"`         // far from all else
	MissedReturns Points  `json:"missed_returns"` // 0 0 0, which scanners write for nothing; Share is of all points
	Noise         Noise   `json:"noise"`
	Ignored       *Points `json:"ignored,omitempty"` // in zones where nothing counts
}

// Surface is an area in the scan's unit squared, and its share of the known surface.
type Surface struct {
	Area  Number `json:"area"`
	Share Number `json:"share"`
}

// Share is a share, 0…1.
type Share struct {
	Share Number `json:"share"`
}

// Points is a number of points, and their share.
type Points struct {
	Points int    `json:"points"`
	Share  Number `json:"share"`
}

// Noise is the standard deviation of points along the normal, in the scan's unit; null
// where it was not measured.
type Noise struct {
	Scan  Number `json:"scan"`
	Sound Number `json:"sound"` // of the sound scans

	// Detectable is about the smallest shift of a region that is found in such noise.
	Detectable Number `json:"detectable"`
}

// newSeen is nil where a result does not tell: a scan that could not be placed.
func newSeen(s *detect.Seen) *PredictSeen {
	if s.Set == nil {
		return nil
	}
	measured := s.Comparable + s.NoReference + s.Clutter + s.Strays + s.Ignored
	points := func(n, of int) Points { return Points{n, Number(float64(n) / float64(max(1, of)))} }
	length := func(v float64) Number {
		if v == 0 {
			return None()
		}
		return Number(v)
	}
	out := &PredictSeen{
		NotSeen: Surface{Number(s.NotSeenArea), Number(s.NotSeenShare)}, Withheld: Share{Number(s.Withheld)},
		NoReference: points(s.NoReference, measured), Clutter: points(s.Clutter, measured), Strays: points(s.Strays, measured),
		MissedReturns: points(s.Missed, len(s.Set)), Noise: Noise{length(s.Noise), length(s.SoundNoise), length(s.Detectable)},
	}
	if s.Ignored > 0 {
		p := points(s.Ignored, measured)
		out.Ignored = &p
	}
	return out
}

const (
	// leastTold is the smallest share that is worth a word: what rounds to 1 %.
	leastTold = 0.005
	// noisy is how many times the noise of the sound scans is worth a word.
	noisy = 1.5
)

// words tells a person what was not judged, as one line; "" where there is nothing to tell.
func (s *PredictSeen) words(unit string) string {
	if s == nil {
		return ""
	}
	var told []string
	say := func(format string, a ...any) { told = append(told, fmt.Sprintf(format, a...)) }
	if s.NotSeen.Share >= leastTold {
		say("not seen: %s of the part (%s)", percent(s.NotSeen.Share), area(s.NotSeen.Area, unit))
		if s.Withheld.Share >= leastTold {
			told[0] += fmt.Sprintf(", of which %s was in view: see whether it is there", percent(s.Withheld.Share))
		}
	}
	if s.Clutter.Share >= leastTold {
		say("%s of the scan is not the part (table or fixture)", percent(s.Clutter.Share))
	} else if s.Clutter.Points > 0 {
		say("%s that %s not the part left out", counted(s.Clutter.Points, "point"), isAre(s.Clutter.Points))
	}
	if s.NoReference.Share >= leastTold {
		say("%s of the scan lies where the sound scans show nothing", percent(s.NoReference.Share))
	}
	if s.Strays.Points > 0 {
		say("%s left out", counted(s.Strays.Points, "stray point"))
	}
	if s.MissedReturns.Points > 0 {
		say("%s (0 0 0) left out", counted(s.MissedReturns.Points, "missed return"))
	}
	if r := s.Noise.Scan / s.Noise.Sound; r.Known() && r >= noisy {
		say("%s times as noisy as the sound scans%s", r.fixed(1), s.Noise.finest(unit))
	}
	return strings.Join(told, "; ")
}

// finest says what noise hides; "" where that is not known.
func (n Noise) finest(unit string) string {
	if !n.Detectable.Known() {
		return ""
	}
	return ": shifts under " + withUnit(n.Detectable.short(), unit, "") + " would not be found"
}

// Told is what a person should know of a scan beside verdict and score, as one line: why
// it is unsure, what failed, what was not judged; "" where there is nothing to tell.
func (s *PredictScan) Told(unit string) string {
	var told []string
	for _, t := range []string{s.Error, s.Reason, s.zoneWords(), s.PredictSeen.words(unit), s.faint(unit)} {
		if t != "" {
			told = append(told, t)
		}
	}
	return strings.Join(told, "; ")
}

// faint tells of regions of a scan that is not over its threshold.
func (s *PredictScan) faint(unit string) string {
	n, most := 0, Number(0)
	kind := ""
	for _, r := range s.Regions {
		if r.BelowThreshold {
			if n++; r.Area > most {
				most, kind = r.Area, r.Kind
			}
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("1 spot below the threshold (%s, %s)", kind, area(most, unit))
	}
	return fmt.Sprintf("%d spots below the threshold (the largest: %s, %s)", n, kind, area(most, unit))
}

// counting is the number of regions that count: those of a scan that is over its threshold.
func (s *PredictScan) counting() int {
	n := 0
	for _, r := range s.Regions {
		if !r.BelowThreshold {
			n++
		}
	}
	return n
}

// percent is a share in whole per cent; small ones are not called none.
func percent(n Number) string {
	if n > 0 && n < leastTold {
		return "less than 1 %"
	}
	return (100 * n).fixed(0) + " %"
}

// area is an area with its unit, large ones as people write them: 4,700 mm².
func area(n Number, unit string) string {
	if unit == "" {
		return "area " + n.plain()
	}
	return withUnit(n.plain(), unit, "²")
}

// withUnit puts the unit, raised to a power, behind a value.
func withUnit(value, unit, power string) string {
	if unit == "" || value == "–" {
		return value
	}
	return value + " " + unit + power
}

// plain is short, with marks between the thousands and large values rounded to three digits.
func (n Number) plain() string {
	a := math.Abs(float64(n))
	if !n.Known() || a < 1000 || a >= 1e6 {
		return n.short()
	}
	step := math.Pow(10, math.Floor(math.Log10(a))-2)
	return thousands(int(math.Round(float64(n)/step) * step))
}

// thousands is 12,345.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// counted is count with marks between the thousands.
func counted(n int, one string) string {
	text := count(n, one)
	_, words, _ := strings.Cut(text, " ")
	return thousands(n) + " " + words
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
