// Package geom holds the value types that every other package shares: points,
// 3×3 matrices, rigid poses, boxes, clouds and meshes.
//
// Coordinates are stored as float32 and summed as float64. Nothing here knows a
// unit: lengths are in whatever unit the file used. Products that are summed are
// wrapped in float64(…) so that no compiler fuses them into one instruction and
// the same bytes come out on every machine.
//
// Rigid poses are named for what they map: targetFromSource.Apply(p) takes a
// point of source to target.
package geom
