package judge

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"blemish/format"
	"blemish/geom"
	"blemish/render"
	"blemish/report"
)

// The point files that predict leaves beside its report.

// saveMaps writes each scan as a PLY that viewers show as a heat map, and the scores alone
// as NPY. Surface that is missing, and that was not seen, are clouds of their own.
func saveMaps(dir string, views []report.ScanView) error {
	taken := map[string]bool{}
	for _, v := range views {
		base := strings.TrimSuffix(filepath.Base(v.Name), filepath.Ext(v.Name))
		stem := base
		for n := 2; taken[stem]; n++ {
			stem = fmt.Sprintf("%s-%d", base, n)
		}
		for _, name := range []string{stem, stem + missingSuffix, stem + notSeenSuffix} {
			taken[name] = true
		}
		if err := saveMap(filepath.Join(dir, stem), v); err != nil {
			return err
		}
	}
	return nil
}

// What stands behind a scan's name for surface that it lacks.
const (
	missingSuffix = "-missing"
	notSeenSuffix = "-not-seen"
)

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
	if err := format.WriteCloud(stem+".ply", scoredCloud(v), format.WriteOptions{Colors: colors}); err != nil {
		return err
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
