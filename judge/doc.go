// Package judge has a model judge scans in the way that every verb does: it reads a file,
// scores it, holds the score against the threshold, and writes report, pictures, point files
// and results.json into a folder.
package judge
