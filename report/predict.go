package report

// The document of `predict`: scans judged by one model.

import (
	"encoding/json"
	"errors"

	"blemish/detect"
	"blemish/geom"
)

// Predict is results.json of `predict`. Lengths are in the scan's own unit,
// places in the coordinates of its file.
type Predict struct {
	Blemish   string        `json:"blemish"` // version that wrote it
	Model     Model         `json:"model"`
	Threshold Number        `json:"threshold"` // scores above it are defective
	Counts    Counts        `json:"counts"`    // of Scans; Write fills it in
	Scans     []PredictScan `json:"scans"`
}

// Counts is how many scans had each verdict, and how many had none because they could
// not be read or judged.
type Counts struct {
	Sound     int `json:"sound"`
	Defective int `json:"defective"`
	Unsure    int `json:"unsure"`
	Failed    int `json:"failed"`
}

// Model says which model judged.
type Model struct {
	File     string          `json:"file"`              // name, no folder
	SHA256   string          `json:"sha256,omitempty"`  // of the file, in hex
	Blemish  string          `json:"blemish,omitempty"` // version that trained it
	Detector string          `json:"detector"`
	Class    string          `json:"class,omitempty"`
	Seed     uint64          `json:"seed"`
	Config   json.RawMessage `json:"config,omitempty"`   // effective configuration; see ConfigJSON
	Training []TrainingFile  `json:"training,omitempty"` // sound scans it learnt from
	CAD      *TrainingFile   `json:"cad,omitempty"`      // mesh that it holds scans against
	Decision string          `json:"decision,omitempty"` // what verdicts rest on where it was not learnt
}

// TrainingFile is one sound scan that a model learnt from.
type TrainingFile struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// PredictScan is what the model says of one scan.
type PredictScan struct {
	File    string          `json:"file"`
	Verdict string          `json:"verdict"` // sound, defective, unsure; empty where scoring failed
	Score   Number          `json:"score"`
	Pose    [16]Number      `json:"pose"` // row-major 4×4, reference ← scan; null where none was found
	Fit     PredictFit      `json:"fit"`
	Regions []PredictRegion `json:"regions"`
	Points  int             `json:"points"`
	Seconds Number          `json:"seconds"`
	Reason  string          `json:"reason,omitempty"` // why unsure
	Note    string          `json:"note,omitempty"`   // what the score is measured by where that was not learnt
	SHA256  string          `json:"sha256,omitempty"` // of the scan's file, in hex
	Error   string          `json:"error,omitempty"`  // why there is no verdict
}

// PredictFit says how far the pose can be trusted; see detect.FitQuality.
type PredictFit struct {
	Residual  Number `json:"residual"`
	Expected  Number `json:"expected"` // residual between held-out sound scans
	Overlap   Number `json:"overlap"`  // share of the scan that lies on the reference
	Covered   Number `json:"covered"`  // share of the reference that the scan shows
	Ambiguous bool   `json:"ambiguous"`
	Symmetry  string `json:"symmetry,omitempty"`
}

// PredictRegion is one connected defect; see detect.Region.
type PredictRegion struct {
	Kind   string       `json:"kind"`
	Points int          `json:"points"`
	Area   Number       `json:"area"`
	Box    [2][3]Number `json:"box"` // lowest and highest corner
	Center [3]Number    `json:"center"`
	Peak   Number       `json:"peak"`
	Mean   Number       `json:"mean"`
	Depth  Number       `json:"depth"` // largest distance to the sound surface; 0 where unknown
}

// NewPredictScan is the document's entry for one result. Boxes and centres are
// moved by the cloud's Origin into the coordinates of the file; the pose maps
// those to the model's reference frame.
func NewPredictScan(file string, scan *geom.Cloud, r *detect.Result, seconds float64) PredictScan {
	out := PredictScan{
		File: file, Verdict: r.Verdict.String(), Score: Number(r.Object), Reason: r.Reason, Note: r.Note,
		Points: scan.Len(), Seconds: Number(seconds),
		Fit: fitOf(r.Fit),
	}
	for i, v := range r.Pose.Absolute(scan.Origin, [3]float64{}).Matrix() {
		out.Pose[i] = Number(v)
		if r.Pose.R == (geom.Mat3{}) { // no pose was found
			out.Pose[i] = None()
		}
	}
	for _, region := range r.Regions {
		out.Regions = append(out.Regions, newPredictRegion(region, scan.Origin))
	}
	return out
}

func fitOf(f detect.FitQuality) PredictFit {
	return PredictFit{
		Residual: Number(f.Residual), Expected: Number(f.Expected), Overlap: Number(f.Overlap), Covered: Number(f.Covered),
		Ambiguous: f.Ambiguous, Symmetry: f.Symmetry,
	}
}

func newPredictRegion(r detect.Region, origin [3]float64) PredictRegion {
	at := func(v geom.Vec) [3]Number {
		return [3]Number{Number(v.X + origin[0]), Number(v.Y + origin[1]), Number(v.Z + origin[2])}
	}
	return PredictRegion{
		Kind: r.Kind, Points: r.Points, Area: Number(r.Area),
		Box: [2][3]Number{at(r.Box.Min), at(r.Box.Max)}, Center: at(r.Center),
		Peak: Number(r.Peak), Mean: Number(r.Mean), Depth: Number(r.Depth),
	}
}

// FailedPredictScan is the entry of a scan that could not be judged.
func FailedPredictScan(file string, err error) PredictScan {
	s := PredictScan{File: file, Score: None(), Seconds: None(), Error: err.Error()}
	s.Fit = PredictFit{Residual: None(), Expected: None(), Overlap: None(), Covered: None()}
	for i := range s.Pose {
		s.Pose[i] = None()
	}
	return s
}

// MarshalJSON writes an empty list of regions as such, never as null.
func (s PredictScan) MarshalJSON() ([]byte, error) {
	if s.Regions == nil {
		s.Regions = []PredictRegion{}
	}
	type plain PredictScan
	return json.Marshal(plain(s))
}

// Count counts the scans by verdict.
func (p *Predict) Count() Counts {
	var c Counts
	for _, s := range p.Scans {
		switch s.Verdict {
		case detect.Sound.String():
			c.Sound++
		case detect.Defective.String():
			c.Defective++
		case detect.Unsure.String():
			c.Unsure++
		default:
			c.Failed++
		}
	}
	return c
}

// check tells a document of another kind from this one.
func (p *Predict) check() error {
	if p.Scans == nil {
		return errors.New(`no "scans": not a results.json of predict`)
	}
	return nil
}
