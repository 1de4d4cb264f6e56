package dataset

import "fmt"

// Conditions: what real scans have and clean ones have not.

// Noise models.
const (
	PlainNoise   = "plain"   // the same everywhere
	ScannerNoise = "scanner" // grows with the angle of sight and with the distance (docs/methods/scans.md has the formula)
)

// Conditions are those under which real scanners work. The zero value has none of
// them. Each draws from random streams of its own, so that none moves anything else,
// and what is not used leaves no trace in the manifest.
//
// Table, clamps, strays, missed returns and missing regions are in test scans, and in
// the scans to learn from only with ClutterTrain. Ragged and NoiseModel are the
// scanner's and hold for all scans. See docs/methods/scans.md.
type Conditions struct {
	MinTrainViews int     `json:"min_train_views,omitempty"` // scans to learn from are taken from so many viewpoints each at least; 0: from everywhere
	MaxTrainViews int     `json:"max_train_views,omitempty"` // and at most, 0 to 6
	Ragged        float64 `json:"ragged,omitempty"`          // how far the rims of views are eaten away in patches, 0 to 1
	NoiseModel    string  `json:"noise_model,omitempty"`     // "" (plain) or ScannerNoise
	Table         bool    `json:"table,omitempty"`           // the part rests on a plane that is scanned with it
	Clamps        int     `json:"clamps,omitempty"`          // blocks and pins that touch the part from the side, 0 to 8
	Strays        int     `json:"strays,omitempty"`          // points in the air, 0 to 10,000
	Missed        float64 `json:"missed,omitempty"`          // share of the records that are 0 0 0, 0 to 0.9
	MinMissing    float64 `json:"min_missing,omitempty"`     // share of the part's points that a connected region takes away, at least
	MaxMissing    float64 `json:"max_missing,omitempty"`     // and at most, 0 to 0.9
	ClutterTrain  bool    `json:"clutter_train,omitempty"`   // clutter is in scans to learn from, too
}

// mostTrainViews is how many viewpoints a scan to learn from may have.
const mostTrainViews = 6

// validConditions says what is wrong with the conditions of a recipe.
func (o Options) validConditions() error {
	c := o.Conditions
	switch {
	case c.MinTrainViews < 0 || c.MaxTrainViews < c.MinTrainViews || c.MaxTrainViews > mostTrainViews:
		return fmt.Errorf("train-views %d-%d: give a number or a range within 0-%d, lowest first; 0 is from everywhere", c.MinTrainViews, c.MaxTrainViews, mostTrainViews)
	case !(c.Ragged >= 0 && c.Ragged <= 1):
		return fmt.Errorf("ragged %g: between 0 (clean rims) and 1", c.Ragged)
	case c.Ragged > 0 && o.Views == 0 && c.MaxTrainViews == 0:
		return fmt.Errorf("ragged %g: only scans from viewpoints have rims; give views or train-views as well", c.Ragged)
	case c.NoiseModel != "" && c.NoiseModel != ScannerNoise:
		return fmt.Errorf("noise-model %q is not known; there are %s, %s", c.NoiseModel, PlainNoise, ScannerNoise)
	case c.NoiseModel != "" && o.Noise == 0:
		return fmt.Errorf("noise-model %s says how noise grows; give noise, which it grows from, as well", c.NoiseModel)
	case c.Clamps < 0 || c.Clamps > 8:
		return fmt.Errorf("clamps %d: between 0 and 8", c.Clamps)
	case c.Strays < 0 || c.Strays > 10_000:
		return fmt.Errorf("strays %d: a number of points between 0 and 10000", c.Strays)
	case !(c.Missed >= 0 && c.Missed <= 0.9):
		return fmt.Errorf("missed %g: a share of the records between 0 and 0.9", c.Missed)
	case !(c.MinMissing >= 0 && c.MaxMissing >= c.MinMissing && c.MaxMissing <= 0.9):
		return fmt.Errorf("missing %g-%g: a share of the points, or a range, between 0 and 0.9, lowest first", c.MinMissing, c.MaxMissing)
	case c.ClutterTrain && !c.Table && c.Clamps == 0 && c.Strays == 0 && c.Missed == 0 && c.MaxMissing == 0:
		return fmt.Errorf("clutter-train: there is no clutter; give table, clamps, strays, missed or missing as well")
	}
	return nil
}

// conditions are those of the job: scans to learn from have no clutter unless the
// recipe wants it.
func (m *maker) conditions() Conditions {
	c := m.opt.Conditions
	if m.job.part == "train" && !c.ClutterTrain {
		c.Table, c.Clamps, c.Strays, c.Missed, c.MinMissing, c.MaxMissing = false, 0, 0, 0, 0, 0
	}
	return c
}

// viewCount is from how many places the job's cloud is taken; 0: from everywhere.
func (m *maker) viewCount() int {
	if m.job.part != "train" {
		return m.opt.Views
	}
	lo, hi := m.opt.MinTrainViews, m.opt.MaxTrainViews
	return lo + m.stream("view count").Intn(hi-lo+1)
}
