package cli

import (
	"fmt"
	"path/filepath"

	"blemish/detect"
	"blemish/detect/auto"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/inspection"

	"github.com/spf13/cobra"
)

// A CAD model to learn from, and a tolerance to judge by: flags of train.

// cad is what the two flags say.
type cad struct {
	file      string
	tolerance string
}

func (c *cad) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.file, "cad", "", "CAD model of the part: a mesh (STL, PLY, OBJ, OFF) in the scans' unit")
	f.StringVar(&c.tolerance, "tolerance", "", "how far off a sound part may be, in the scans' unit: 0.2, or +0.3,-0.1")
}

// settings puts the tolerance into a detector's settings.
func (c *cad) settings(config map[string]any) error {
	if c.tolerance == "" {
		return nil
	}
	t, err := inspection.ParseTolerance(c.tolerance)
	if err != nil {
		return usagef("--%w", err)
	}
	config["tolerance_over"], config["tolerance_under"] = t.Over, t.Under
	return nil
}

// check says whether a detector can be taught so.
func (c *cad) check(d detect.Detector) error {
	switch {
	case d.Name() == deviation.Name || d.Name() == auto.Name:
		return nil
	case c.file != "":
		return usagef("--cad: %s compares scans with scans; --detector deviation takes a CAD model", d.Name())
	case c.tolerance != "":
		return usagef("--tolerance: %s measures no distances; --detector deviation takes a tolerance", d.Name())
	}
	return nil
}

// read adds the CAD model to what is learnt from.
func (c *cad) read(e *env, opt *detect.FitOptions) error {
	if c.file == "" {
		return nil
	}
	m, info, err := format.ReadMesh(c.file)
	if err != nil {
		return err
	}
	for _, w := range info.Warnings {
		e.log.Warn(c.file + ": " + w)
	}
	if len(m.Faces) == 0 {
		return fmt.Errorf("%s: no faces: a CAD model is a mesh; give scans with --sound", c.file)
	}
	opt.CAD, opt.CADFile = m, detect.SourceFile{Name: filepath.Base(c.file), Points: len(m.Vertices)}
	opt.CADFile.SHA256, err = format.HashFile(c.file)
	return err
}

// learnt tells what was learnt, and what a verdict rests on that no sound scan teaches.
func (c *cad) learnt(e *env, d detect.Detector, class, out string, scans int) {
	beside := "alone"
	if scans > 0 {
		beside = fmt.Sprintf("and %d sound scans", scans)
	}
	e.log.Info(fmt.Sprintf("%s learnt %s from the CAD model %s %s; model in %s", d.Name(), class, filepath.Base(c.file), beside, out))
	if scans == 0 && c.tolerance == "" {
		e.log.Warn("without --tolerance and without sound scans everything that is off the CAD model by more than a scan's own noise counts as a defect: bores, radii and paint too")
	}
}
