// Package bank is the memory of detectors that compare feature vectors with those
// of sound scans (PatchCore: Roth et al., "Towards total recall in industrial
// anomaly detection", 2022): the nearest of many vectors in up to some thousand
// dimensions, a coreset that stands for all of them, and the way back from scores
// at a few places to scores at all points.
//
// Vectors are rows of float32 in one slice. Distances are squared Euclidean ones,
// summed in float64 (see Dist2); neighbours are in ascending order of (distance,
// index). Matrix products only rule out what is certainly farther, so results are
// those of an exhaustive search, the same with every kernel and on any number of
// workers.
package bank
