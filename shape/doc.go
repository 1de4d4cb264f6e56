// Package shape builds objects to try things on: parametric models of everyday
// products, each instance drawn from a random stream, so that there are as many
// different bottles as there are seeds. They are solids with the detail of the
// real thing: walls with an inner and an outer surface, lips, feet, fillets,
// threads, ribs, and handles that grow out of the wall.
//
//	m, err := shape.Build("cup0", seed.Stream(1, "shape", "cup0", 0))
//
// An object is put together from signed distance fields: outlines turned about
// an axis with a cross-section that may be round, oval, squared, faceted or
// fluted, boxes, tubes along curves, joined and cut with rounded seams. Smooth
// minimum and distance functions follow the published work of Inigo Quilez. The
// surface is contoured with its edges kept sharp (mesh.Contour). Every mesh is one
// watertight piece, faces outwards, stands on z = 0 with +Z upwards, and its
// longest side is 1.
package shape
