package report

// The document of `predict`: scans judged by one model.

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/geom"
	"blemish/inspection"
	"blemish/internal/version"
)

// Predict is results.json of `predict`. Lengths are in the scan's own unit,
// places in the coordinates of its file.
type Predict struct {
	Blemish   string        `json:"blemish"` // version that wrote it
	Model     Model         `json:"model"`
	Unit      string        `json:"unit"`      // of lengths; "" where the model was not told
	Threshold Number        `json:"threshold"` // scores above it are defective
	Counts    Counts        `json:"counts"`    // of Scans; Write fills it in
	Scans     []PredictScan `json:"scans"`

	Title     string            `json:"title,omitempty"`     // of the report
	Head      *Head             `json:"head,omitempty"`      // what all scans share
	Tolerance *PredictTolerance `json:"tolerance,omitempty"` // for the whole part, where one decides
	Alignment string            `json:"alignment,omitempty"` // what scans were aligned to, where it is not the best fit

	Detection []string `json:"detection,omitempty"` // how small a defect the model finds, in words, where that was measured
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
	File         string          `json:"file"`
	Verdict      string          `json:"verdict"` // sound, defective, unsure; failed where there is an Error
	Score        Number          `json:"score"`
	Pose         *[16]Number     `json:"pose"` // row-major 4×4, reference ← scan; nil where none was found
	Fit          PredictFit      `json:"fit"`
	*PredictSeen                 // nil where the scan was not placed
	Regions      []PredictRegion `json:"regions"`
	Points       int             `json:"points"`
	Seconds      Number          `json:"seconds"`
	Reason       string          `json:"reason,omitempty"` // why unsure
	Note         string          `json:"note,omitempty"`   // what the score is measured by where that was not learnt
	SHA256       string          `json:"sha256,omitempty"` // of the scan's file, in hex

	Head      *Head             `json:"head,omitempty"`
	Deviation *PredictDeviation `json:"deviation,omitempty"` // nil where the detector measures no distances
	Zones     []PredictZone     `json:"zones,omitempty"`     // that the scan shows

	Error string `json:"error,omitempty"` // why there is no verdict
}

// PredictFit says how far the pose can be trusted; see detect.FitQuality.
type PredictFit struct {
	Residual  Number `json:"residual"`
	Expected  Number `json:"expected"` // residual between held-out sound scans
	Overlap   Number `json:"overlap"`  // share of the scan that lies on the reference
	Covered   Number `json:"covered"`  // share of the reference that the scan shows
	Mirrored  bool   `json:"mirrored"` // the mirror image fits much better
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
	Depth  Number       `json:"depth"` // largest distance to the sound surface; null where there is none, as where material is gone
	// Depth95 is the distance that one in twenty of its points exceeds; null as Depth is.
	Depth95 Number `json:"depth_95"`
	// PartBox and PartCenter are Box and Center in the part's frame; nil where there is no pose.
	PartBox    *[2][3]Number `json:"part_box,omitempty"`
	PartCenter *[3]Number    `json:"part_center,omitempty"`
	Zone       string        `json:"zone,omitempty"` // that most of it lies in
	// Terms is the mean over its points of each part that the score is made of, by name; nil where
	// it has no points, or the detector tells of no parts.
	Terms map[string]Number `json:"terms,omitempty"`
	// BelowThreshold: the scan's score does not exceed the threshold, so this counts for nothing.
	BelowThreshold bool `json:"below_threshold"`
}

// NewPredict is the document of results, and what WritePredict shows of each scan. names,
// scans and results belong together one by one; it panics where there are not as many of
// each. Which model judged, and the unit, are for the caller to fill in.
func NewPredict(names []string, scans []*geom.Cloud, results []*detect.Result) (*Predict, []ScanView) {
	if len(names) != len(scans) || len(names) != len(results) {
		panic(fmt.Sprintf("report: %d names, %d scans and %d results", len(names), len(scans), len(results)))
	}
	doc, views := &Predict{Blemish: version.Version, Scans: []PredictScan{}}, []ScanView{}
	for i, r := range results {
		doc.Threshold = Number(r.Threshold)
		scan := NewPredictScan(names[i], scans[i], r, 0)
		scan.Seconds = None()
		doc.Scans = append(doc.Scans, scan)
		views = append(views, ScanView{Name: names[i], Cloud: scans[i], Result: r})
	}
	return doc, views
}

// NewPredictScan is the document's entry for one result. Boxes and centres are
// moved by the cloud's Origin into the coordinates of the file; the pose maps
// those to the model's reference frame.
func NewPredictScan(file string, scan *geom.Cloud, r *detect.Result, seconds float64) PredictScan {
	out := PredictScan{
		File: file, Verdict: r.Verdict.String(), Score: Number(r.Object), Reason: r.Reason, Note: r.Note,
		Points: scan.Len(), Seconds: Number(seconds),
		Fit: fitOf(r.Fit), PredictSeen: newSeen(&r.Seen),
	}
	if r.Pose.R != (geom.Mat3{}) {
		out.Pose = new([16]Number)
		for i, v := range r.Pose.Absolute(scan.Origin, [3]float64{}).Matrix() {
			out.Pose[i] = Number(v)
		}
	}
	for i := range r.Regions {
		region := newPredictRegion(&r.Regions[i], r, scan.Origin)
		out.Regions = append(out.Regions, region)
	}
	out.Describe(r, inspection.Tolerance{}, "")
	return out
}

