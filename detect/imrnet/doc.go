// Package imrnet is the Iterative Mask Reconstruction Network of "Towards Scalable
// 3D Anomaly Detection and Localization" (CVPR 2024), file by file: geometry-aware
// sampling (gps.go, section 4.1), patches and masks (patch.go, mask.go, 4.2),
// iterative reconstruction (reconstruct.go, Algorithm 1), the comparison of points
// and of features (compare.go, 4.3), template regularisation (template.go, Eq. 19)
// and the fused score (score.go, Eq. 20). The network is package pointmae.
//
// Two configurations stand for two readings. Literal is the text as written, with
// the plainest reading where it is silent. DefaultConfig is the same network and
// the same equations with choices that make it detect; each of them is a switch
// in Config that can be turned back alone.
package imrnet
