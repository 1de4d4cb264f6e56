package dataset

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blemish/format"
	"blemish/geom"
)

// Published sets as they are downloaded, rebuilt from tiny clouds. The names are those that the
// full listings of Anomaly-ShapeNet and Real3D-AD have (MC3D-AD, Jiang et al., 2025), and those
// that the published loaders of the other sets look for.

// plainPCD is a PCD file with three points, as text.
const plainPCD = "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 3\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 3\nDATA ascii\n0 0 0\n1 0 0\n0 1 0\n"

// shuffled is a truth file of the same points in another order; the point (0, 1, 0) is
// anomalous.
func shuffled(comma string) string {
	return strings.ReplaceAll("0 1 0 1.0\n0 0 0 0.0\n1 0 0 0.0\n", " ", comma)
}

// loads loads every scan and counts the test scans by kind.
func loads(t *testing.T, set *Set) (train int, kinds map[string]int) {
	t.Helper()
	kinds = map[string]int{}
	for _, c := range set.Classes {
		train += len(c.Train)
		for _, it := range slices.Concat(c.Train, c.Test) {
			cloud, _, err := set.Load(it)
			if err != nil {
				t.Fatal(err)
			}
			label := cloud.Scalar("label")
			if len(label) != 3 {
				t.Fatalf("%s has %d labels", it.File, len(label))
			}
			for i, p := range cloud.Points {
				if want := it.Defective && p == (geom.Vec3{Y: 1}); (label[i] == 1) != want {
					t.Fatalf("%s: %v has the label %v", it.File, p, label[i])
				}
			}
		}
		for _, it := range c.Test {
			kinds[it.Kind]++
		}
	}
	return train, kinds
}

func TestTheListingOfAnomalyShapeNetIsRead(t *testing.T) {
	for _, at := range []struct{ folder, comma string }{{"dataset/pcd", ","}, {"dataset/16384", " "}} { // the set, and its copy of 16,384 points
		dir := t.TempDir()
		opt := Options{Preset: AnomalyShapeNet}.Defaults() // has the counts and names of the listing
		for i, class := range opt.Classes {
			jobs, err := jobsOf(i, source{class: class}, opt)
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range jobs {
				write(t, filepath.Join(dir, filepath.FromSlash(at.folder), filepath.FromSlash(j.file)), plainPCD)
				if j.truth != "" {
					write(t, filepath.Join(dir, filepath.FromSlash(at.folder), filepath.FromSlash(j.truth)), shuffled(at.comma))
				}
			}
		}
		open := dir
		if at.comma == " " {
			open = filepath.Join(dir, filepath.FromSlash(at.folder))
		}
		set, err := Open(open, "auto")
		if err != nil {
			t.Fatal(err)
		}
		train, kinds := loads(t, set)
		want := map[string]int{Sound: 600, "bulge": 280, "concavity": 280, "scratch": 45, "hole": 38, "broken": 36, "crak": 25, "bending": 8}
		if set.Layout != AnomalyShapeNet || set.Published() != AnomalyShapeNet || len(set.Classes) != 40 || train != 160 || fmt.Sprint(kinds) != fmt.Sprint(want) {
			t.Errorf("layout %s (%q), %d classes, %d to learn from, kinds %v", set.Layout, set.Published(), len(set.Classes), train, kinds)
		}
	}
}

