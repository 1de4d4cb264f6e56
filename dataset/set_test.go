package dataset

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/geom"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const threePoints = "0 0 0\n1 0 0\n0 1 0\n"

func TestOpenAnomalyShapeNet(t *testing.T) {
	dir := t.TempDir()
	base := filepath.Join(dir, "dataset", "pcd", "vase0")
	write(t, filepath.Join(base, "train", "vase0_template0.xyz"), threePoints)
	write(t, filepath.Join(base, "test", "vase0_positive0.xyz"), threePoints)
	write(t, filepath.Join(base, "test", "vase0_crak2.xyz"), threePoints)
	// The published truth lists the points in another order: its own coordinates count.
	write(t, filepath.Join(base, "GT", "vase0_crak2.txt"), "0,1,0,1\n0,0,0,0\n1,0,0,0\n")
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	if set.Layout != AnomalyShapeNet || len(set.Classes) != 1 || set.Classes[0].Name != "vase0" {
		t.Fatalf("opened %+v", set)
	}
	test := set.Classes[0].Test
	if len(test) != 2 || test[0].Kind != "crak" || !test[0].Defective || test[1].Kind != Sound || test[1].Defective {
		t.Fatalf("test scans %+v", test)
	}
	cloud, _, err := set.Load(test[0])
	if err != nil {
		t.Fatal(err)
	}
	label := cloud.Scalar("label")
	if cloud.Points[0] != (geom.Vec3{Y: 1}) || label[0] != 1 || label[1] != 0 {
		t.Fatalf("points %v with labels %v: the truth's own order is lost", cloud.Points, label)
	}
	sound, _, err := set.Load(test[1])
	if err != nil || sound.Scalar("label")[0] != 0 {
		t.Fatalf("sound scan: labels %v, error %v", sound.Scalar("label"), err)
	}
}

func TestOpenReal3D(t *testing.T) {
	dir := t.TempDir()
	base := filepath.Join(dir, "airplane")
	write(t, filepath.Join(base, "train", "12_template.xyz"), threePoints)
	write(t, filepath.Join(base, "test", "3_good.xyz"), threePoints)
	write(t, filepath.Join(base, "test", "20_bulge_cut.xyz"), threePoints)
	write(t, filepath.Join(base, "gt", "20_bulge_cut.txt"), "0 0 0 0\n1 0 0 1\n0 1 0 0\n")
	for _, stem := range []string{"21_sink_copy", "22_hybrid", "23_sinks_cut_copy"} {
		write(t, filepath.Join(base, "test", stem+".xyz"), threePoints)
		// In another order than the cloud: the truth's own coordinates count.
		write(t, filepath.Join(base, "gt", stem+".txt"), "0 1 0 1\n0 0 0 0\n1 0 0 0\n")
	}
	write(t, filepath.Join(base, "test", "24_good_cut.xyz"), threePoints)
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	test := set.Classes[0].Test
	var kinds []string
	for _, it := range test {
		kinds = append(kinds, it.Kind)
	}
	if got := strings.Join(kinds, " "); set.Layout != Real3D || got != "sound bulge sink hybrid sinks sound" {
		t.Fatalf("layout %s, kinds %s", set.Layout, got)
	}
	for _, i := range []int{2, 3, 4} {
		cloud, _, err := set.Load(test[i])
		if err != nil || cloud.Points[0] != (geom.Vec3{Y: 1}) || cloud.Scalar("label")[0] != 1 || cloud.Scalar("label")[1] != 0 {
			t.Fatalf("%s: %v, error %v", test[i].File, cloud, err)
		}
	}
	cloud, _, err := set.Load(test[1])
	if err != nil || cloud.Scalar("label")[1] != 1 {
		t.Fatalf("labels %v, error %v", cloud.Scalar("label"), err)
	}
}

func TestOpenPlainFolders(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "sound", "a.xyz"), threePoints)
	write(t, filepath.Join(dir, "test", "good", "b.xyz"), threePoints)
	write(t, filepath.Join(dir, "test", "dent", "c10.xyz"), threePoints)
	write(t, filepath.Join(dir, "test", "dent", "c9.xyz"), threePoints)
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	c := set.Classes[0]
	if set.Layout != Plain || len(c.Train) != 1 || len(c.Test) != 3 || c.Test[0].File != "test/dent/c9.xyz" || !c.Test[0].Defective || c.Test[2].Defective {
		t.Fatalf("opened %+v", c)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, "auto"); !errors.Is(err, ErrNotADataset) {
		t.Errorf("empty folder: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "missing"), "auto"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	write(t, filepath.Join(dir, "a", "train", "t.xyz"), threePoints)
	write(t, filepath.Join(dir, "a", "test", "a_bulge0.xyz"), threePoints)
	if _, err := Open(dir, "auto"); err == nil || !strings.Contains(err.Error(), "GT/a_bulge0.txt") {
		t.Errorf("missing truth: %v", err)
	}
	if _, err := Open(dir, "kitti"); err == nil || !strings.Contains(err.Error(), "kitti") {
		t.Errorf("unknown layout: %v", err)
	}
}

func TestNaturalOrder(t *testing.T) {
	for _, pair := range [][2]string{{"a2", "a10"}, {"a", "a1"}, {"a01", "a2"}, {"a9b", "a10a"}} {
		if !naturalLess(pair[0], pair[1]) || naturalLess(pair[1], pair[0]) {
			t.Errorf("%q should stand before %q", pair[0], pair[1])
		}
	}
}

// A class may hold its part's CAD model, beside sound scans or in their place.
func TestOpenWithCADModels(t *testing.T) {
	dir := t.TempDir()
	for _, class := range []string{"alone", "both"} {
		write(t, filepath.Join(dir, class, "cad.stl"), "solid\nendsolid\n")
		write(t, filepath.Join(dir, class, "test", "good", "0.xyz"), threePoints)
	}
	write(t, filepath.Join(dir, "both", "train", "0.xyz"), threePoints)
	write(t, filepath.Join(dir, "scans", "train", "0.xyz"), threePoints)
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Class{{Name: "alone", CAD: "alone/cad.stl"}, {Name: "both", CAD: "both/cad.stl", Train: make([]Item, 1)}, {Name: "scans", Train: make([]Item, 1)}} {
		if c := set.Classes[i]; c.Name != want.Name || c.CAD != want.CAD || len(c.Train) != len(want.Train) {
			t.Errorf("class %d is %+v, want %s with %q and %d sound scans", i, c, want.Name, want.CAD, len(want.Train))
		}
	}
}
