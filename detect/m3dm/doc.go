// Package m3dm has three detectors that remember features of a masked autoencoder of points,
// Point-MAE (Pang et al., ECCV 2022), and differ in how the memory is thinned, in what is
// remembered beside, and in the score of a scan alone:
//
//   - m3dm: the point branch of Wang et al., "Multimodal industrial anomaly detection via hybrid
//     fusion" (CVPR 2023);
//   - patchcore-pointmae: PatchCore (Roth et al., CVPR 2022) with these features;
//   - reg3dad: these features, and coordinates of aligned scans beside them (Liu et al.,
//     "Real3D-AD", NeurIPS 2023).
//
// As published they are those of the Real3D-AD benchmark.
package m3dm
