package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"blemish/format"
	"blemish/geom"
	"blemish/register"
)

// The clouds with known poses.

// entry is one line of a manifest.
type entry struct {
	class, file, kind string
	fromModel         geom.Pose // scan from the common pose
}

// clouds aligns every test cloud to the union of its class's sound clouds.
func (m *measurement) clouds(data string) error {
	for _, set := range []string{"carved-elsewhere", "carved-elsewhere-hard"} {
		root := filepath.Join(data, "clouds", set)
		entries, err := readManifest(filepath.Join(root, "MANIFEST.csv"))
		if err != nil {
			return err
		}
		done := map[string]bool{}
		for _, e := range entries {
			if done[e.class] {
				continue
			}
			done[e.class] = true
			if !m.wanted(set, e.class) || !m.mine(set, e.class) {
				continue
			}
			if err := m.class(set, root, e.class, entries); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *measurement) class(set, root, class string, entries []entry) error {
	var train [][]geom.Vec3
	var first geom.Pose // of train cloud 0, from the common pose
	for _, e := range entries {
		if e.class == class && e.kind == "train" {
			c, _, err := format.ReadCloud(filepath.Join(root, e.file))
			if err != nil {
				return err
			}
			if len(train) == 0 {
				first = e.fromModel
			}
			train = append(train, c.Points)
		}
	}
	group, err := register.Group(m.ctx, train, m.opt)
	if err != nil {
		return fmt.Errorf("%s: %w", class, err)
	}
	var union []geom.Vec3
	for i, points := range train {
		union = append(union, group.Poses[0].Inverse().Mul(group.Poses[i]).ApplyAll(points)...)
	}
	// The probe is the first sound test scan, where it truly stands.
	var s *subject
	for _, e := range entries {
		if e.class != class || e.kind == "train" {
			continue
		}
		t := trial{set: set, object: class, kind: e.kind, file: filepath.Base(e.file), truth: first.Mul(e.fromModel.Inverse())}
		c, _, err := format.ReadCloud(filepath.Join(root, e.file))
		if err != nil {
			return err
		}
		t.points = c.Points
		if t.sound, err = soundPoints(root, e, c); err != nil {
			return err
		}
		if s == nil {
			if e.kind != "positive" {
				return fmt.Errorf("%s: the first test cloud of %s is not sound", root, class)
			}
			if s, err = m.newSubject(set, class, union, t.truth.ApplyAll(t.points)); err != nil {
				return err
			}
		}
		if err := m.run(s, t); err != nil {
			return err
		}
	}
	return nil
}

// soundPoints lists the points that the truth file does not call anomalous.
func soundPoints(root string, e entry, c *geom.Cloud) ([]int32, error) {
	var index []int32
	if e.kind == "positive" {
		for i := range c.Points {
			index = append(index, int32(i))
		}
		return index, nil
	}
	name := filepath.Join(root, e.class, "GT", strings.TrimSuffix(filepath.Base(e.file), ".pcd")+".txt")
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for i := int32(0); lines.Scan(); i++ {
		if strings.HasSuffix(strings.TrimSpace(lines.Text()), ",0") {
			index = append(index, i)
		}
	}
	return index, lines.Err()
}

func readManifest(name string) ([]entry, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	column := map[string]int{}
	for i, n := range rows[0] {
		column[n] = i
	}
	var out []entry
	for _, r := range rows[1:] {
		var v [7]float64
		for i, n := range []string{"qw", "qx", "qy", "qz", "tx", "ty", "tz"} {
			if v[i], err = strconv.ParseFloat(r[column[n]], 64); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, r[column["file"]], err)
			}
		}
		out = append(out, entry{
			class: r[column["class"]], file: r[column["file"]], kind: r[column["kind"]],
			fromModel: geom.Pose{R: geom.RotationQuat(v[0], v[1], v[2], v[3]), T: geom.Vec{X: v[4], Y: v[5], Z: v[6]}},
		})
	}
	return out, nil
}
