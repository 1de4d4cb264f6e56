package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"blemish/format"
	"blemish/geom"
	"blemish/register"
	"blemish/seed"

	"github.com/spf13/cobra"
)

func newRegister(e *env) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "register MOVING FIXED… [-o OUT]",
		Short: "rigid alignment: matrix, residual, overlap, ambiguity",
		Long:  "Find the rigid motion that brings one scan onto another, from any pose, and say how far it can be trusted.",
		Example: `  blemish register scan.ply reference.ply
  blemish register scan.ply reference.ply -o aligned.ply
  blemish register scan.ply good1.ply good2.ply --json`,
		Args: atLeast(2, "MOVING and FIXED"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.register(cmd.Context(), args[0], args[1:], out)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "write the moved scan here")
	return cmd
}

// registration is what register prints with --json. Lengths are in the clouds' unit.
type registration struct {
	Matrix     [16]float64  `json:"matrix"`    // fixedFromMoving, row-major
	Residual   float64      `json:"residual"`  // trimmed mean distance of MOVING from FIXED
	Overlap    float64      `json:"overlap"`   // share of MOVING that lies on FIXED
	Explained  float64      `json:"explained"` // share of MOVING's points at FIXED that lie on it
	Rival      float64      `json:"rival"`     // overlap of the next best clearly different pose
	Covered    float64      `json:"covered"`   // share of FIXED that MOVING shows
	Partial    bool         `json:"partial"`
	Mirrored   bool         `json:"mirrored"`
	Ambiguous  bool         `json:"ambiguous"`
	Symmetry   string       `json:"symmetry"`
	Hypotheses []hypothesis `json:"hypotheses"` // the poses compared last, best first

	found *register.Result
}

// hypothesis is a pose, and the mean distance that poses are chosen by.
type hypothesis struct {
	Matrix [16]float64 `json:"matrix"`
	Cost   float64     `json:"cost"`
}

func (e *env) register(ctx context.Context, moving string, fixed []string, out string) error {
	source, err := e.readShape(moving)
	if err != nil {
		return err
	}
	targets := make([]*shape, len(fixed))
	for i, path := range fixed {
		if targets[i], err = e.readShape(path); err != nil {
			return err
		}
	}
	var res *register.Result
	if source.mesh != nil && !slices.ContainsFunc(targets, func(s *shape) bool { return s.mesh != nil }) {
		res, err = e.meshOntoClouds(ctx, source, targets)
	} else {
		res, err = e.bring(ctx, source, targets)
	}
	if err != nil {
		return err
	}
	origin := targets[0].origin()
	if out != "" {
		if err := source.writeMoved(out, res.TargetFromSource, origin); err != nil {
			return err
		}
	}
	matrix := func(p geom.Pose) [16]float64 { return p.Absolute(source.origin(), origin).Matrix() }
	doc := registration{
		matrix(res.TargetFromSource), res.Residual, res.Overlap, res.Explained, res.Rival, res.Covered, res.Partial, res.Mirrored, res.Ambiguous, res.Symmetry, nil, res,
	}
	for _, h := range res.Hypotheses {
		doc.Hypotheses = append(doc.Hypotheses, hypothesis{matrix(h.TargetFromSource), h.Cost})
	}
	if e.json {
		err = e.printJSON(doc)
	} else {
		doc.print(e.stdout)
	}
	if err == nil && !res.Usable() {
		err = errUnsure
	}
	return err
}

// shapePoints is how many points stand for a mesh among clouds.
const shapePoints = 40_000

// dots are the points that stand for a shape, without their origin.
func (e *env) dots(s *shape) ([]geom.Vec3, error) {
	c := s.points(shapePoints, seed.Stream(e.seed, "register", "sample"))
	if c.Len() == 0 && s.mesh != nil {
		return nil, fmt.Errorf("%s: the mesh has no area", s.file)
	}
	return c.Points, nil
}

// bring aligns source to targets: to a mesh's surface, or to clouds as one.
func (e *env) bring(ctx context.Context, source *shape, targets []*shape) (*register.Result, error) {
	points, err := e.dots(source)
	if err != nil {
		return nil, err
	}
	opt := register.Options{Seed: e.seed, Workers: e.workers}
	var ref *register.Reference
	if len(targets) == 1 {
		if err := e.sameUnit(points, source, targets[0]); err != nil {
			return nil, err
		}
		if ref, err = e.reference(ctx, targets[0], opt); err != nil {
			return nil, err
		}
	} else {
		union, err := e.unite(ctx, targets, opt)
		if err != nil {
			return nil, fmt.Errorf("bring %d references together: %w", len(targets), err)
		}
		if ref, err = register.NewReference(ctx, union, opt); err != nil {
			return nil, fmt.Errorf("%s: %w", targets[0].file, err)
		}
	}
	hint, other, err := ref.CompareUnits(ctx, points, opt)
	if other && err == nil {
		err = unitError(source, targets[0], hint)
	}
	if err != nil {
		return nil, err
	}
	res, err := ref.Align(ctx, points, opt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.file, err)
	}
	return res, nil
}

