package dataset

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/defect"
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
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	test := set.Classes[0].Test
	if set.Layout != Real3D || len(test) != 2 || test[0].Kind != Sound || test[1].Kind != "bulge" {
		t.Fatalf("layout %s, test scans %+v", set.Layout, test)
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

func smallRecipe(workers int) Options {
	return Options{
		Classes: []string{"bottle0", "bowl0"}, Kinds: []defect.Kind{defect.Bulge, defect.Hole}, Train: 1, Sound: 1, PerKind: 1,
		MinPoints: 2000, MaxPoints: 2500, Noise: 0.001, Outliers: 0.002, Seed: 5, Workers: workers, Version: "test",
	}
}

func TestBuildIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	var folders [2]string
	for i, workers := range []int{1, 3} {
		folders[i] = filepath.Join(t.TempDir(), "set")
		if _, err := Build(context.Background(), folders[i], smallRecipe(workers)); err != nil {
			t.Fatal(err)
		}
	}
	files := 0
	err := filepath.WalkDir(folders[0], func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		rel, _ := filepath.Rel(folders[0], path)
		a, errA := os.ReadFile(path)
		b, errB := os.ReadFile(filepath.Join(folders[1], rel))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs between 1 and 3 workers (%v, %v)", rel, errA, errB)
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Fatalf("%d files, error %v", files, err)
	}
}

func TestBuildIsReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "set")
	m, err := Build(context.Background(), dir, smallRecipe(0))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	bySample := map[string]Sample{}
	for _, s := range m.Samples {
		bySample[s.File] = s
	}
	for _, class := range set.Classes {
		for _, it := range append(append([]Item{}, class.Train...), class.Test...) {
			s, ok := bySample[it.File]
			if !ok {
				t.Fatalf("%s is not in the manifest", it.File)
			}
			cloud, _, err := set.Load(it)
			if err != nil {
				t.Fatal(err)
			}
			anomalous := 0
			for _, v := range cloud.Scalar("label") {
				anomalous += int(v)
			}
			if cloud.Len() != s.Points || anomalous != s.Anomalous || (s.Plan != nil) != it.Defective {
				t.Errorf("%s: %d points, %d anomalous; the manifest says %d and %d", it.File, cloud.Len(), anomalous, s.Points, s.Anomalous)
			}
			if it.Defective && (s.Share < 0.001 || s.Share > 0.25 || s.Depth <= 0) {
				t.Errorf("%s: share %g, depth %g", it.File, s.Share, s.Depth)
			}
		}
	}
}

func TestBuildLeavesNothingHalfMade(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "set")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, dir, smallRecipe(0)); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	left, err := os.ReadDir(parent)
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v", left)
	}
}

func TestBuildRefuses(t *testing.T) {
	full := t.TempDir()
	write(t, filepath.Join(full, "x"), "")
	if _, err := Build(context.Background(), full, smallRecipe(0)); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("full folder: %v", err)
	}
	for name, change := range map[string]func(*Options){
		"class":    func(o *Options) { o.Classes = []string{"spaceship"} },
		"kind":     func(o *Options) { o.Kinds = []defect.Kind{"dent"} },
		"points":   func(o *Options) { o.MinPoints, o.MaxPoints = 5, 2 },
		"noise":    func(o *Options) { o.Noise = math.NaN() },
		"train":    func(o *Options) { o.Train = 0 },
		"severity": func(o *Options) { o.Severity = "brutal" },
	} {
		o := smallRecipe(0)
		change(&o)
		if _, err := Build(context.Background(), filepath.Join(t.TempDir(), "set"), o); err == nil {
			t.Errorf("a wrong %s was accepted", name)
		}
	}
}

func TestNaturalOrder(t *testing.T) {
	for _, pair := range [][2]string{{"a2", "a10"}, {"a", "a1"}, {"a01", "a2"}, {"a9b", "a10a"}} {
		if !naturalLess(pair[0], pair[1]) || naturalLess(pair[1], pair[0]) {
			t.Errorf("%q should stand before %q", pair[0], pair[1])
		}
	}
}

func TestAFamilyIsAllItsClassesOnce(t *testing.T) {
	sources, _, err := findSources(Options{Classes: []string{"cup1", "cup", "tap0"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sources {
		got = append(got, s.class)
	}
	if want := "cup1 cup0 tap0"; strings.Join(got, " ") != want {
		t.Errorf("classes %v, want %s", got, want)
	}
}
