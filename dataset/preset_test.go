package dataset

import (
	"strings"
	"testing"

	"blemish/defect"
	"blemish/shape"
)

// TestPresetIsThePublishedListing holds the counts against the totals of the
// published files: 160 to learn from and 1,312 to test with, 600 of them sound.
func TestPresetIsThePublishedListing(t *testing.T) {
	opt := Options{Preset: AnomalyShapeNet}.Defaults()
	if err := opt.Validate(); err != nil {
		t.Fatal(err)
	}
	sources, err := findSources(opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) != 40 || len(shape.Classes()) != 40 {
		t.Fatalf("%d classes", len(sources))
	}
	counts := map[string]int{}
	files := map[string]bool{}
	for i, s := range sources {
		jobs, err := jobsOf(i, s, opt)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			word := strings.TrimRight(j.file[strings.LastIndexByte(j.file, '_')+1:], ".pcd0123456789")
			counts[word]++
			if files[j.file] {
				t.Errorf("%s comes twice", j.file)
			}
			files[j.file] = true
			if (j.truth != "") != (j.kind != "") {
				t.Errorf("%s: truth %q", j.file, j.truth)
			}
		}
	}
	want := map[string]int{"template": 160, "positive": 600, "bulge": 280, "concavity": 280, "scratch": 45, "hole": 38, "broken": 36, "crak": 25, "bending": 8}
	for word, n := range want {
		if counts[word] != n {
			t.Errorf("%d %s, want %d", counts[word], word, n)
		}
	}
	if len(files) != 1472 {
		t.Errorf("%d clouds, want 1472", len(files))
	}
	// Some names of the published set, and some that it does not have.
	for name, is := range map[string]bool{
		"vase9/test/vase9_broken2.pcd": true, "vase9/test/vase9_crak5.pcd": true, "vase9/test/vase9_crak2.pcd": false,
		"bucket1/test/bucket1_scratch0.pcd": true, "bucket1/test/bucket1_hole1.pcd": true, "bucket1/test/bucket1_hole2.pcd": false,
		"bowl4/test/bowl4_scratch3.pcd": true, "ashtray0/test/ashtray0_positive14.pcd": true, "vase6/test/vase6_bulge0.pcd": false,
		"helmet0/test/helmet0_bending1.pcd": true, "bottle3/test/bottle3_crak2.pcd": true, "bottle1/test/bottle1_crak4.pcd": true,
	} {
		if files[name] != is {
			t.Errorf("%s: %v, want %v", name, files[name], is)
		}
	}
}

func TestKindsAreNamedAsEachSetNamesThem(t *testing.T) {
	opt := Options{Train: 1, Sound: 1, PerKind: 1, Kinds: []defect.Kind{defect.Crack, defect.Concavity}, Layout: Real3D}
	jobs, err := jobsOf(0, source{class: "car"}, opt)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, j := range jobs {
		got = append(got, j.file, j.truth)
	}
	want := "car/train/1_template.pcd  car/test/1_good.pcd  car/test/2_crack.pcd car/gt/2_crack.txt car/test/3_sink.pcd car/gt/3_sink.txt"
	if strings.Join(got, " ") != want {
		t.Errorf("files %q, want %q", strings.Join(got, " "), want)
	}
}
