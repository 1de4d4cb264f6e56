// Package detect is the contract of detectors: the Detector and Model interfaces, the
// Result of scoring one scan, calibration on held-out sound scans, verdicts, and the card
// of a model file. How a scan is scored stands in detect/scoring.
//
// A Detector learns from sound scans and gives a Model; a Model scores scans.
// Scores are calibrated: 1 is the largest value seen on sound scans that were
// held out while learning.
package detect
