// Package cli is the command line: one file a verb, each of which turns flags into
// library calls and results into text. What verbs share is in input.go (files, folders,
// standard input), output.go, numbers.go (numbers as people read them), recipe.go
// (detectors and their settings), help.go and message.go.
package cli
