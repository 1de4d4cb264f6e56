// Package all is the table of detectors: which there are, how a new one is made and
// how a model file is opened. Adding a detector means adding a line here; CONTRIBUTING.md
// has the other steps.
package all
