// Package external makes a detector of a command of somebody else's, in any language, so that
// benchmark compares it with the others: the command learns from a folder of sound scans, and
// scores scans one by one. docs/methods/own-detector.md has the protocol.
package external
