package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"blemish/defect"
	"blemish/internal/partial"
	"blemish/internal/setting"
	"blemish/shape"
	"blemish/task"
)

// The recipe of a data set: what decides its bytes, and what does not.

// How points are taken from a surface.
const (
	ByArea     = "area"     // uniform over the area
	ByVertices = "vertices" // vertices of the subdivided surface, as clouds exported from modelling programs have them
)

// Where clouds stand.
const (
	RandomPose = "random" // each cloud turned and shifted on its own
	FixedPose  = "fixed"  // all clouds of a class in the mesh's pose
)

// Options is the recipe of a data set. The zero value of a field means its
// default, which Defaults spells out. What the manifest holds under "options" and
// the seed decide every byte; the rest does not.
type Options struct {
	Preset    string          `json:"preset,omitempty"` // "anomaly-shapenet": that set's classes, kinds and counts
	Classes   []string        `json:"classes"`          // built-in classes or families of them (cup: cup0 and cup1), or a choice of the meshes' classes; none: all
	Kinds     []defect.Kind   `json:"kinds"`
	Train     int             `json:"train"`    // sound clouds to learn from, a class
	Sound     int             `json:"sound"`    // sound clouds to test with, a class
	PerKind   int             `json:"per_kind"` // defective clouds of each kind, a class
	Severity  defect.Severity `json:"severity"`
	MinPoints int             `json:"min_points"`
	MaxPoints int             `json:"max_points"`
	Sampling  string          `json:"sampling"`        // ByArea or ByVertices
	Pose      string          `json:"pose"`            // RandomPose or FixedPose
	Noise     float64         `json:"noise"`           // standard deviation as a share of the diagonal
	Outliers  float64         `json:"outliers"`        // share of points replaced by strays within the enlarged box
	Uneven    float64         `json:"uneven"`          // 0: even density; 1: it falls to nothing in places
	Quantize  float64         `json:"quantize"`        // grid that coordinates are rounded to, as a share of the diagonal; 0: none
	Views     int             `json:"views"`           // test scans are taken from so many viewpoints; 0: from everywhere
	Layout    string          `json:"layout"`          // AnomalyShapeNet or Real3D
	Scans     bool            `json:"scans,omitempty"` // defects are carved into the user's own sound scans, ScanFolders
	Conditions

	Meshes []string `json:"-"` // mesh files, or folders that are searched for them; none: the built-in objects
	// ScanFolders are folders of sound scans, each a class: with Scans, instead of Meshes.
	ScanFolders []string      `json:"-"`
	Seed        uint64        `json:"-"`
	Version     string        `json:"-"` // of the program, for the manifest
	Workers     task.Workers  `json:"-"`
	Shard       Shard         `json:"-"`
	Resume      bool          `json:"-"` // go on with what an earlier run of the same recipe has left
	Keep        bool          `json:"-"` // keep what is done when a run fails or is stopped, for Resume
	Progress    task.Progress `json:"-"`
}

// Shard says which part of a data set is to be made. The zero value is all of it.
type Shard = partial.Shard

// Defaults fills in what is zero: all kinds, medium severity, 8,000 to 30,000
// points as Anomaly-ShapeNet has them, each cloud in its own pose. The preset fixes
// classes, kinds and counts, and leaves clouds in the mesh's pose.
func (o Options) Defaults() Options {
	if o.Preset == AnomalyShapeNet {
		o.Train, o.Sound, o.PerKind, o.Kinds = presetTrain, presetSound, 0, presetKinds()
		if len(o.Classes) == 0 {
			o.Classes = presetClasses()
		}
		if o.Pose == "" {
			o.Pose = FixedPose
		}
	}
	if len(o.Kinds) == 0 && o.Scans {
		o.Kinds = scanKinds()
	}
	if len(o.Kinds) == 0 {
		o.Kinds = defect.Kinds()
	}
	o.Kinds = once(o.Kinds)
	if o.Classes == nil {
		o.Classes = []string{}
	}
	if o.MinPoints == 0 && o.MaxPoints == 0 {
		o.MinPoints, o.MaxPoints = 8000, 30000
	}
	o.Sampling, o.Pose, o.Layout = cmp.Or(o.Sampling, ByArea), cmp.Or(o.Pose, RandomPose), cmp.Or(o.Layout, AnomalyShapeNet)
	o.Severity = cmp.Or(o.Severity, defect.Medium)
	if o.NoiseModel == PlainNoise {
		o.NoiseModel = "" // as manifests have it that are older than noise models
	}
	return o
}

