package register

// Whether a pose means something: the limits by which `register` warns and ends with exit
// code 4. What detectors ask of a pose is theirs (package detect).

const (
	// poorOverlap is the share of a scan on the reference below which a pose means nothing.
	poorOverlap = 0.6
	// goodExplained and goodCovered are what a part amid other things must show of itself:
	// nearly all points at it on it, and a good part of one side.
	goodExplained, goodCovered = 0.85, 0.3
	// leastOfReference is the share of the reference that a scan must cover at least; a
	// smaller one fits in many places.
	leastOfReference = 0.02
)

// Usable says that the pose may be used: the scan is neither the mirror image nor poor nor
// small. It may still be ambiguous.
func (r *Result) Usable() bool { return !r.Mirrored && !r.Poor() && !r.Small() }

// Poor says that too little of the scan lies on the reference: another object, or no right
// pose was found.
func (r *Result) Poor() bool { return r.Overlap < poorOverlap && !r.Clutter() }

// Small says that the scan covers too little of the reference for its pose to mean something.
func (r *Result) Small() bool { return r.Covered < leastOfReference }

// Clutter says that the scan shows the part, and much else.
func (r *Result) Clutter() bool {
	return r.Overlap < poorOverlap && r.Explained >= goodExplained && r.Covered >= goodCovered && r.Symmetry != discrete
}
