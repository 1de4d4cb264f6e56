// Package defect carves defects into any triangle mesh and knows exactly where
// they are.
//
// A defect is made in two steps: Draw decides what and where and gives a Plan,
// plain data; Apply does the geometry. Both depend on their arguments alone.
//
//	target, err := defect.NewTarget(ctx, m)
//	plan, err := defect.Draw(target, defect.Bulge, defect.Medium, seed.Stream(1, "defect", 0))
//	carved, err := defect.Apply(ctx, target, plan)
//	cloud := carved.Sample(20_000, seed.Stream(1, "points", 0)) // scalars "label", "depth"
//
// Carve does both at once, in less time.
//
// Truth comes from provenance, not from comparing shapes: every vertex knows where
// it was on the sound surface, every face whether it is new. So a point that has
// moved along the surface is known as well, and a point that is labelled sound lies
// on the sound surface.
//
// Several defects of different kinds on one object are one plan, too: Hybrid.
//
// Regions grow along the surface, not through the air; their outlines and heights
// are irregular. Where material is taken from a solid, the inner faces that come to
// light are made; a mesh without inside is left open there.
package defect
