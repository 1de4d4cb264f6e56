package detect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"blemish/detect/scene"
	"blemish/geom"
	"blemish/task"
)

// Detector learns from sound scans. Its configuration is fixed when it is made.
type Detector interface {
	// Name is the short name used by flags, files and tables: "deviation", "imrnet".
	Name() string
	// Config is the effective configuration, ready for JSON or YAML.
	Config() any
	// Fit learns from the sound scans of one class, which may stand in different
	// poses. It needs at least one scan; with one alone nothing can be held out and
	// calibration rests on the scan's own sampling noise. A detector that takes
	// FitOptions.CAD needs none beside it.
	Fit(ctx context.Context, sound []*geom.Cloud, opt FitOptions) (Model, error)
}

// FitOptions is what every detector takes beside its own configuration.
type FitOptions struct {
	Class    string       // name for messages and the model card
	Unit     string       // of the scans' coordinates, "mm", for the card; may be empty
	CAD      *geom.Mesh   // the surface that sound parts are to have, in the scans' unit; may be nil
	CADFile  SourceFile   // where it comes from, for the card
	Files    []SourceFile // where the sound scans come from, for the card; may be nil
	Learning []LearntScan // how they were found when they were held against one another, for the card; may be nil
	// FalseAlarms is the share of sound scans that the learnt threshold may call defective; 0: 0.5 %,
	// and a threshold from 1.1 to 3. See Calibration.ForFalseAlarms.
	FalseAlarms float64
	Seed        uint64        // root of every random stream
	Workers     task.Workers  // 0: one for each core; never changes a result
	Progress    task.Progress // may be nil
	Logger      *slog.Logger  // may be nil

	// Checkpoint is a file that a detector which trains for long keeps its state in
	// meanwhile, and leaves there; "": none. With Resume it goes on from that file,
	// where there is one, to the same model as without a stop.
	Checkpoint      string
	CheckpointEvery time.Duration // between checkpoints; 0: the detector's own choice
	Resume          bool
}

// ScanName is how messages call a sound scan: by its number, and its file where that is
// known.
func (o FitOptions) ScanName(i int) string {
	if i < len(o.Files) && o.Files[i].Name != "" {
		return fmt.Sprintf("sound scan %d (%s)", i+1, o.Files[i].Name)
	}
	return fmt.Sprintf("sound scan %d", i+1)
}

// Model scores scans. It may be used by several goroutines at once.
type Model interface {
	// Score compares one scan, in any pose and in the unit of the sound scans, with
	// what was learnt. Scoring the same scan twice gives the same bytes.
	Score(ctx context.Context, scan *geom.Cloud) (*Result, error)
	// Save writes the model file: safetensors with everything that is needed to open the
	// model again, and the card (see ReadCard).
	Save(w io.Writer) error
}

// Result is what a model says of one scan.
type Result struct {
	// Point is one score a point, ≥ 0, higher is worse, 1 = the largest on held-out sound scans. Points without a
	// reference (Seen.Set) have that of the nearest judged point, to be ranked by, and count for no verdict.
	Point   []float32
	Object  float32              // the whole scan, in the same unit
	Terms   map[string][]float32 // what Point was fused from, each one value a point, uncalibrated
	Signed  []float32            // signed distance to the sound surface, in the scan's unit: > 0 outside (excess); nil where the detector has none
	Pose    geom.Pose            // referenceFromScan
	Fit     FitQuality
	Missing []geom.Vec3 // sound surface that the scan should show and does not, in the scan's frame
	Seen    Seen
	Regions []Region // connected defects, worst first, in the scan's frame
	// Zones is what the scan shows in each zone of the Adjustment that it has points in, by
	// their numbers.
	Zones []ZoneReading
	// Threshold is the object score above which the verdict is Defective.
	Threshold float32
	Doubt     float32 // the object score above which a scan that is not defective is Unsure; 0: none
	Verdict   Verdict
	Reason    string // why the verdict is Unsure; empty otherwise
	Note      string // what the scores are measured by where that was not learnt: a tolerance that was given, or noise alone
}

