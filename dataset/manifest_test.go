package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"blemish/defect"
)

// onePlan is a manifest as synth writes it: a sound sample and a bulge.
const onePlan = `{"blemish": "0.1.0", "seed": 1,
 "options": {"classes": ["cup0"], "kinds": ["bulge"], "train": 1, "sound": 0, "per_kind": 1, "severity": "medium", "min_points": 200, "max_points": 220,
  "sampling": "area", "pose": "random", "noise": 0, "outliers": 0, "uneven": 0, "quantize": 0, "views": 0, "layout": "anomaly-shapenet"},
 "samples": [
  {"file": "cup0/train/cup0_template0.pcd", "class": "cup0", "kind": "sound", "index": 0, "source": "built-in cup0", "points": 215, "anomalous": 0,
   "share": 0, "size": 0, "depth": 0, "pose": [1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1]},
  {"file": "cup0/test/cup0_bulge0.pcd", "truth": "cup0/GT/cup0_bulge0.txt", "class": "cup0", "kind": "bulge", "index": 0, "source": "built-in cup0",
   "plan": {"kind": "bulge", "severity": "medium", "center": [-0.28238913268122895, -0.2330179972462996, 0.27993730435544245],
    "normal": [0.5457799804712662, 0.8245853678480751, 0.14894020292600274], "along": [-0.2573565138221592, 0.3341152624191228, -0.9067163923807188],
    "pivot": [0, 0, 0], "radius": 0.2, "aspect": 0.6280946994928645, "depth": 0.04213004502498092, "rough": 0.7702433240200641, "noise": 2976342747},
   "points": 204, "anomalous": 4, "share": 0.02346041055718475, "size": 0.28540216153628406, "depth": 0.026692446488864523,
   "pose": [1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1]}],
 "skipped": [], "of a later version": {"a": [1, {"b": null}]}}`

func TestManifestsAreChecked(t *testing.T) {
	if m, err := DecodeManifest(strings.NewReader(onePlan)); err != nil || len(m.Samples) != 2 || m.Samples[1].Plan.Form.(defect.BulgePlan).Radius != 0.2 || m.Options.MaxPoints != 220 {
		t.Fatalf("%+v, %v", m, err)
	}
	for _, c := range []struct{ from, to, says string }{
		{`"radius": 0.2`, `"radius": 0`, `sample "cup0/test/cup0_bulge0.pcd": plan: bulge: radius is 0`},
		{`"radius": 0.2`, `"radius": 1e-300`, "radius"},
		{`"radius": 0.2`, `"radius": -1`, "radius"},
		{`"radius": 0.2`, `"radius": 1e300`, "radius"},
		{`"radius": 0.2`, `"radius": 1e999`, "1e999"},
		{`"radius": 0.2`, `"radius": NaN`, "invalid character"},
		{`"radius": 0.2`, `"radius": 0.2, "width": 0.01`, "width is 0.01; a bulge has none"},
		{`"radius": 0.2`, `"radius": 0.2, "parts": [{}]`, "a bulge has no parts"},
		{`"plan": {"kind": "bulge"`, `"plan": {"kind": "hybrid", "parts": [{"kind": "hybrid"}]`, "a hybrid is no part of another"},
		{`"plan": {"kind": "bulge"`, `"plan": {"kind": "hybrid", "parts": [{}, {}, {}, {}, {}, {}, {}, {}]`, "1 to 7 parts, not 8"},
		{`"plan": {"kind": "bulge"`, `"plan": {"kind": "hybrid", "parts": ` + strings.Repeat(`[{"parts": `, 4000) + "[]" + strings.Repeat("}]", 4000), "has no parts"},
		{`"aspect": 0.6280946994928645`, `"aspect": 0`, "aspect is 0"},
		{`"center": [-0.28238913268122895`, `"center": [1e38`, "center is 1e+38"},
		{`"kind": "bulge", "severity"`, `"kind": "dent", "severity"`, `"dent"`},
		{`"severity": "medium", "center"`, `"severity": "", "center"`, "severity"},
		{`"train": 1`, `"train": 1000000000`, "at most 1000000 clouds"},
		{`"sound": 0`, `"sound": 1000000000`, "at most 1000000 clouds"},
		{`"per_kind": 1`, `"per_kind": 1000000000`, "at most 1000000 clouds"},
		{`"max_points": 220`, `"max_points": 1000000000`, "points 200-1000000000"},
		{`"train": 1`, `"train": 1e30`, "1e30"},
		{`"noise": 0,`, `"noise": 1e30,`, "noise"},
		{`"views": 0`, `"views": 1000000000`, "views"},
		{`"index": 0`, `"index": -1`, "index"},
		{`"points": 215`, `"points": 1000000000`, "points is 1000000000"},
		{`"anomalous": 4`, `"anomalous": 205`, "anomalous"},
		{`cup0/train/cup0_template0.pcd`, `../train/cup0_template0.pcd`, "file must be"},
		{`cup0/train/cup0_template0.pcd`, `cup0/train/../x.pcd`, "file must be"},
		{`cup0/GT/cup0_bulge0.txt`, `cup0/GT/../../x`, "truth"},
		{`"class": "cup0"`, `"class": ".."`, "class"},
		{`"kind": "sound"`, `"kind": "hole"`, "without a plan"},
		{`"truth": "cup0/GT/cup0_bulge0.txt", `, ``, "a plan and a truth"},
		{`built-in cup0`, strings.Repeat("x", 5000), "5000 bytes"},
		{`"skipped": [],`, `"skipped": [], "new": ` + strings.Repeat("[", 2000000), "nested more than 100"},
		{`"skipped": [],`, `"skipped": [], "new": "` + strings.Repeat("x", 5<<20) + `",`, "more than 4 MB"},
		{`"seed": 1,`, `"seed": -1,`, "number -1"},
		{`"samples": [`, `"samples": [{},`, "class"},
		{`"samples": [`, `"samples": {`, "where a list should be"},
		{`"blemish": "0.1.0", `, ``, "no version"},
		{`null}]}}`, `null}]}} x`, "follows its end"},
		{`null}]}}`, ``, "it ends within"},
	} {
		text := strings.Replace(onePlan, c.from, c.to, 1)
		if text == onePlan {
			t.Errorf("nothing changed for %q", c.from)
		}
		if _, err := DecodeManifest(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 1000 {
			t.Errorf("%.60q for %q: error %.300v, want %q", c.to, c.from, err, c.says)
		}
	}
}

// endless repeats a text.
type endless struct{ text, rest string }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		if e.rest == "" {
			e.rest = e.text
		}
		b[i], e.rest = e.rest[0], e.rest[1:]
	}
	return len(b), nil
}