// Validate says what is wrong with the recipe, after Defaults.
func (o Options) Validate() error {
	switch {
	case o.Preset != "" && o.Preset != AnomalyShapeNet:
		return fmt.Errorf("preset %q is not known; there is %s", setting.Short(o.Preset), AnomalyShapeNet)
	case o.Train < 1:
		return fmt.Errorf("train %d: every class needs at least 1 sound cloud to learn from", o.Train)
	case o.Sound < 0 || o.PerKind < 0:
		return fmt.Errorf("sound %d, per-kind %d: counts cannot be negative", o.Sound, o.PerKind)
	case max(o.Train, o.Sound, o.PerKind) > mostClouds:
		return fmt.Errorf("train %d, sound %d, per-kind %d: a set has at most %d clouds", o.Train, o.Sound, o.PerKind, mostClouds)
	case o.MinPoints < 100 || o.MaxPoints < o.MinPoints || o.MaxPoints > mostPoints:
		return fmt.Errorf("points %d-%d: give a range within 100-10000000, lowest first", o.MinPoints, o.MaxPoints)
	case !(o.Noise >= 0 && o.Noise <= 0.1):
		return fmt.Errorf("noise %g: a share of the diagonal between 0 and 0.1", o.Noise)
	case !(o.Outliers >= 0 && o.Outliers <= 0.5):
		return fmt.Errorf("outliers %g: a share of the points between 0 and 0.5", o.Outliers)
	case !(o.Uneven >= 0 && o.Uneven <= 1):
		return fmt.Errorf("uneven %g: between 0 (even density) and 1", o.Uneven)
	case !(o.Quantize >= 0 && o.Quantize <= 0.1):
		return fmt.Errorf("quantize %g: a share of the diagonal between 0 and 0.1", o.Quantize)
	case o.Views < 0 || o.Views > mostViews:
		return fmt.Errorf("views %d: 0 (from everywhere), 1 or 2", o.Views)
	case o.Shard != Shard{} && (o.Shard.Count < 1 || o.Shard.Index < 0 || o.Shard.Index >= o.Shard.Count):
		return fmt.Errorf("shard %d/%d: want i/n with i from 0 to n-1", o.Shard.Index, o.Shard.Count)
	}
	if err := o.validNames(); err != nil {
		return err
	}
	if err := o.validConditions(); err != nil {
		return err
	}
	if err := o.validScans(); err != nil {
		return err
	}
	for _, k := range o.Kinds {
		if !o.Scans && !defect.Known(k) {
			return fmt.Errorf("kind %q is not known; there are %s", setting.Short(string(k)), kindNames())
		}
	}
	if len(o.Meshes) == 0 && !o.Scans {
		for _, want := range o.Classes {
			if !slices.ContainsFunc(shape.Classes(), func(c string) bool { return matches(c, want, true) }) {
				return fmt.Errorf("class %q is not known; there are %s", setting.Short(want), strings.Join(shape.Classes(), ", "))
			}
		}
	}
	return nil
}

// validNames checks what is chosen by name.
func (o Options) validNames() error {
	for _, c := range []struct {
		what, value string
		known       []string
	}{
		{"severity", string(o.Severity), []string{string(defect.Easy), string(defect.Medium), string(defect.Hard)}},
		{"sampling", o.Sampling, []string{ByArea, ByVertices}},
		{"pose", o.Pose, []string{RandomPose, FixedPose}},
		{"layout", o.Layout, []string{AnomalyShapeNet, Real3D}},
	} {
		if !slices.Contains(c.known, c.value) {
			return fmt.Errorf("%s %q is not known; there are %s", c.what, setting.Short(c.value), strings.Join(c.known, ", "))
		}
	}
	return nil
}

// once leaves out repeats.
func once(kinds []defect.Kind) []defect.Kind {
	var out []defect.Kind
	for _, k := range kinds {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// AllKinds lists the kinds that a recipe may name: single defects, and hybrid.
func AllKinds() []defect.Kind { return append(defect.Kinds(), defect.Hybrid) }

// kindNames lists the kinds for a message.
func kindNames() string {
	var names []string
	for _, k := range AllKinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}
