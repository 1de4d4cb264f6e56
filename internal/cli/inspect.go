package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
	"blemish/weights"

	"github.com/spf13/cobra"
)

func newInspect(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "inspect FILE…",
		Short: "what is in a cloud, mesh, model or data set",
		Long:  "Say what is in a cloud, a mesh, a model or a data set, and what may be wrong with it.",
		Example: `  blemish inspect scan.ply
  blemish inspect part.model
  blemish inspect data/ --json`,
		Args: atLeast(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return e.inspect(cmd, args) },
	}
}

// inspected is what inspect tells of one file, in the order in which it is printed.
type inspected struct {
	File       string            `json:"file"`
	Is         string            `json:"is"`
	Format     string            `json:"format,omitempty"`
	Points     int               `json:"points,omitempty"`
	Faces      int               `json:"faces,omitempty"`
	Dropped    int               `json:"dropped,omitempty"`
	Missed     int               `json:"missed_returns,omitempty"` // points at exactly 0 0 0, kept
	Duplicates int               `json:"duplicates,omitempty"`
	Fields     []string          `json:"fields,omitempty"`
	Normals    bool              `json:"normals,omitempty"`
	Min        *[3]float64       `json:"min,omitempty"`
	Max        *[3]float64       `json:"max,omitempty"`
	Diagonal   float64           `json:"diagonal,omitempty"`
	Spacing    float64           `json:"spacing,omitempty"`
	Sensor     *[3]float64       `json:"sensor,omitempty"` // where the scan was taken from
	Mesh       *inspectedMesh    `json:"mesh,omitempty"`
	Classes    []inspectedClass  `json:"classes,omitempty"`
	Card       *detect.Card      `json:"card,omitempty"`     // of a model
	Metadata   map[string]string `json:"metadata,omitempty"` // of weights
	Tensors    map[string][]int  `json:"tensors,omitempty"`
	Parameters int               `json:"parameters,omitempty"`
	Warnings   []string          `json:"warnings,omitempty"`
}

// inspectedMesh is mesh.Report for readers of JSON.
type inspectedMesh struct {
	Watertight    bool    `json:"watertight"`
	Oriented      bool    `json:"oriented"` // faces agree about the winding
	Parts         int     `json:"parts"`
	Holes         int     `json:"holes"`
	BoundaryEdges int     `json:"boundary_edges"`
	NonManifold   int     `json:"non_manifold_edges"` // of three faces or more
	FlippedEdges  int     `json:"flipped_edges"`
	Degenerate    int     `json:"degenerate"` // faces with fewer than three corners
	Flat          int     `json:"flat"`       // faces without area
	Duplicates    int     `json:"duplicates"` // faces that repeat another
	Area          float64 `json:"area"`
	Volume        float64 `json:"volume,omitempty"` // of a closed mesh
}

type inspectedClass struct {
	Class string         `json:"class"`
	Train int            `json:"train"`
	Kinds map[string]int `json:"test"`
}

func (e *env) inspect(cmd *cobra.Command, files []string) error {
	var found []*inspected
	var failed error
	for _, path := range files {
		one, err := e.inspectOne(cmd, path)
		if err != nil {
			fmt.Fprintf(e.stderr, "blemish: %v\n", err)
			failed = fmt.Errorf("%d of %d files could not be inspected", len(files)-len(found), len(files))
			continue
		}
		found = append(found, one)
	}
	if e.json {
		if err := e.printJSON(found); err != nil {
			return err
		}
		return failed
	}
	for _, one := range found {
		if err := e.printInspection(one); err != nil {
			return err
		}
	}
	return failed
}

