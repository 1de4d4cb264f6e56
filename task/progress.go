package task

// Event says how far a piece of work has come.
type Event struct {
	Stage string  // what is being done: "carve", "train vase0"
	Done  int     // units finished
	Total int     // units in all; 0 where that is not known
	Unit  string  // what a unit is: "clouds", "steps"
	Note  string  // one more figure to show, such as "loss 0.0123"
	Loss  float64 // training loss, where there is one
}

// Progress receives events. It may be called from several goroutines at once and
// must not block. A nil Progress is silence; call it through Report.
type Progress func(Event)

// Report passes e on, unless p is nil.
func (p Progress) Report(e Event) {
	if p != nil {
		p(e)
	}
}
