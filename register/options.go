package register

import (
	"errors"

	"blemish/geom"
	"blemish/task"
)

// What callers give and get.

// Errors that callers branch on.
var (
	// ErrTooFewPoints says that a cloud has fewer than MinPoints finite points.
	ErrTooFewPoints = errors.New("too few points to align")
	// ErrDegenerate says that all points of a cloud lie at one place.
	ErrDegenerate = errors.New("all points at one place")
)

// MinPoints is the least number of finite points that a cloud must have.
const MinPoints = 10

// Coverage says what a scan shows of the reference.
type Coverage int

const (
	// CoverageAuto finds out: it takes the scan for whole first, and for partial
	// where no pose explains the whole reference.
	CoverageAuto Coverage = iota
	// CoverageWhole says that scans show the whole part, defects apart.
	CoverageWhole
	// CoveragePartial says that scans show only a part of the reference, such as
	// one side: reference without a scanned point near it counts for nothing.
	CoveragePartial
)

// Options is what alignment takes; the zero value is the default. Nothing in it
// is a length: all lengths come from the data.
type Options struct {
	Seed     uint64       // root of the random streams
	Workers  task.Workers // 0: one for each core; never changes a result
	Coverage Coverage     // what scans show of the reference
	// MaxPoints bounds the points of a cloud that are worked with; larger clouds are
	// thinned evenly. 0 is 60000 for references and 30000 for scans.
	MaxPoints int
	// Given is where the scan may stand already, as where the reference's own scans stood as they
	// came; nil: nothing is known. It is taken unless another pose explains the scan clearly better.
	Given *geom.Pose
}

// Result is the pose of a scan and how far it can be trusted.
type Result struct {
	// TargetFromSource takes the scan to the reference. It is a proper rotation and a
	// shift, never a reflection.
	TargetFromSource geom.Pose
	// Residual is the mean distance of the scan's points from the reference's
	// surface, in the unit of the clouds, the farthest tenth left out.
	Residual float64
	// Overlap is the share of the scan's points that lie on the reference, 0…1.
	Overlap float64
	// Explained is the share of the scan's points at the reference's surface that lie on it,
	// 0…1: of those on it and those over or under it by a few per cent of its size. It is
	// high where Overlap is low for what the scan shows beside the part, a table or a side that
	// the reference does not show; with another part, or in a wrong pose, it is low as well.
	Explained float64
	// Rival is the overlap of the clearly different pose that fits next best, 0 where none
	// was compared at last: the better the pose found stands out, the surer it is.
	Rival float64
	// Covered is the share of the reference that has scanned surface on it, 0…1.
	Covered float64
	// Partial says that the scan was taken for a partial one.
	Partial bool
	// Mirrored says that the scan fits badly, and its mirror image much better: it shows
	// the mirror image of the reference.
	Mirrored bool
	// Ambiguous says that a clearly different pose explains the scan as well.
	Ambiguous bool
	// Symmetry is the kind of that ambiguity: "turns freely" about an axis,
	// "discrete" for single other poses, "" for none.
	Symmetry string
	// Hypotheses are the poses that were compared last, best first; the first is the
	// result's own.
	Hypotheses []Hypothesis
}

// Hypothesis is one candidate pose.
type Hypothesis struct {
	TargetFromSource geom.Pose
	// Cost is what poses are chosen by: the mean distance of scan to reference and,
	// unless the scan is partial, of reference to scan, with each distance cut off at
	// a few per cent of the part's size; in the unit of the clouds.
	Cost float64
}
