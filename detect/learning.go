package detect

// What the sound scans were like when each was held against the others, before anything
// was learnt.

// LearntScan is one scan that was given as sound.
type LearntScan struct {
	Name      string        `json:"name"`
	Points    int           `json:"points"`
	Size      float64       `json:"size"`              // about the diagonal, the same in every pose
	Residual  float64       `json:"residual"`          // see FitQuality, against the others
	Overlap   float64       `json:"overlap"`           // share of the scan that lies on the others, 0…1
	Covered   float64       `json:"covered"`           // share of what the others show that the scan shows too, 0…1
	Noise     float64       `json:"noise"`             // standard deviation of its points along the normal
	Score     float64       `json:"score"`             // when held out; 1 = the largest of the others
	Threshold float64       `json:"threshold"`         // that the others alone would give
	Dropped   int           `json:"dropped,omitempty"` // points that are not of the part: a table, a clamp, strays
	Used      bool          `json:"used"`
	Standing  bool          `json:"standing,omitempty"` // it stands in one frame with the others as it comes, and was left there
	Why       string        `json:"why,omitempty"`      // it was left out, or what is odd about it; empty: nothing
	Regions   []LearntPlace `json:"regions,omitempty"`  // where it stands apart from the others, worst first
}

// LearntPlace is a region where a sound scan stands apart, in the scan's own frame.
type LearntPlace struct {
	Kind   string     `json:"kind"` // Excess, Missing or Deviating
	Center [3]float64 `json:"center"`
	Depth  float64    `json:"depth"` // largest distance to the others; 0 where there is only surface that was not found
	Area   float64    `json:"area"`
}
