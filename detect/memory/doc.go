// Package memory is what the detectors that remember features of sound scans share: a
// memory of feature vectors, thinned to a coreset; the score of a place is how far its
// vector is from the nearest in the memory (PatchCore: Roth et al., "Towards total recall in
// industrial anomaly detection", CVPR 2022; for point clouds: Horwitz and Hoshen, "Back to
// the feature", CVPRW 2023, and Liu et al., "Real3D-AD", NeurIPS 2023). A detector adds its
// features. Nearest vectors, coresets, projection, re-weighting and interpolation are those
// of detect/bank.
package memory
