package pointmae

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"

	"blemish/weights"
)

// Checkpoints: everything that a training run needs to go on as if it had never stopped.

// What a checkpoint holds beside the model's tensors.
const (
	tensorFirst   = "train.adam.first"
	tensorSecond  = "train.adam.second"
	tensorLosses  = "train.losses"
	metadataState = "blemish.checkpoint"
)

// progress is the small part of a checkpoint.
type progress struct {
	Step     int               `json:"step"`     // steps done
	Identity map[string]string `json:"identity"` // what the run is of
}

// saveState adds the model, the optimiser's moments and the losses so far to f.
func (t *Trainer) saveState(f *weights.File, losses []float64, identity map[string]string) error {
	m := t.pass.m
	m.Save(f, "")
	first, second, steps := t.adam.State()
	f.Add(tensorFirst, slices.Clone(first), len(first))
	f.Add(tensorSecond, slices.Clone(second), len(second))
	short := make([]float32, len(losses))
	for i, l := range losses {
		short[i] = float32(l)
	}
	f.Add(tensorLosses, short, len(losses))
	text, err := json.Marshal(progress{Step: steps, Identity: identity})
	if err != nil {
		return err
	}
	if f.Metadata == nil {
		f.Metadata = map[string]string{}
	}
	f.Metadata[metadataState] = string(text)
	return nil
}

// ErrOtherRun is wrapped where a checkpoint is of a run with other settings or data.
var ErrOtherRun = errors.New("the checkpoint is of another run")

// loadState puts the trainer, its model and the losses where saveState was called.
func (t *Trainer) loadState(f *weights.File, identity map[string]string) (losses []float64, err error) {
	var p progress
	text, ok := f.Metadata[metadataState]
	if !ok {
		return nil, fmt.Errorf("no checkpoint of a training run: metadata %q is missing", metadataState)
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, fmt.Errorf("metadata %q: %w", metadataState, err)
	}
	for _, key := range slices.Sorted(maps.Keys(identity)) {
		if p.Identity[key] != identity[key] {
			return nil, fmt.Errorf("%w: its %s is %s, this run's is %s", ErrOtherRun, key, p.Identity[key], identity[key])
		}
	}
	m := t.pass.m
	loaded, err := Load(m.config, f, "")
	if err != nil {
		return nil, err
	}
	first, err := f.Get(tensorFirst, -1)
	if err != nil {
		return nil, err
	}
	second, err := f.Get(tensorSecond, len(first))
	if err != nil {
		return nil, err
	}
	short, err := f.Get(tensorLosses, -1)
	if err != nil {
		return nil, err
	}
	for i := range first {
		if !finite(first[i]) || !finite(second[i]) || second[i] < 0 {
			return nil, fmt.Errorf("tensors %q and %q: value %d is %v and %v", tensorFirst, tensorSecond, i, first[i], second[i])
		}
	}
	for _, l := range short {
		losses = append(losses, float64(l))
	}
	if len(losses) != p.Step || p.Step < 1 {
		return nil, fmt.Errorf("tensor %q has %d losses for %d steps", tensorLosses, len(losses), p.Step)
	}
	m.copyFrom(loaded)
	t.steps = p.Step
	return losses, t.adam.Restore(&m.params, first, second, p.Step)
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// readCheckpoint reads a checkpoint file; nil where there is none.
func readCheckpoint(path string) (*weights.File, error) {
	f, err := weights.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
}
