package format

import (
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestEveryMesh reads the test meshes and holds the counts against their table.
func TestEveryMesh(t *testing.T) {
	dir := dataDir(t, "meshes")
	f, err := os.Open(filepath.Join(dir, "MESHES.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		name := row[column["file"]]
		vertices, _ := strconv.Atoi(row[column["vertices"]])
		faces, _ := strconv.Atoi(row[column["faces"]])
		m, info, err := ReadMesh(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if len(m.Vertices) != vertices || info.Points != vertices || info.Faces != faces || len(m.Faces) < faces {
			t.Errorf("%s: %d vertices, %d faces, %d triangles; want %d and %d", name, len(m.Vertices), info.Faces, len(m.Faces), vertices, faces)
		}
		bent := strings.Contains(name, "control_quads") // a cage for subdivision, with quads bent beyond any plane
		if info.Kind != strings.TrimPrefix(filepath.Ext(name), ".") || len(info.Warnings) > 0 && !bent {
			t.Errorf("%s: %+v", name, info)
		}
		if far := strings.Contains(name, "huge_offset"); far != (m.Origin != [3]float64{}) {
			t.Errorf("%s: origin %v", name, m.Origin)
		}
		cloud, info, err := ReadCloud(filepath.Join(dir, name))
		if err != nil || cloud.Len() != vertices || info.Faces != faces {
			t.Errorf("%s as a cloud: %v %v", name, info, err)
		}
	}
	if len(rows) < 100 {
		t.Errorf("the table has only %d rows", len(rows))
	}
}

// TestEveryCloud reads the published layout's clouds and truth files.
func TestEveryCloud(t *testing.T) {
	dir := dataDir(t, "clouds")
	clouds, truths := 0, 0
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		if d.Name() == "real" { // scans of another layout
			return filepath.SkipDir
		}
		ext := filepath.Ext(path)
		if ext != ".pcd" && ext != ".txt" {
			return nil
		}
		cloud, info, err := ReadCloud(path)
		if err != nil {
			t.Error(err)
			return nil
		}
		if ext == ".pcd" {
			clouds++
			if info.Kind != "pcd" || info.Encoding != "binary" || cloud.Len() < 1000 || cloud.Scalars != nil {
				t.Errorf("%s: %+v", path, info)
			}
			return nil
		}
		truths++
		label := cloud.Scalar("column4")
		if label == nil || cloud.Len() < 1000 {
			t.Fatalf("%s: %+v", path, info)
		}
		for i, v := range label {
			if v != 0 && v != 1 {
				t.Errorf("%s: point %d has label %v", path, i, v)
				break
			}
		}
		return nil
	})
	if clouds < 100 || truths < 40 {
		t.Errorf("only %d clouds and %d truth files", clouds, truths)
	}
}
