package scoring

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/geom"
	"blemish/mesh"
	"blemish/register"
	"blemish/task"
	"blemish/weights"
)

// The frame of a mesh: scans are brought to its triangles, and stay in its coordinates.

// mostVertices is up to which number float32, as model files keep it, tells all whole
// numbers apart.
const mostVertices = 1 << 24

// NewMeshFrame makes the frame of a surface. The frame is that of the mesh, which is not
// moved; sound scans may be added to it. Faces that are not finite or name a vertex twice
// are left out.
func NewMeshFrame(ctx context.Context, m *geom.Mesh, opt FrameOptions) (*Frame, error) {
	m = mesh.Clean(mesh.Weld(m, 0))
	if !(m.Area() > 0) {
		return nil, fmt.Errorf("the mesh has no face with an area: a CAD model is made of triangles")
	}
	if len(m.Vertices) > mostVertices || len(m.Faces) > mostVertices {
		return nil, fmt.Errorf("the mesh has %d vertices and %d faces, at most %d are taken: export it more coarsely", len(m.Vertices), len(m.Faces), mostVertices)
	}
	f := &Frame{Mesh: m, pose: opt.Pose, partial: opt.Partial, seed: opt.Seed}
	if f.pose == "" {
		f.pose = PoseAny
	}
	return f, f.prepare(ctx, opt.Workers)
}

// AddScan takes a sound scan's points, all finite, to the frame of a mesh. A scan of another
// unit or of another part is an error.
func (f *Frame) AddScan(ctx context.Context, workers task.Workers, points []geom.Vec3) (geom.Pose, error) {
	if f.reference != nil {
		hint, other, err := f.reference.CompareUnits(ctx, points, f.options(workers))
		if err != nil {
			return geom.Pose{}, err
		}
		if other {
			return geom.Pose{}, fmt.Errorf("it is in another unit than the CAD model: %s", hint.Text)
		}
	}
	pose, fit, err := f.Place(ctx, workers, points)
	switch {
	case err != nil:
		return pose, err
	case fit.Mirrored:
		return pose, fmt.Errorf("it shows the mirror image of the CAD model")
	case fit.Overlap < detect.LeastOverlap:
		return pose, fmt.Errorf("only %.0f %% of it lies on the CAD model: another part, or no right alignment was found", 100*fit.Overlap)
	case fit.Covered < detect.LeastCovered:
		return pose, fmt.Errorf("it shows only %.0f %% of the CAD model", 100*fit.Covered)
	}
	f.Residuals, f.Overlaps = append(f.Residuals, fit.Residual), append(f.Overlaps, fit.Overlap)
	return pose, nil
}

// meshReference is prepare for a mesh.
func (f *Frame) meshReference(ctx context.Context, workers task.Workers) (err error) {
	f.reference, err = register.NewMeshReference(ctx, f.Mesh, f.options(workers))
	return err
}

// saveMesh adds the frame of a mesh to a model file.
func (f *Frame) saveMesh(file *weights.File) {
	vertices, faces := make([]float32, 0, 3*len(f.Mesh.Vertices)), make([]float32, 0, 3*len(f.Mesh.Faces))
	for _, p := range f.Mesh.Vertices {
		vertices = append(vertices, p.X, p.Y, p.Z)
	}
	for _, t := range f.Mesh.Faces {
		faces = append(faces, float32(t[0]), float32(t[1]), float32(t[2]))
	}
	file.Add("frame.vertices", vertices, len(f.Mesh.Vertices), 3)
	file.Add("frame.faces", faces, len(f.Mesh.Faces), 3)
	if n := f.Scans(); n > 0 {
		file.Add("frame.residuals", narrow(f.Residuals), n)
		file.Add("frame.overlaps", narrow(f.Overlaps), n)
	}
}

// openMeshFrame reads what saveMesh wrote.
func openMeshFrame(ctx context.Context, file *weights.File, opt FrameOptions) (*Frame, error) {
	f := &Frame{Mesh: &geom.Mesh{}, pose: opt.Pose, partial: opt.Partial, seed: opt.Seed}
	var err error
	if f.Mesh.Vertices, err = detect.Places(file, "frame.vertices"); err != nil {
		return nil, err
	}
	faces, err := file.Get("frame.faces", -1, 3)
	if err != nil {
		return nil, err
	}
	if len(f.Mesh.Vertices) > mostVertices || len(faces) > 3*mostVertices {
		return nil, fmt.Errorf("tensor %q: %d vertices and %d faces, at most %d are read", "frame.faces", len(f.Mesh.Vertices), len(faces)/3, mostVertices)
	}
	f.Mesh.Faces = make([][3]int32, len(faces)/3)
	for i, v := range faces {
		if !(v >= 0 && v < float32(len(f.Mesh.Vertices))) || v != float32(int32(v)) {
			return nil, fmt.Errorf("tensor %q: face %d names vertex %v of %d", "frame.faces", i/3, v, len(f.Mesh.Vertices))
		}
		f.Mesh.Faces[i/3][i%3] = int32(v)
	}
	if !(f.Mesh.Area() > 0) {
		return nil, fmt.Errorf("tensor %q: the faces have no area", "frame.faces")
	}
	if file.Find("frame.residuals") != nil {
		residuals, err := file.Get("frame.residuals", -1)
		if err != nil {
			return nil, err
		}
		overlaps, err := file.Get("frame.overlaps", len(residuals))
		if err != nil {
			return nil, err
		}
		for i := range residuals {
			f.Residuals, f.Overlaps = append(f.Residuals, float64(residuals[i])), append(f.Overlaps, float64(overlaps[i]))
		}
	}
	return f, f.prepare(ctx, opt.Workers)
}