// A manifest without end costs a message: no list and no text in it is read on and on.
func TestEndlessManifests(t *testing.T) {
	for begin, again := range map[string]string{
		`{"skipped": [`:            `{},`,
		`{"new": "`:                "x",
		`{`:                        " ",
		`{"new": `:                 "[",
		`{"options": {"classes":[`: `"a",`,
	} {
		_, err := DecodeManifest(io.MultiReader(strings.NewReader(begin), &endless{text: again}))
		if err == nil {
			t.Errorf("%s%s…: no error", begin, again)
		}
	}
}

// A plan whose place is wrong for the object is an error that names the sample.
func TestReplayNamesTheSample(t *testing.T) {
	for from, to := range map[string]string{`"radius": 0.2`: `"radius": 1e-9`, `"center": [-0.28`: `"center": [-9.28`} {
		m, err := DecodeManifest(strings.NewReader(strings.Replace(onePlan, from, to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "again")
		err = Replay(context.Background(), dir, m, m.Samples[1:], nil, 1)
		if err == nil || !strings.Contains(err.Error(), "cup0/test/cup0_bulge0.pcd: plan: bulge") && !strings.Contains(err.Error(), "cup0/test/cup0_bulge0.pcd: bulge") {
			t.Errorf("%s: %v", to, err)
		}
		if left, err := os.ReadDir(dir); err == nil && len(left) > 0 {
			t.Errorf("%s: %v is left", to, left)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(onePlan))
	f.Add([]byte(strings.Replace(onePlan, "anomaly-shapenet", "real3d", 1)))
	f.Add([]byte(`{"samples": [{"plan": {"kind": "hybrid", "parts": [{}]}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := DecodeManifest(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeManifest(bytes.NewReader(again))
		if err != nil {
			t.Fatal(err)
		}
		if third, err := json.Marshal(back); err != nil || !reflect.DeepEqual(again, third) {
			t.Fatalf("%s\n%s\n%v", again, third, err)
		}
	})
}
