// Package scene says what a scan shows of a part, and what it does not.
//
// A Surface is where sound surface is known: the discs that sound scans span, or the
// triangles of a CAD mesh. Look holds a scan, brought into the surface's frame,
// against it and sorts what it finds into sets that are kept apart from learning to
// the report:
//
//   - comparable: scanned points over surface that is known, and known surface that
//     the scan could have shown. Only here are scores made.
//   - not seen: known surface that the scan could not show: it faces away from every
//     place that the scan can have been taken from, is hidden, or lies beyond the rim.
//   - no reference: scanned points where no surface is known.
//
// Stray points and clutter, such as a table or a clamp, belong to neither.
package scene