// Describe fills in what a tolerance for the whole part and a unit add: the spread of
// deviations and the words of zones.
func (s *PredictScan) Describe(r *detect.Result, tolerance inspection.Tolerance, unit string) {
	s.Deviation, s.Zones = newDeviation(inspection.NewSpread(r, tolerance)), zonesOf(r, unit)
}

// below reports whether the regions of a result count for nothing. A result without a
// threshold is not held against one.
func below(r *detect.Result) bool { return r.Threshold > 0 && !(r.Object > r.Threshold) }

// depthOf is the depth of a region. Where material is gone the points around the hole have
// distances of their own, which say nothing of it: there it is unknown.
func depthOf(region *detect.Region, r *detect.Result) Number {
	if region.Depth == 0 || region.Kind == detect.Missing && gone(region, r) {
		return None()
	}
	return Number(region.Depth)
}

// gone reports whether a region holds more missing surface than points that are off by
// more than half a spacing.
func gone(region *detect.Region, r *detect.Result) bool {
	missing, off := 0, 0
	for _, p := range r.Missing {
		if region.Box.Contains(p.D()) {
			missing++
		}
	}
	patch := region.Area / math.Max(1, float64(missing+len(region.Index)))
	for _, i := range region.Index {
		if r.Signed == nil {
			break
		}
		if d := float64(r.Signed[i]); d*d > patch/4 {
			off++
		}
	}
	return missing > off
}

func fitOf(f detect.FitQuality) PredictFit {
	return PredictFit{
		Residual: Number(f.Residual), Expected: Number(f.Expected), Overlap: Number(f.Overlap), Covered: Number(f.Covered),
		Mirrored: f.Mirrored, Ambiguous: f.Ambiguous, Symmetry: f.Symmetry,
	}
}

func newPredictRegion(r *detect.Region, result *detect.Result, origin [3]float64) PredictRegion {
	at := func(v geom.Vec) [3]Number {
		return [3]Number{Number(v.X + origin[0]), Number(v.Y + origin[1]), Number(v.Z + origin[2])}
	}
	region := PredictRegion{
		Kind: r.Kind, Points: r.Points, Area: Number(r.Area),
		Box: [2][3]Number{at(r.Box.Min), at(r.Box.Max)}, Center: at(r.Center),
		Peak: Number(r.Peak), Mean: Number(r.Mean), Depth: depthOf(r, result), BelowThreshold: below(result),
	}
	if region.Depth95 = None(); region.Depth.Known() {
		region.Depth95 = known(r.Typical)
	}
	if r.Zone != nil {
		region.Zone = r.Zone.Zone
	}
	region.stand(r, result)
	region.tell(r, result)
	return region
}

// tell says what each part of the score reads in a region.
func (p *PredictRegion) tell(r *detect.Region, result *detect.Result) {
	if len(r.Index) == 0 || len(result.Terms) == 0 {
		return
	}
	p.Terms = map[string]Number{}
	for name, values := range result.Terms {
		sum := 0.0
		for _, i := range r.Index {
			sum += float64(values[i])
		}
		p.Terms[name] = Number(sum / float64(len(r.Index)))
	}
}

// stand says where a region lies in the part's frame.
func (p *PredictRegion) stand(r *detect.Region, result *detect.Result) {
	if result.Pose.R == (geom.Mat3{}) {
		return
	}
	box := geom.EmptyBox()
	for i := range 8 { // corners; a box that is turned holds them all
		corner := r.Box.Min
		if i&1 > 0 {
			corner.X = r.Box.Max.X
		}
		if i&2 > 0 {
			corner.Y = r.Box.Max.Y
		}
		if i&4 > 0 {
			corner.Z = r.Box.Max.Z
		}
		box.Extend(result.Pose.ApplyVec(corner))
	}
	at := func(v geom.Vec) [3]Number { return [3]Number{Number(v.X), Number(v.Y), Number(v.Z)} }
	center := at(result.Pose.ApplyVec(r.Center))
	p.PartCenter, p.PartBox = &center, &[2][3]Number{at(box.Min), at(box.Max)}
}

// FailedPredictScan is the entry of a scan that could not be judged.
func FailedPredictScan(file string, err error) PredictScan {
	s := PredictScan{File: file, Verdict: failed, Score: None(), Seconds: None(), Error: err.Error()}
	s.Fit = PredictFit{Residual: None(), Expected: None(), Overlap: None(), Covered: None()}
	return s
}

// failed is the verdict of a scan that could not be read or judged.
const failed = "failed"

// MarshalJSON writes an empty list of regions as such, never as null, and of a scan that
// failed the error alone.
func (s PredictScan) MarshalJSON() ([]byte, error) {
	if s.Error != "" {
		return json.Marshal(struct {
			File    string          `json:"file"`
			Verdict string          `json:"verdict"`
			Score   Number          `json:"score"`
			Regions []PredictRegion `json:"regions"`
			Error   string          `json:"error"`
		}{s.File, failed, None(), []PredictRegion{}, s.Error})
	}
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
