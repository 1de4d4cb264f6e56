// Package pretrain teaches IMRNet's backbone on endless built-in objects, and on any
// sound scans, what is common to all parts: how the surface at a place follows from
// patches of a sound scan around it, wherever a defect has moved that place. Fine-tuning
// one class starts from the weights that it makes.
//
// Everything is a function of the seed and the step, so that a run that was stopped
// goes on to the same bytes.
package pretrain
