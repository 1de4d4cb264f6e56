package defect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"blemish/format"
	"blemish/mesh"
	"blemish/seed"
)

// sharedMeshes lists the mesh files of the collection; the test is skipped where it
// is not there.
func sharedMeshes(t testing.TB) []string {
	t.Helper()
	root := os.Getenv("BLEMISH_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	var files []string
	for _, ext := range []string{"obj", "off", "ply", "stl"} {
		found, _ := filepath.Glob(filepath.Join(root, "meshes", "*", "*."+ext))
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skip("no meshes: set BLEMISH_DATA to the folder that holds them")
	}
	sort.Strings(files)
	return files
}

// TestRealMeshes makes every kind of defect on a part of the collection: at least
// 95 of 100 pairs of mesh and kind must give a defect, of the promised size but for
// a few. It takes a fortieth of the collection, a fifth with BLEMISH_LONG set; measure/defects takes all.
func TestRealMeshes(t *testing.T) {
	files := sharedMeshes(t)
	step, offset := 40, 3
	if os.Getenv("BLEMISH_LONG") != "" {
		step, offset = 5, 0
	}
	pairs, made, outside := 0, 0, 0
	for i := offset; i < len(files); i += step {
		if strings.Contains(files[i], "nasty") {
			continue
		}
		m, _, err := format.ReadMesh(files[i])
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		at := target(t, m)
		for _, kind := range Kinds() {
			pairs++
			r := seed.Stream(7, filepath.Base(files[i]), string(kind))
			p, err := Draw(at, kind, Medium, r)
			if errors.Is(err, ErrUnsuitable) {
				t.Logf("%s: %v", filepath.Base(files[i]), err)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			made++
			c, err := Apply(context.Background(), at, p)
			if err != nil {
				t.Fatalf("%s: %v", files[i], err)
			}
			n := 0
			for _, l := range c.Sample(5000, r).Scalar("label") {
				n += int(l)
			}
			if n < 40 || n > 550 {
				outside++
				t.Logf("%s, %s: %.2f %% of the points are anomalous", filepath.Base(files[i]), kind, float64(n)/50)
			}
			if !traits[kind].cuts {
				if now := mesh.Check(c.Mesh()); now.BoundaryEdges > 0 && at.report.BoundaryEdges == 0 {
					t.Errorf("%s, %s: torn open (%d edges)", filepath.Base(files[i]), kind, now.BoundaryEdges)
				}
			}
		}
	}
	if made*100 < pairs*95 || outside*100 > pairs*3 {
		t.Errorf("%d of %d pairs made, %d of them of the wrong size", made, pairs, outside)
	}
}

// TestNastyMeshes: whatever a mesh is like, there is a defect or a reason.
func TestNastyMeshes(t *testing.T) {
	step := 6
	if os.Getenv("BLEMISH_LONG") != "" {
		step = 3
	}
	for i, file := range sharedMeshes(t) {
		if !strings.Contains(file, "nasty") || i%step != 0 {
			continue
		}
		m, _, err := format.ReadMesh(file)
		if err != nil {
			continue // the readers' own tests look at these
		}
		at, err := NewTarget(context.Background(), m)
		if err != nil {
			t.Logf("%s: %v", filepath.Base(file), err)
			continue
		}
		for _, kind := range Kinds() {
			c, _ := carveOne(t, at, kind, Medium, 1)
			if c == nil {
				continue
			}
			for j, p := range c.Sample(1000, seed.Stream(1, "points")).Points {
				if !p.Finite() {
					t.Fatalf("%s, %s: point %d is %v", filepath.Base(file), kind, j, p)
				}
			}
		}
	}
}