func (e *env) inspectOne(cmd *cobra.Command, path string) (*inspected, error) {
	if path == "-" {
		return e.inspectGeometry(cmd, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return inspectSet(path)
	}
	if !info.Mode().IsRegular() {
		return e.inspectGeometry(cmd, path)
	}
	if file, err := weights.Read(path); err == nil {
		return inspectModel(path, file), nil
	} else if errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	return e.inspectGeometry(cmd, path)
}

func inspectSet(path string) (*inspected, error) {
	set, err := dataset.Open(path, "auto")
	if err != nil {
		return nil, err
	}
	one := &inspected{File: path, Is: "data set", Format: set.Layout}
	for _, c := range set.Classes {
		ic := inspectedClass{Class: c.Name, Train: len(c.Train), Kinds: map[string]int{}}
		for _, it := range c.Test {
			ic.Kinds[it.Kind]++
		}
		if len(c.Train) == 0 {
			one.Warnings = append(one.Warnings, fmt.Sprintf("class %s has no sound scans to learn from", c.Name))
		}
		one.Classes = append(one.Classes, ic)
	}
	return one, nil
}

func inspectModel(path string, file *weights.File) *inspected {
	one := &inspected{File: path, Is: "weights", Format: "safetensors", Tensors: map[string][]int{}}
	for _, t := range file.Tensors {
		one.Tensors[t.Name] = t.Shape
		size := 1
		for _, n := range t.Shape {
			size *= n
		}
		one.Parameters += size
	}
	var err error
	if one.Card, err = detect.ReadCard(file); err == nil {
		one.Is = "model"
		return one
	}
	one.Card, one.Metadata = nil, file.Metadata
	if _, meant := file.Metadata[detect.CardKey]; meant {
		one.Warnings = append(one.Warnings, err.Error())
	}
	return one
}

func (e *env) inspectGeometry(cmd *cobra.Command, path string) (*inspected, error) {
	s, err := e.openShape(path)
	if err != nil {
		return nil, err
	}
	cloud, info, box := s.cloud, s.info, s.cloud.Box()
	one := &inspected{
		File: s.file, Is: "cloud", Format: strings.TrimSpace(info.Kind + " " + info.Encoding),
		Points: cloud.Len(), Dropped: info.Dropped, Missed: info.Missed, Fields: info.Fields, Normals: cloud.Normals != nil,
		Duplicates: cloud.Len() - distinct(cloud.Points), Diagonal: box.Diagonal(), Warnings: info.Warnings,
		Min: &[3]float64{box.Min.X + cloud.Origin[0], box.Min.Y + cloud.Origin[1], box.Min.Z + cloud.Origin[2]},
		Max: &[3]float64{box.Max.X + cloud.Origin[0], box.Max.Y + cloud.Origin[1], box.Max.Z + cloud.Origin[2]},
	}
	if at := cloud.Sensor; at != nil {
		one.Sensor = &[3]float64{at.X + cloud.Origin[0], at.Y + cloud.Origin[1], at.Z + cloud.Origin[2]}
	}
	if s.mesh != nil {
		one.Is, one.Faces = "mesh", len(s.mesh.Faces)
		one.Mesh, one.Warnings = inspectMesh(s.mesh, one.Warnings)
		return one, nil
	}
	one.Spacing, err = spatial.Spacing(cmd.Context(), e.workers, spatial.NewTree(cloud.Points))
	if one.Spacing == 0 {
		one.Warnings = append(one.Warnings, "all points are equal")
	}
	return one, err
}

// inspectMesh examines a mesh with exact duplicates of vertices joined, since a file
// that gives every face its own corners would else be all holes.
func inspectMesh(m *geom.Mesh, warnings []string) (*inspectedMesh, []string) {
	asStored := mesh.Check(m)
	joined := mesh.Weld(m, 0)
	r := mesh.Check(joined)
	warn := func(n int, text string) {
		if n > 0 {
			warnings = append(warnings, fmt.Sprintf(text, n))
		}
	}
	if n := len(m.Vertices) - len(joined.Vertices); n > 0 {
		warn(n, "%d vertices repeat another's place; they are joined before edges are judged")
	}
	warn(asStored.Degenerate, "%d faces have fewer than three different, finite corners")
	warn(r.Flat, "%d faces have no area")
	warn(r.Duplicates, "%d faces repeat another")
	warn(r.NonManifoldEdges, "%d edges belong to three faces or more")
	warn(r.FlippedEdges, "%d edges have faces that disagree about the winding")
	out := &inspectedMesh{
		Watertight: r.Watertight, Oriented: r.Oriented, Parts: r.Components, Holes: r.Holes, BoundaryEdges: r.BoundaryEdges,
		NonManifold: r.NonManifoldEdges, FlippedEdges: r.FlippedEdges, Degenerate: asStored.Degenerate, Flat: r.Flat,
		Duplicates: r.Duplicates, Area: r.Area,
	}
	if r.Watertight && r.Oriented {
		out.Volume = r.Volume
		if r.Volume < 0 {
			warnings = append(warnings, "the mesh is inside out: its faces look inwards")
		}
	}
	return out, warnings
}

func distinct(points []geom.Vec3) int {
	seen := make(map[geom.Vec3]struct{}, len(points))
	for _, p := range points {
		seen[p] = struct{}{}
	}
	return len(seen)
}

func (e *env) printInspection(one *inspected) error {
	p := func(format string, args ...any) { fmt.Fprintf(e.stdout, format+"\n", args...) }
	p("%s: %s, %s", one.File, one.Is, one.Format)
	if one.Points > 0 {
		p("  points      %d", one.Points)
		c := func(v float64) string { return coordinate(v, one.Diagonal) }
		p("  box         %s %s %s … %s %s %s", c(one.Min[0]), c(one.Min[1]), c(one.Min[2]), c(one.Max[0]), c(one.Max[1]), c(one.Max[2]))
		p("  diagonal    %s", plain(one.Diagonal, 6))
	}
	if one.Spacing > 0 {
		p("  spacing     %s (mean distance to the nearest neighbour)", plain(one.Spacing, 4))
	}
	if m := one.Mesh; m != nil {
		p("  faces       %d", one.Faces)
		p("  parts       %d", m.Parts)
		if m.Holes > 0 {
			p("  holes       %d, with %d edges", m.Holes, m.BoundaryEdges)
		}
		p("  area        %s", plain(m.Area, 6))
		if m.Watertight && m.Oriented {
			p("  volume      %s (closed)", plain(m.Volume, 6))
		} else {
			p("  closed      no")
		}
	}
	if one.Duplicates > 0 {
		p("  duplicates  %d", one.Duplicates)
	}
	if one.Missed > 0 {
		p("  missed      %d returns, at exactly 0 0 0", one.Missed)
	}
	if s := one.Sensor; s != nil {
		c := func(v float64) string { return coordinate(v, one.Diagonal) }
		p("  scanner at  %s %s %s", c(s[0]), c(s[1]), c(s[2]))
	}
	if len(one.Fields) > 0 {
		p("  fields      %s", strings.Join(one.Fields, " "))
	}
	for _, c := range one.Classes {
		p("  %-20s %3d train, test: %s", c.Class, c.Train, countList(c.Kinds))
	}
	if c := one.Card; c != nil {
		p("  detector    %s", c.Detector)
		p("  class       %s", c.Class)
		if c.Unit != "" {
			p("  unit        %s", c.Unit)
		}
		p("  learnt from %d sound scans, %d points%s", c.Scans, c.Points, named(c.Files))
		p("  threshold   %.4g (1 = the largest score of held-out sound scans)", c.Calibration.Threshold)
		if c.Calibration.Doubt > 0 {
			p("  unsure from %.4g on, for some sound scans scored more where the others hardly show the part", c.Calibration.Doubt)
		}
		p("  written by  blemish %s, seed %d", c.Version, c.Seed)
		p("  config      %s", c.Config)
	}
	if c := one.Card; c != nil && len(c.Learning) > 1 {
		p("")
		if err := writeLearning(e.stdout, c.Learning); err != nil {
			return err
		}
		writeReasons(e.stdout, c.Learning)
	}
	for _, key := range sortedKeys(one.Metadata) {
		p("  %s: %s", key, one.Metadata[key])
	}
	if len(one.Tensors) > 0 {
		p("  tensors     %d, %d numbers", len(one.Tensors), one.Parameters)
		if e.verbose {
			for _, name := range sortedKeys(one.Tensors) {
				p("    %-40s %v", name, one.Tensors[name])
			}
		}
	}
	for _, w := range one.Warnings {
		p("  warning: %s", w)
	}
	return nil
}

// named lists files in brackets.
func named(files []detect.SourceFile) string {
	if len(files) == 0 {
		return ""
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	const most = 6
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(files)-most))
	}
	return " (" + strings.Join(names, ", ") + ")"
}
