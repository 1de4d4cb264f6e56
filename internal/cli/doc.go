// Package cli is the command line: one file a verb, each of which turns flags
// into library calls and results into text. No geometry and no maths here.
package cli