func TestTheListingOfReal3DIsRead(t *testing.T) {
	dir := t.TempDir()
	// All spellings of the listing, with the numbers that it has of each.
	listed := []struct {
		kind, ending string
		count        int
	}{
		{"good", "", 302}, {"good", "_cut", 298}, {"good", "_copy", 4}, {"bulge", "", 187}, {"bulge", "_cut", 187}, {"sink", "", 71}, {"sink", "_cut", 69},
		{"sink", "_copy", 2}, {"bulges", "", 26}, {"bulges", "_cut", 26}, {"sinks", "", 11}, {"sinks", "_cut", 11}, {"hybrid", "", 6}, {"hybrid", "_cut", 6},
	}
	number := 0
	for _, class := range real3dClasses {
		for _, id := range []int{287, 60, 446, 1} {
			write(t, filepath.Join(dir, class, "train", fmt.Sprintf("%d_template.pcd", id)), plainPCD)
		}
	}
	put := func(class, stem string, defective bool) {
		write(t, filepath.Join(dir, class, "test", stem+".pcd"), plainPCD)
		if defective {
			write(t, filepath.Join(dir, class, "gt", stem+".txt"), shuffled(" "))
		}
	}
	room := map[string]int{}
	for _, l := range listed {
		for range l.count {
			class := real3dClasses[number%len(real3dClasses)]
			for room[class] == 100 && class != "chicken" {
				number++
				class = real3dClasses[number%len(real3dClasses)]
			}
			room[class]++
			number++
			put(class, fmt.Sprintf("%d_%s%s", number, l.kind, l.ending), l.kind != "good")
		}
	}
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	train, kinds := loads(t, set)
	want := map[string]int{Sound: 604, "bulge": 374, "sink": 142, "bulges": 52, "sinks": 22, "hybrid": 12}
	if set.Layout != Real3D || train != 48 || fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("layout %s, %d to learn from, kinds %v", set.Layout, train, kinds)
	}
}

// Templates are learnt from and not judged, and nothing else is learnt from where there are some.
func TestTemplatesAreToLearnFrom(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "car", "train", "1_template.pcd"), plainPCD)
	write(t, filepath.Join(dir, "car", "train", "9_good.pcd"), plainPCD)
	write(t, filepath.Join(dir, "car", "test", "1_template.pcd"), plainPCD)
	write(t, filepath.Join(dir, "car", "test", "2_good.pcd"), plainPCD)
	write(t, filepath.Join(dir, "car", "gt", "readme.md"), "")
	write(t, filepath.Join(dir, "duck", "train", "3_prototype.pcd"), plainPCD)
	write(t, filepath.Join(dir, "duck", "test", "4_good.pcd"), plainPCD)
	write(t, filepath.Join(dir, "duck", "gt", "readme.md"), "")
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	car, duck := set.Classes[0], set.Classes[1]
	if len(car.Train) != 1 || car.Train[0].File != "car/train/1_template.pcd" || len(car.Test) != 1 || car.Test[0].File != "car/test/2_good.pcd" {
		t.Errorf("car: %+v", car)
	}
	if len(duck.Train) != 1 || len(duck.Test) != 1 {
		t.Errorf("duck: %+v", duck)
	}
	// In folders of one's own a name says nothing.
	plain := t.TempDir()
	write(t, filepath.Join(plain, "train", "template.xyz"), threePoints)
	write(t, filepath.Join(plain, "train", "b.xyz"), threePoints)
	write(t, filepath.Join(plain, "test", "good", "template.xyz"), threePoints)
	if set, err = Open(plain, "auto"); err != nil || len(set.Classes[0].Train) != 2 || len(set.Classes[0].Test) != 1 {
		t.Errorf("plain: %+v, %v", set, err)
	}
}

func TestAMissingTruthCostsItsScan(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "vase0", "train", "vase0_template0.pcd"), plainPCD)
	for i := range 2 {
		write(t, filepath.Join(dir, "vase0", "test", fmt.Sprintf("vase0_bulge%d.pcd", i)), plainPCD)
	}
	write(t, filepath.Join(dir, "vase0", "GT", "vase0_bulge1.txt"), shuffled(","))
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	test := set.Classes[0].Test
	if _, _, err := set.Load(test[0]); err == nil || !strings.Contains(err.Error(), "vase0_bulge0.pcd: ") || !strings.Contains(err.Error(), "no vase0/GT/vase0_bulge0.txt with its truth") {
		t.Errorf("the scan without: %v", err)
	}
	if cloud, _, err := set.Load(test[1]); err != nil || cloud.Scalar("label")[0] != 1 {
		t.Errorf("the scan with: %v", err)
	}
}

