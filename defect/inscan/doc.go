// Package inscan carves defects into scans as they come: one-sided, noisy, of any density.
// Package defect carves into meshes; here there is no mesh, only the points.
//
//	ground, err := inscan.NewGround(ctx, workers, scan)
//	carved, err := ground.Carve(inscan.Plan{Kind: inscan.Concavity, Center: at, Size: 6, Depth: 0.2})
//	carved.Cloud.Scalar("label") // 1 where the defect is
//
// Points are moved along the surface normal or taken away; the noise that they came with
// stays on them. What the defect would hide from the scanner is taken away, too, where it
// is known from where the scan was taken. Truth is exact: it comes from what was done to
// each point.
package inscan
