// Package register brings scans onto a reference: the rigid pose of a scan in any
// pose, and how far that pose can be trusted.
//
//	group, err := register.Group(ctx, soundScans, register.Options{})  // into one frame
//	...
//	ref, err := register.NewReference(ctx, union, register.Options{})  // once
//	res, err := ref.Align(ctx, scan, register.Options{})               // for every scan
//
// Align tries some 600 rotations and the principal frames about the clouds' middles,
// settles the best of them by point-to-plane ICP on look-up grids, and narrows them
// down from a few hundred points to full density. Poses are compared by distances in
// both directions, scan to reference and reference to scan, each cut off at a few per
// cent of the part's size: so neither a defect nor a missing piece chooses the pose.
//
// Where no pose explains the whole reference, the scan may show a part of it only.
// Then starts come from points that look alike (FPFH matches) and from a few scan
// points put onto every point of the reference, and only the distance from scan to
// reference counts.
//
// A reference that nearly coincides with itself in other poses (a vase, a mug with a
// small handle) is searched for these once, when it is made ready; every one of them is
// compared for a scan at full density. Where more than one is left, the result says
// so.
//
// A scan that fits badly is tried as its mirror image too, so that the result can say
// that it shows one; its pose stays the best without a reflection.
//
// Lengths are relative to the reference's size, so the unit of the files does not
// matter. The same input and seed give the same bytes on any number of workers.
//
// A reference may be a mesh (NewMeshReference): then poses are refined against its
// triangles. CompareUnits tells at once whether a scan is in another unit. A table under
// the part is taken away before the search, and what the scan shows beside the part does
// not make a pose bad: Result.Explained tells clutter from another part.
//
// Group joins scans of one side each, as long as they overlap, and says which it could
// not join.
//
// What it does not do: scale, reflect or bend a scan.
package register
