package history

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"blemish/report"
)

// Entry is one scan judged by one model. Lengths are in Unit, areas in its square.
type Entry struct {
	ID   string `json:"id"`   // EntryID of Scan and Model.ID: the same scan is never there twice with the same model
	Scan string `json:"scan"` // SHA-256 of the scan's file, in hex
	Name string `json:"name"` // of the file, for people; never a path to anything

	Part     string    `json:"part"`
	Serial   string    `json:"serial,omitempty"`
	Order    string    `json:"order,omitempty"`
	Operator string    `json:"operator,omitempty"`
	Received time.Time `json:"received"` // UTC, whole microseconds

	Model     ModelRef      `json:"model"`
	Verdict   string        `json:"verdict"` // sound, defective, unsure; failed where there is an Error
	Score     report.Number `json:"score"`
	Threshold report.Number `json:"threshold"`
	Unit      string        `json:"unit,omitempty"`
	Points    int           `json:"points"`   // of the scan
	Regions   []Region      `json:"regions"`  // worst first
	Coverage  report.Number `json:"coverage"` // share of the part that the scan shows, 0…1
	Seconds   report.Number `json:"seconds"`  // that judging took
	Reason    string        `json:"reason,omitempty"`
	Error     string        `json:"error,omitempty"`

	Label *Label `json:"label,omitempty"` // the last one that an operator gave

	// Result is the document of `predict --json`, byte by byte. List leaves it out.
	Result []byte `json:"-"`
}

// ModelRef says which model judged.
type ModelRef struct {
	ID       string `json:"id"` // SHA-256 of the model's file, in hex
	Version  int    `json:"version,omitempty"`
	Detector string `json:"detector"`
}

// Region is one defect in the frame of the part, that of the model, where the same place of
// all scans has the same coordinates.
type Region struct {
	Kind   string           `json:"kind"`   // excess, missing, deviating
	Center [3]report.Number `json:"center"` // null where the scan has no pose
	Area   report.Number    `json:"area"`
	Depth  report.Number    `json:"depth"` // null where there is none, as where material is gone
	Peak   report.Number    `json:"peak"`  // largest score
	// Below: the scan's score is not above its threshold, so this is no defect. It tells how
	// far sound scans differ at this place.
	Below bool `json:"below_threshold,omitempty"`
}

// What an operator says that a scan is.
const (
	ReallySound     = "sound"
	ReallyDefective = "defective"
)

// Label is what an operator says of a scan. Verdicts are measured against labels; nothing is
// learnt from them.
type Label struct {
	Value string    `json:"value"` // ReallySound or ReallyDefective; "" takes a label back
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
}

// Failed is the verdict of a scan that could not be read or judged.
const Failed = "failed"

// EntryID is the identity of a scan judged by a model, of the SHA-256 of both files in hex.
func EntryID(scan, model string) string {
	sum := sha256.Sum256([]byte(scan + " " + model))
	return hex.EncodeToString(sum[:])
}

// NewEntry is the entry of a document with one scan, as predict writes it, with its bytes.
// What the document does not tell stays empty: part, serial number, order, operator, when it
// was received, the model's version. scan is the SHA-256 of the scan's file.
func NewEntry(doc *report.Predict, bytes []byte, scan string) Entry {
	s := &doc.Scans[0]
	e := Entry{
		ID: EntryID(scan, doc.Model.SHA256), Scan: scan, Name: s.File, Part: doc.Model.Class,
		Model:   ModelRef{ID: doc.Model.SHA256, Detector: doc.Model.Detector},
		Verdict: s.Verdict, Score: s.Score, Threshold: doc.Threshold, Unit: doc.Unit,
		Points: s.Points, Coverage: s.Fit.Covered, Seconds: s.Seconds, Reason: s.Reason, Error: s.Error,
		Regions: []Region{}, Result: bytes,
	}
	for _, r := range s.Regions {
		region := Region{Below: r.BelowThreshold, Kind: r.Kind, Area: r.Area, Depth: r.Depth, Peak: r.Peak, Center: [3]report.Number{report.None(), report.None(), report.None()}}
		if s.Pose != nil {
			region.Center = Moved(s.Pose, r.Center)
		}
		e.Regions = append(e.Regions, region)
	}
	return e
}

// Moved applies a row-major 4×4 matrix to a point.
func Moved(m *[16]report.Number, p [3]report.Number) (out [3]report.Number) {
	for i := range out {
		row := m[4*i : 4*i+4]
		out[i] = report.Number(float64(row[0]*p[0])) + report.Number(float64(row[1]*p[1])) + report.Number(float64(row[2]*p[2])) + row[3]
	}
	return out
}

// Model is one version of what is known of a part.
type Model struct {
	ID       string          `json:"id"` // SHA-256 of the file, in hex
	Part     string          `json:"part"`
	Version  int             `json:"version"` // 1, 2, … of the part, in the order in which they came
	Name     string          `json:"name"`    // of the file, for people and documents; never a path to anything
	Detector string          `json:"detector"`
	Class    string          `json:"class,omitempty"`
	Unit     string          `json:"unit,omitempty"`
	Scans    int             `json:"scans"` // sound scans that it learnt from
	Size     int64           `json:"size"`  // bytes of the file
	By       string          `json:"by,omitempty"`
	From     string          `json:"from"` // "uploaded" or "trained"
	Made     time.Time       `json:"made"`
	Chosen   bool            `json:"chosen"` // new scans of the part are judged by it
	Card     json.RawMessage `json:"-"`      // the model's card; List leaves it out
}
