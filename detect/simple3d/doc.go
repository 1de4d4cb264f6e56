// Package simple3d is a detector without training (Simple3D: Cheng et al., "Towards
// high-resolution 3D anomaly detection: a scalable dataset and real-time framework for subtle
// industrial defects", 2025): fast point feature histograms over three numbers of neighbours
// (multi-scale neighbourhoods), averaged around places that are spread evenly (local feature
// spatial aggregation), a coreset of those of sound scans, and the distance to the nearest of
// it. Numbers of neighbours have no unit, and histograms no pose.
package simple3d
