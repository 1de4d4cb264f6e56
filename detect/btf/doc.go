// Package btf has three detectors that remember features of single points, and differ in the
// features and in how the memory is thinned alone:
//
//   - btf-raw and btf-fpfh: coordinates, or fast point feature histograms, of every hundredth
//     point ("BTF": Horwitz and Hoshen, "Back to the feature: classical 3D features are (almost)
//     all you need for 3D anomaly detection", CVPRW 2023);
//   - patchcore-fpfh: the histograms of all points, thinned to a coreset (PatchCore: Roth et al.,
//     CVPR 2022).
//
// As published they are those of the Real3D-AD benchmark (Liu et al., NeurIPS 2023).
package btf
