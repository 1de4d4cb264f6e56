// Package feature describes the surface around each point of a cloud: normals and
// surface variation, FPFH, and the rate of change of the geometry that the
// geometry-aware sampling of IMRNet ranks points by.
//
// Everything is computed over neighbourhoods of a [spatial.Tree] and comes out the
// same on any number of workers. Results are in the original order of the points.
package feature
