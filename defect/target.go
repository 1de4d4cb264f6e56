package defect

import (
	"context"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

// Target is a sound object made ready for defects: cleaned, subdivided, with its
// neighbourhoods, a tree for rays, and a list of places where a defect may sit.
// It does not change after NewTarget and is safe for use by several goroutines.
type Target struct {
	sound    *geom.Mesh // welded, cleaned, oriented: the surface that truth is measured from
	fine     *geom.Mesh // sound, subdivided to fineEdge
	solid    bool       // inside and outside mean something
	strict   bool       // sound is watertight: one ray tells inside
	report   mesh.Report
	diagonal float64
	area     float64
	spacing  float64 // of 20,000 points on the surface
	tree     *spatial.BVH
	next     *mesh.Lists // vertex neighbours in fine
	around   *mesh.Lists // faces around the vertices of fine
	normals  []geom.Vec  // of the vertices of fine
	weight   []float64   // area around each vertex of fine
	part     []int32     // which part of the mesh each vertex of fine belongs to
	parts    int
	sampler  *mesh.Sampler
	places   []place
}

const (
	fineEdge  = 0.016   // longest edge of the subdivided mesh, as a share of the diagonal
	fineFaces = 120_000 // at most so many faces, whatever the edges then are
)

// NewTarget prepares m, which is not changed. A mesh without area is an error.
func NewTarget(ctx context.Context, m *geom.Mesh) (*Target, error) {
	clean := mesh.Clean(mesh.Weld(m, 0))
	if len(clean.Faces) == 0 {
		return nil, fmt.Errorf("the mesh has no face with three distinct, finite corners (of %d)", len(m.Faces))
	}
	t := &Target{diagonal: clean.Box().Diagonal()}
	// Vertices that a file's rounding has torn apart are joined, so that the surface hangs together.
	clean = mesh.Clean(mesh.Weld(clean, 1e-6*t.diagonal))
	if len(clean.Faces) == 0 || !(clean.Area() > 0) {
		return nil, fmt.Errorf("the mesh has no area; its %d faces are flat", len(m.Faces))
	}
	t.sound, _ = mesh.Orient(clean)
	t.report = mesh.Check(t.sound)
	t.area = t.report.Area
	t.spacing = math.Sqrt(t.area / 20_000)
	t.strict = t.report.Watertight && t.report.Oriented
	t.tree = spatial.NewBVH(t.sound)
	t.sampler = mesh.NewSampler(t.sound)
	t.solid = t.strict || t.tellsInside()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.fine, _ = mesh.Subdivide(t.sound, fineEdge*t.diagonal, max(fineFaces, len(t.sound.Faces)))
	t.next, t.around = mesh.VertexNeighbors(t.fine), mesh.VertexFaces(t.fine)
	t.normals = mesh.VertexNormals(t.fine)
	t.weight, t.part = make([]float64, len(t.fine.Vertices)), make([]int32, len(t.fine.Vertices))
	part, parts := mesh.Components(t.fine)
	t.parts = parts
	for f, c := range t.fine.Faces {
		third := t.fine.FaceArea(f) / 3
		for _, v := range c {
			t.weight[v] += third
			t.part[v] = part[f]
		}
	}
	if err := t.findPlaces(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// tellsInside accepts solids whose gaps are small or whose parts touch: just under
// nearly every point of the surface there is material, and just above there is none.
func (t *Target) tellsInside() bool {
	const tests = 300
	r := seed.Stream(0, "defect inside")
	step := 1e-4 * t.diagonal
	wrong := 0
	for i := 0; i < tests; i++ {
		f, bary := t.sampler.Draw(r)
		p, n := mesh.At(t.sound, f, bary), t.sound.FaceNormal(int(f))
		if !t.tree.Contains(p.AddScaled(-step, n), false) || t.tree.Contains(p.AddScaled(step, n), false) {
			wrong++
		}
	}
	return wrong <= tests/25
}

// Diagonal is the length of the diagonal of the bounding box.
func (t *Target) Diagonal() float64 { return t.diagonal }

// Mesh is the sound surface after cleaning: what truth is measured from. It must
// not be changed.
func (t *Target) Mesh() *geom.Mesh { return t.sound }

// Subdivided is that surface cut into triangles that are small enough to carve. It must not
// be changed.
func (t *Target) Subdivided() *geom.Mesh { return t.fine }

// Sample draws n points of the sound object, uniformly by area. The scalars
// "label" and "depth" are there and zero.
func (t *Target) Sample(n int, r *seed.Rand) *geom.Cloud {
	out := t.Scan(n, false, r)
	out.Normals = nil
	return out
}

// inside reports whether p lies in the material; false for meshes without inside.
func (t *Target) inside(p geom.Vec) bool { return t.solid && t.tree.Contains(p, t.strict) }
