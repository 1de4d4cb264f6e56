// Package distance measures how far the points of one scan lie from another scan or
// from a mesh, and sums up what it found.
//
//	to, err := distance.ToMesh(ctx, 0, part, true)
//	if err != nil {
//		return err
//	}
//	field, err := to.Measure(ctx, 0, scan, distance.Options{Signed: true})
//	stats := distance.Sum(field.Distance, 0.05)
//	fmt.Println(stats.RMS, stats.Out)
//
// Distances to a mesh are exact, to the surface and not to its vertices. Distances
// to a cloud are to its nearest point, so they are never below about half of its
// spacing; where that matters, measure to a mesh. Origins of survey data are
// accounted for: the two may have different ones.
//
// Nothing is aligned here: see package register.
package distance