// sameUnit refuses two shapes whose sizes only different units explain.
func (e *env) sameUnit(points []geom.Vec3, source, target *shape) error {
	others, err := e.dots(target)
	if err != nil {
		return err
	}
	if hint, other := register.CompareUnits(points, others); other {
		return unitError(source, target, hint)
	}
	return nil
}

func unitError(source, target *shape, hint register.UnitHint) error {
	return fmt.Errorf("%s compared with %s: %s", source.file, target.file, hint.Text)
}

// reference makes a shape ready: a mesh as its surface.
func (e *env) reference(ctx context.Context, s *shape, opt register.Options) (*register.Reference, error) {
	var ref *register.Reference
	var err error
	if s.mesh != nil {
		ref, err = register.NewMeshReference(ctx, s.mesh, opt)
	} else {
		ref, err = register.NewReference(ctx, s.cloud.Points, opt)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.file, err)
	}
	return ref, nil
}

// meshOntoClouds aligns the clouds to the mesh, as one, and turns the answer round: the
// mesh's surface is whole and exact, and scans may show a part of it.
func (e *env) meshOntoClouds(ctx context.Context, source *shape, targets []*shape) (*register.Result, error) {
	scan := targets[0]
	if len(targets) > 1 {
		union, err := e.unite(ctx, targets, register.Options{Seed: e.seed, Workers: e.workers})
		if err != nil {
			return nil, fmt.Errorf("bring %d references together: %w", len(targets), err)
		}
		scan = &shape{file: targets[0].file, cloud: &geom.Cloud{Points: union}}
	}
	res, err := e.bring(ctx, scan, []*shape{source})
	if err != nil {
		return nil, err
	}
	back := *res
	back.TargetFromSource = res.TargetFromSource.Inverse()
	back.Hypotheses = nil
	for _, h := range res.Hypotheses {
		back.Hypotheses = append(back.Hypotheses, register.Hypothesis{TargetFromSource: h.TargetFromSource.Inverse(), Cost: h.Cost})
	}
	return &back, nil
}

// writeMoved writes a shape as it stands after a motion: a mesh as a mesh where the file
// can hold one.
func (s *shape) writeMoved(path string, pose geom.Pose, origin [3]float64) error {
	if s.mesh != nil && format.WritableMesh.Has(path) {
		moved := s.mesh.Transform(pose)
		moved.Origin = origin
		return format.WriteMesh(path, moved, format.WriteOptions{})
	}
	moved := s.cloud.Transform(pose)
	moved.Origin = origin
	return format.WriteCloud(path, moved, format.WriteOptions{})
}

func (r registration) print(w io.Writer) {
	for row := 0; row < 4; row++ {
		m := r.Matrix[4*row:]
		// Nine decimals of a rotation move a point ten million units away by less than a
		// hundredth of one; a shift has no more digits than float64 holds.
		fmt.Fprintf(w, "%14.9g %14.9g %14.9g %14s\n", m[0], m[1], m[2], plain(m[3], 12))
	}
	fmt.Fprintf(w, "residual %s (trimmed mean distance, in the scan's unit)\n", plain(r.Residual, 4))
	fmt.Fprintf(w, "overlap  %.1f %% of the scan lies on the reference, and covers %.1f %% of it\n", 100*r.Overlap, 100*r.Covered)
	if r.Partial {
		fmt.Fprintln(w, "partial: the scan was taken for one of a part of the reference")
	}
	if r.found.Clutter() {
		fmt.Fprintf(w, "clutter: %.1f %% of the scan is not at the reference; of what is, %.1f %% lies on it\n", 100*(1-r.Overlap/r.Explained), 100*r.Explained)
	}
	switch {
	case r.Mirrored:
		fmt.Fprintln(w, "mirrored: the mirror image of the scan would fit much better; do not use this pose")
	case r.found.Poor():
		fmt.Fprintln(w, "poor: another object, or no right pose was found; do not use this pose")
	case r.found.Small():
		fmt.Fprintln(w, "poor: the scan is small compared with the reference and would fit in many places; are both in the same unit?")
	case r.Symmetry == "turns freely":
		fmt.Fprintln(w, "symmetry: the object turns freely about an axis; any turn about it fits as well")
	case r.Ambiguous:
		fmt.Fprintln(w, "ambiguous: clearly different poses fit as well; --json lists them")
	}
}

// unite brings the references into the frame of the first.
func (e *env) unite(ctx context.Context, shapes []*shape, opt register.Options) ([]geom.Vec3, error) {
	all := make([][]geom.Vec3, len(shapes))
	for i, s := range shapes {
		var err error
		if all[i], err = e.dots(s); err != nil {
			return nil, err
		}
		if i > 0 {
			if err := e.sameUnit(all[i], s, shapes[0]); err != nil {
				return nil, err
			}
		}
	}
	group, err := register.Group(ctx, all, opt)
	if err != nil {
		return nil, err
	}
	firstFromReference := group.Poses[0].Inverse()
	var union []geom.Vec3
	for i, points := range all {
		union = append(union, firstFromReference.Mul(group.Poses[i]).ApplyAll(points)...)
	}
	return union, nil
}
