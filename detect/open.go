package detect

import "blemish/task"

// OpenOptions is what opening a model takes beside its file.
type OpenOptions struct {
	Workers task.Workers // of the model that is opened; 0: one for each core; never changes a result
}
