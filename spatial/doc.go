// Package spatial answers the questions about nearness on which every detector
// stands: k nearest neighbours, neighbours within a radius, farthest point
// sampling, voxel grids, connected components, and for meshes the nearest point and
// what rays meet.
//
// A [Tree] is a k-d tree whose leaves are blocks of 16 points, stored coordinate
// by coordinate so that one block is one step of a vector unit, under a hierarchy
// of bounding boxes with 16 children each. All points of a cloud asked for at once
// (KNNSelf, ForNeighbors) are visited in tree order, where the answer for one
// point bounds the search for the next.
//
// A [BVH] does the same over the faces of a mesh, with exact answers in float64.
//
// A tree's distances are squared Euclidean distances in float32: differences, then
// products, then sums from left to right, each rounded, never fused. Neighbours
// are in ascending order of (distance, index), so they equal those of an
// exhaustive search exactly, on every machine, with every kernel and any number of
// workers. Squares below 1e-45 are 0 and above 3e38 infinite, and then rank by
// index: clouds of such extent should be scaled first.
//
// Points with a coordinate that is NaN or infinite belong to no neighbourhood:
// Radius never returns them, KNN only behind all finite points, with distance
// +Inf. Callers had better drop them first.
//
// Kernels are chosen at start by what the processor has; the environment variable
// BLEMISH_KERNELS=generic, avx2 or avx512 forces one. They return the same bytes.
package spatial
