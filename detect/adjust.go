package detect

import (
	"context"

	"blemish/detect/scene"
	"blemish/geom"
)

// What a shop asks of the judging of scans beyond what a model has learnt: a tolerance,
// zones of the part, a datum.

// Adjustment is that. The zero value changes nothing. Lengths are in the scans' unit, places
// in the part's frame.
type Adjustment struct {
	// Over and Under are how far a part may be outside and inside of the reference; where
	// both are 0, what was learnt decides.
	Over, Under float64
	// Threshold is the object score above which a scan is defective; 0: the model's own.
	Threshold float64
	// Rules says what counts where; nil: the same everywhere.
	Rules Rules
	// Pose, where not nil, is how every scan stands, between the coordinates of its file and
	// the part's frame: none is searched.
	Pose *geom.Pose
	// Align corrects the best fit of a scan: points are the scan's own, finite, best takes
	// them to the part's frame, and so does what it returns. nil: the best fit stays. An
	// error that wraps ErrTooFewPoints makes the verdict unsure.
	Align func(ctx context.Context, points []geom.Vec3, best geom.Pose) (geom.Pose, error)
}

// Rules says what counts where on a part.
type Rules interface {
	// At is the rule of a place in the part's frame; nil where nothing is special. The same
	// zone has the same pointer. It may be called by several goroutines at once.
	At(place geom.Vec3) *Rule
	// Tolerances reports whether any rule has a tolerance of its own.
	Tolerances() bool
}

// Rule is what counts in a zone of a part.
type Rule struct {
	Zone        string  // its name
	Number      int     // its place among the zones, which readings of it are ordered by
	Kind        string  // the word for what it asks, for documents
	Ignore      bool    // nothing counts
	NoExcess    bool    // material outside counts, what is inside or missing does not
	NoMissing   bool    // what is inside or missing counts, material outside does not
	Over, Under float64 // its own tolerance, in the scans' unit; both 0: as elsewhere
}

// Own reports whether the rule has a tolerance of its own.
func (r *Rule) Own() bool { return r != nil && (r.Over > 0 || r.Under > 0) }

// ZoneReading is what one scan shows in a zone.
type ZoneReading struct {
	*Rule
	Points  int     // judged or ignored points of the scan in it
	Low     float64 // signed distance that one in a hundred of them is below, in the scan's unit; 0 where there are none
	High    float64 // and that one in a hundred is above
	LeftOut int     // of those that scored 1 or more on a side that does not count
	Missing int     // places of missing surface that do not count by the rule
}

// Adjustable is a model that can be adjusted. Adjust is called before the first Score.
type Adjustable interface {
	Model
	// About is the card of the model as adjusted.
	About() *Card
	// Adjust fails where the model cannot do what is asked, and says why.
	Adjust(a Adjustment) error
	// Surface is the sound surface in the part's frame; nil where the model knows none in the
	// scans' unit.
	Surface() *scene.Surface
	// Mesh is the mesh that the surface is; nil where sound scans span it.
	Mesh() *geom.Mesh
	// Place finds the pose that takes a scan to the part's frame, without any adjustment.
	Place(ctx context.Context, scan *geom.Cloud) (geom.Pose, FitQuality, error)
}
