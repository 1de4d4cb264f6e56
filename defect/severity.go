package defect

// Severity is how easy a defect is to see.
type Severity string

// Easy defects are large and deep, hard ones small and shallow.
const (
	Easy   Severity = "easy"
	Medium Severity = "medium"
	Hard   Severity = "hard"
)

// scale is what a severity means, as shares: of the target's diagonal for lengths,
// of its surface for areas.
type scale struct {
	depth [2]float64 // displacement
	share [2]float64 // anomalous area
	width [2]float64 // gap of a crack
}

// The depths follow what published sets show beside the spacing of 8,000 to
// 30,000 points, 0.6 to 1.5 % of the diagonal: an easy defect stands out by several
// spacings, a hard one by one. The shares span the 1 to 10 % of Anomaly-ShapeNet.
var scales = map[Severity]scale{
	Easy:   {depth: [2]float64{0.03, 0.08}, share: [2]float64{0.035, 0.075}, width: [2]float64{0.009, 0.013}},
	Medium: {depth: [2]float64{0.02, 0.05}, share: [2]float64{0.02, 0.05}, width: [2]float64{0.007, 0.011}},
	Hard:   {depth: [2]float64{0.008, 0.02}, share: [2]float64{0.016, 0.028}, width: [2]float64{0.005, 0.008}},
}

// Anomalous share of the surface that plans aim at; what is drawn is an estimate, so
// that one cloud in fifty lies a little outside.
const (
	leastShare = 0.01
	mostShare  = 0.10
)