// MulSen-AD: meshes in Pointcloud, the anomalous points alone as truth, and a table that says
// which defects the scan shows.
func TestOpenMulSen(t *testing.T) {
	dir := t.TempDir()
	base := filepath.Join(dir, "capsule")
	stl := func(part, file string) {
		m := &geom.Mesh{Vertices: []geom.Vec3{{}, {X: 1}, {Y: 1}}, Faces: [][3]int32{{0, 1, 2}}}
		var out bytes.Buffer
		if err := format.EncodeMesh(&out, "a.stl", m, format.WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(base, "Pointcloud", part, file), out.String())
	}
	stl("train", "0.stl")
	stl("train", "1.stl")
	stl("test", "good/0.stl")
	for i := range 11 {
		stl("test", fmt.Sprintf("hole/%d.stl", i))
		write(t, filepath.Join(base, "Pointcloud", "GT", "hole", fmt.Sprintf("%d.txt", i)), "0.001,0.999,0\n0,1.001,0\n")
	}
	stl("test", "color/0.stl")
	write(t, filepath.Join(base, "RGB", "train", "0.png"), "")
	write(t, filepath.Join(base, "RGB", "GT", "hole", "data.csv"), "object,rgb,infrared,point\n0,1,0,1\n1,1,1,1\n2,1,1,0\n"+strings.Repeat("3,1,1,1\n", 8))
	write(t, filepath.Join(base, "RGB", "GT", "color", "data.csv"), "object,rgb,infrared,point\n0,1,0,0\n")
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	train, kinds := loads(t, set)
	if set.Layout != Plain || len(set.Classes) != 1 || set.Classes[0].Name != "capsule" || train != 2 || kinds["hole"] != 10 || kinds[Sound] != 3 {
		t.Errorf("%+v, %d to learn from, kinds %v", set, train, kinds)
	}
	for _, it := range set.Classes[0].Test {
		if it.File == "capsule/Pointcloud/test/hole/2.stl" && it.Defective {
			t.Error("a hole that the scan does not show counts")
		}
	}
	write(t, filepath.Join(base, "RGB", "GT", "hole", "data.csv"), "object,rgb\n0,1\n")
	if _, err := Open(dir, "auto"); err == nil || !strings.Contains(err.Error(), "data.csv:2: 2 columns") {
		t.Errorf("a table of two columns: %v", err)
	}
}

// MiniShift: scans of every kind in folders by how hard they are, labels alone as truth.
func TestOpenMiniShift(t *testing.T) {
	dir := t.TempDir()
	base := filepath.Join(dir, "flat_pad")
	write(t, filepath.Join(base, "train", "good", "0.txt"), threePoints)
	write(t, filepath.Join(base, "test", "good", "1.txt"), threePoints)
	for _, level := range []string{"easy", "medium", "hard"} {
		write(t, filepath.Join(base, "test", "scratch", level, "7.txt"), threePoints)
		write(t, filepath.Join(base, "gt", "scratch", level, "7.txt"), "0.000e+00\n0.000e+00\n1.000e+00\n")
	}
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	train, kinds := loads(t, set)
	if train != 1 || kinds["scratch"] != 3 || kinds[Sound] != 1 {
		t.Errorf("%d to learn from, kinds %v", train, kinds)
	}
	write(t, filepath.Join(base, "gt", "scratch", "easy", "7.txt"), "0\n1\n")
	if _, _, err := set.Load(set.Classes[0].Test[1]); err == nil || !strings.Contains(err.Error(), "2 labels for the 3 points") {
		t.Errorf("too few labels: %v", err)
	}
}

// Real3D-AD with training scans cut to what test scans show: labels stand in the scans.
func TestOpenCutReal3D(t *testing.T) {
	dir := t.TempDir()
	base := filepath.Join(dir, "duck")
	write(t, filepath.Join(base, "train_cut", "12_template.asc"), threePoints)
	write(t, filepath.Join(base, "test", "good", "3_good.txt"), "0 0 0 0\n1 0 0 0\n0 1 0 0\n")
	write(t, filepath.Join(base, "test", "sink", "4_sink_cut.txt"), "0 0 0 0\n1 0 0 0\n0 1 0 1\n")
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	train, kinds := loads(t, set)
	if train != 1 || kinds["sink"] != 1 || kinds[Sound] != 1 {
		t.Errorf("%d to learn from, kinds %v", train, kinds)
	}
}
