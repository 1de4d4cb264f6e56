// Package register brings scans onto a reference: the rigid pose of a scan in any
// pose, and how far that pose can be trusted.
//
// Align tries some 600 rotations and the principal frames, settles the best of
// them by point-to-plane ICP on look-up grids, and narrows them down from a few
// hundred points to full density. Poses are compared by distances in both
// directions, scan to reference and reference to scan, each cut off at a few per
// cent of the part's size: so neither a defect nor a missing piece chooses the
// pose. References that nearly coincide with themselves (a vase, a mug with a small
// handle) are searched for such poses once, when they are made ready, and every
// one of them is compared for a scan.
//
// Lengths are relative to the reference's size, so the unit of the files does not
// matter. Results are the same on any number of workers.
package register
