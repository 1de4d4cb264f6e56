// Package version has the version of the library and the program in a place that every
// package may ask: model files say which version wrote them.
package version

// Version is the version of the library and the program.
const Version = "0.1.0"
