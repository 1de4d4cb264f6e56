// Package mesh prepares triangle meshes for measuring and carving: sampling by
// area, subdivision to an edge length, welding, cleaning, orientation, normals,
// neighbourhoods, and a report of what is wrong with a mesh.
//
//	m = mesh.Clean(mesh.Weld(m, 0))           // exact duplicates joined
//	fine, parent := mesh.Subdivide(m, 0.01*m.Box().Diagonal(), 200_000)
//	points, faces := mesh.Sample(fine, 20_000, seed.Stream(1, "sample"))
//	report := mesh.Check(m)                   // watertight? oriented?
//
// Every function takes any mesh: open, non-manifold, soup, many parts, any unit.
// Results depend on the input alone; equal lengths are told apart by index, never
// by the order in which work happened to be done.
package mesh
