package cli

import (
	"context"
	"fmt"
	"io"

	"blemish/format"
	"blemish/geom"
	"blemish/register"

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
		RunE: func(cmd *cobra.Command, args []string) error { return e.register(cmd, args[0], args[1:], out) },
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "write the moved scan here")
	return cmd
}

// registration is what register prints with --json. Lengths are in the clouds' unit.
type registration struct {
	Matrix     [16]float64  `json:"matrix"`   // fixedFromMoving, row-major
	Residual   float64      `json:"residual"` // trimmed mean distance of MOVING from FIXED
	Overlap    float64      `json:"overlap"`  // share of MOVING that lies on FIXED
	Covered    float64      `json:"covered"`  // share of FIXED that MOVING shows
	Partial    bool         `json:"partial"`
	Mirrored   bool         `json:"mirrored"`
	Ambiguous  bool         `json:"ambiguous"`
	Symmetry   string       `json:"symmetry"`
	Hypotheses []hypothesis `json:"hypotheses"` // the poses compared last, best first
}

// hypothesis is a pose, and the mean distance that poses are chosen by.
type hypothesis struct {
	Matrix [16]float64 `json:"matrix"`
	Cost   float64     `json:"cost"`
}

func (e *env) register(cmd *cobra.Command, moving string, fixed []string, out string) error {
	ctx := cmd.Context()
	source, err := e.readCloud(moving)
	if err != nil {
		return err
	}
	targets := make([]*geom.Cloud, len(fixed))
	for i, path := range fixed {
		if targets[i], err = e.readCloud(path); err != nil {
			return err
		}
	}
	origin := targets[0].Origin
	opt := register.Options{Seed: e.seed, Workers: e.workers}
	union, err := unite(ctx, targets, opt)
	if err != nil {
		return fmt.Errorf("bring %d references together: %w", len(targets), err)
	}
	ref, err := register.NewReference(ctx, union, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", fixed[0], err)
	}
	res, err := ref.Align(ctx, source.Points, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", moving, err)
	}
	if out != "" {
		moved := source.Transform(res.TargetFromSource)
		moved.Origin = origin
		if err := format.WriteCloud(out, moved, format.WriteOptions{}); err != nil {
			return err
		}
	}
	matrix := func(p geom.Pose) [16]float64 { return p.Absolute(source.Origin, origin).Matrix() }
	doc := registration{
		matrix(res.TargetFromSource), res.Residual, res.Overlap, res.Covered, res.Partial, res.Mirrored, res.Ambiguous, res.Symmetry, nil,
	}
	for _, h := range res.Hypotheses {
		doc.Hypotheses = append(doc.Hypotheses, hypothesis{matrix(h.TargetFromSource), h.Cost})
	}
	if e.json {
		return e.printJSON(doc)
	}
	doc.print(e.stdout)
	return nil
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
	switch {
	case r.Mirrored:
		fmt.Fprintln(w, "mirrored: the mirror image of the scan would fit much better; do not use this pose")
	case r.Overlap < poorOverlap:
		fmt.Fprintln(w, "poor: another object, or no right pose was found; do not use this pose")
	case r.Covered < leastCovered:
		fmt.Fprintln(w, "poor: the scan is small beside the reference and would fit in many places; are both in the same unit?")
	case r.Symmetry == "turns freely":
		fmt.Fprintln(w, "symmetry: the object turns freely about an axis; any turn about it fits as well")
	case r.Ambiguous:
		fmt.Fprintln(w, "ambiguous: clearly different poses fit as well; --json lists them")
	}
}

// poorOverlap is the share of a scan on the reference below which a pose means nothing.
const poorOverlap = 0.6

// leastCovered is the share of the reference that a scan must cover for its pose to mean something.
const leastCovered = 0.02

// unite brings the references into the frame of the first.
func unite(ctx context.Context, clouds []*geom.Cloud, opt register.Options) ([]geom.Vec3, error) {
	if len(clouds) == 1 {
		return clouds[0].Points, nil
	}
	all := make([][]geom.Vec3, len(clouds))
	for i, c := range clouds {
		all[i] = c.Points
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

// readCloud reads a cloud, or a mesh's vertices, and passes the reader's warnings on;
// "-" is standard input.
func (e *env) readCloud(path string) (*geom.Cloud, error) {
	if path == "-" {
		cloud, info, err := e.reading().DecodeCloud(e.stdin, "standard input")
		if err == nil {
			e.warnAll("standard input", info.Warnings)
		}
		return cloud, err
	}
	cloud, info, err := e.reading().ReadCloud(path)
	if err == nil {
		e.warnAll(path, info.Warnings)
	}
	return cloud, err
}