// Seen says what of the part a scan shows, and what of the scan is the part. Only what is
// comparable is judged.
type Seen struct {
	Set     []scene.Set // what each point of the scan belongs to
	Facing  []geom.Vec3 // the outward unit normal of the sound surface under each point that is comparable, in the scan's frame; else zero
	NotSeen []geom.Vec3 // sound surface that the scan could not show, in the scan's frame, spread evenly

	NotSeenArea  float64 // in the scan's unit squared
	NotSeenShare float64 // of the known surface, 0…1
	Withheld     float64 // share of the known surface that the scan could have shown and does not, too large a piece to be called missing

	Comparable, NoReference, Strays, Clutter int // points of the scan
	Missed                                   int // points that are missed returns, 0 0 0
	Ignored                                  int // points in zones where nothing counts

	Size       float64 // of the part: the diagonal of its bounding box, in the scan's unit
	Noise      float64 // standard deviation of the scan's points along the normal, in its unit
	SoundNoise float64 // the same of the sound scans

	// Detectable is about the smallest shift of a region that would be found in this scan,
	// SoundDetectable that in a scan as noisy as the sound ones, in the scan's unit; 0 where
	// the detector cannot tell.
	Detectable, SoundDetectable float64
}

// FitQuality says how far the pose of a scan can be trusted.
type FitQuality struct {
	Residual  float64 // trimmed mean distance of scan and reference after alignment, in the scan's unit
	Expected  float64 // the same between held-out sound scans
	Overlap   float64 // share of the scan that lies on the reference, 0…1
	Explained float64 // share of the scan's points near the reference that lie on it, 0…1: high where the rest is clutter
	Covered   float64 // share of the reference that the scan shows, 0…1
	Mirrored  bool    // the scan's mirror image lies on the reference much better than the scan
	Ambiguous bool    // other, clearly different poses explain the scan as well
	Growth    float64 // by how much the scan is larger than the reference as a whole: 0.01 is 1 %; 0 where that cannot be told
	Twice     bool    // the scan shows the part, or one like it, another time
	Symmetry  string  // what kind of ambiguity: "", "turns freely", "discrete"
}

// Kinds of regions.
const (
	Excess    = "excess"    // outside the sound surface
	Missing   = "missing"   // inside it, or surface that was not found
	Deviating = "deviating" // both, or off in a way that has no side
)

// Region is one connected defect.
type Region struct {
	Kind   string   // Excess, Missing or Deviating
	Points int      // scanned points in it; where there are none, reference points
	Index  []int32  // which scanned points, ascending; nil where there are none
	Area   float64  // estimated surface, in the scan's unit squared
	Box    geom.Box // in the scan's frame
	Center geom.Vec // mean of its points
	Peak   float64  // largest calibrated score
	Mean   float64  // mean calibrated score
	Depth  float64  // largest |signed distance|, in the scan's unit; 0 where unknown
	// Typical is the |signed distance| that one in twenty of its points exceeds: what a few
	// wild points do not change. 0 where unknown.
	Typical float64
	Zone    *Rule // the zone that holds most of it; nil where none does
}

// Verdict is what a user acts on.
type Verdict int

const (
	Sound Verdict = iota
	Defective
	Unsure   // the pose cannot be trusted, a wrong part, or too few points
	Unjudged // the detector gives scores and no verdicts
)

// String is the word that documents and tables use; "" for Unjudged.
func (v Verdict) String() string {
	switch v {
	case Unjudged:
		return ""
	case Sound:
		return "sound"
	case Defective:
		return "defective"
	}
	return "unsure"
}

// Errors that callers branch on.
var (
	ErrNoSoundScans = errors.New("no sound scans to learn from")
	ErrTooFewPoints = errors.New("too few points")
	ErrOtherUnit    = errors.New("another unit")
	// ErrNoModelFile is what Save says of a model that lives elsewhere, before anything is written.
	ErrNoModelFile = errors.New("no model file")
)
