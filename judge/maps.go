package judge

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"blemish/format"
	"blemish/geom"
	"blemish/inspection"
	"blemish/render"
	"blemish/report"
)

// The point files that predict leaves beside its report.

// mapFolder writes each scan as a PLY that viewers show as a heat map, as it came and as it
// lies on the part, and the scores alone as NPY. Surface that is missing, and that was not
// seen, are clouds of their own; sections are tables and pictures.
type mapFolder struct {
	dir       string
	unit      string
	tolerance inspection.Tolerance
	noClouds  bool
	taken     map[string]bool
}

func newMapFolder(dir, unit string, tolerance inspection.Tolerance, noClouds bool) *mapFolder {
	return &mapFolder{dir, unit, tolerance, noClouds, map[string]bool{}}
}

// What stands behind a scan's name for surface that it lacks, and for the copy in the part's
// frame.
const (
	missingSuffix = "-missing"
	notSeenSuffix = "-not-seen"
	partSuffix    = "-on-part"
)

func (m *mapFolder) save(v report.ScanView) error {
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return err
	}
	base := strings.TrimSuffix(filepath.Base(v.Name), filepath.Ext(v.Name))
	stem := base
	for n := 2; m.taken[stem]; n++ {
		stem = fmt.Sprintf("%s-%d", base, n)
	}
	for _, name := range []string{stem, stem + missingSuffix, stem + notSeenSuffix, stem + partSuffix} {
		m.taken[name] = true
	}
	stem = filepath.Join(m.dir, stem)
	for _, p := range v.Sections {
		if err := m.saveSection(stem+"-"+fileWord(p.Name), p); err != nil {
			return err
		}
	}
	if m.noClouds {
		return nil
	}
	return saveMap(stem, v)
}

func (m *mapFolder) saveSection(stem string, p *inspection.Profile) error {
	err := format.WriteAtomic(stem+".csv", func(w io.Writer) error { return report.WriteSection(w, p, m.unit) })
	if err != nil {
		return err
	}
	return format.WriteAtomic(stem+".svg", func(w io.Writer) error { return report.WriteSectionPicture(w, p, m.tolerance, m.unit) })
}

// fileWord makes a name fit for a file.
func fileWord(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, name)
}

func saveMap(stem string, v report.ScanView) error {
	colors := make([][3]uint8, v.Cloud.Len())
	for i, s := range v.Result.Point {
		// Three times the largest score of held-out sound scans is the end of the scale.
		c := render.Heat.At(float64(s) / 3)
		if v.Judged(i) {
			colors[i] = [3]uint8{c.R, c.G, c.B}
		} else {
			colors[i] = [3]uint8{150, 150, 150}
		}
	}
	cloud := scoredCloud(v)
	if err := format.WriteCloud(stem+".ply", cloud, format.WriteOptions{Colors: colors}); err != nil {
		return err
	}
	if pose := v.Result.Pose; pose.R != (geom.Mat3{}) {
		moved := cloud.Transform(pose)
		moved.Origin = [3]float64{}
		if err := format.WriteCloud(stem+partSuffix+".ply", moved, format.WriteOptions{Colors: colors}); err != nil {
			return err
		}
	}
	err := format.WriteAtomic(stem+".npy", func(w io.Writer) error {
		return format.WriteNPY(w, v.Result.Point, len(v.Result.Point))
	})
	if err != nil {
		return err
	}
	for _, lacking := range []struct {
		suffix string
		points []geom.Vec3
	}{{missingSuffix, v.Result.Missing}, {notSeenSuffix, v.NotSeen()}} {
		if len(lacking.points) == 0 {
			continue
		}
		cloud := &geom.Cloud{Points: lacking.points, Origin: v.Cloud.Origin}
		if err := format.WriteCloud(stem+lacking.suffix+".ply", cloud, format.WriteOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// scoredCloud is a scan with what was found at each point. CloudCompare keeps those values
// of a PLY whose names begin with "scalar_".
func scoredCloud(v report.ScanView) *geom.Cloud {
	cloud := &geom.Cloud{Points: v.Cloud.Points, Normals: v.Cloud.Normals, Origin: v.Cloud.Origin}
	cloud.SetScalar("scalar_score", v.Result.Point)
	if v.Result.Signed != nil {
		cloud.SetScalar("scalar_deviation", v.Result.Signed)
	}
	region := make([]float32, cloud.Len())
	for r := range v.Result.Regions {
		for _, i := range v.Result.Regions[r].Index {
			region[i] = float32(r + 1)
		}
	}
	cloud.SetScalar("scalar_region", region)
	if sets := v.Result.Seen.Set; sets != nil {
		set := make([]float32, cloud.Len())
		for i, s := range sets {
			set[i] = float32(s)
		}
		cloud.SetScalar("scalar_set", set)
	}
	return cloud
}
