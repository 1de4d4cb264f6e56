// Package scoring is the way that every scan goes, whatever the detector: points are
// sampled, aligned with the sound part, sorted into what is comparable and what is not,
// scored by the detector, joined with voids, smoothed, calibrated, gathered to regions,
// carried back to all points and judged.
//
// A detector adds its Method, which says by how much each point is off, and how it is
// learnt. There are two ways to write one:
//
//   - Most need a Plan alone: settings, and a Learn that makes the Method of sound points.
//     Fit and Open do the rest; toy_test.go has one of 40 lines.
//   - A detector that learns in a way of its own makes a Model: a Reference, a Method and a
//     card. Hold, LearnUsual, Settle and Calibrate are the steps of learning that all share.
package scoring
