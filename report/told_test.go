package report

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
)

func TestWordsOfWhatWasNotJudged(t *testing.T) {
	known := func(change func(*detect.Seen)) *PredictSeen {
		s := detect.Seen{Set: make([]scene.Set, 100), Comparable: 100, Noise: 1, SoundNoise: 1}
		change(&s)
		return newSeen(&s)
	}
	for _, c := range []struct {
		seen *PredictSeen
		want string
	}{
		{nil, ""},
		{known(func(*detect.Seen) {}), ""},
		{known(func(s *detect.Seen) { s.NotSeenShare, s.NotSeenArea = 0.0002, 2 }), ""},
		{known(func(s *detect.Seen) { s.NotSeenShare, s.NotSeenArea = 0.18, 4712.3 }), "not seen: 18 % of the part (4,710 mm²)"},
		{known(func(s *detect.Seen) { s.NotSeenShare, s.NotSeenArea, s.Withheld = 0.18, 47.123, 0.06 }),
			"not seen: 18 % of the part (47.1 mm²), of which 6 % was in view: see whether it is there"},
		{known(func(s *detect.Seen) { s.Clutter, s.Comparable = 48, 52 }), "48 % of the scan is not the part (table or fixture)"},
		{known(func(s *detect.Seen) { s.Clutter, s.Comparable = 1, 999 }), "1 point that is not the part left out"},
		{known(func(s *detect.Seen) { s.Strays = 1 }), "1 stray point left out"},
		{known(func(s *detect.Seen) { s.Strays, s.Missed = 5, 6000 }), "5 stray points left out; 6,000 missed returns (0 0 0) left out"},
		{known(func(s *detect.Seen) { s.NoReference = 3 }), "3 % of the scan lies where the sound scans show nothing"},
		{known(func(s *detect.Seen) { s.Noise = 1.9 }), "1.9 times as noisy as the sound scans"},
		{known(func(s *detect.Seen) { s.Noise, s.SoundNoise = 1.9, 0 }), ""},
	} {
		if got := c.seen.words("mm"); got != c.want {
			t.Errorf("told %q, want %q", got, c.want)
		}
	}
}

// A hole has no depth, whatever the points around it say; a dent has.
func TestDepthOfMissingMaterial(t *testing.T) {
	index := make([]int32, 20)
	signed := make([]float32, 20)
	for i := range index {
		index[i], signed[i] = int32(i), -0.04
	}
	region := detect.Region{Kind: detect.Missing, Index: index, Area: 60, Depth: 0.04, Box: geom.Box{Max: geom.Vec{X: 10, Y: 10, Z: 1}}}
	hole := &detect.Result{Object: 3, Threshold: 1, Signed: signed, Regions: []detect.Region{region}}
	for i := range 40 {
		hole.Missing = append(hole.Missing, geom.Vec3{X: float32(i % 10), Y: float32(i / 10)})
	}
	scan := &geom.Cloud{Points: make([]geom.Vec3, 20)}
	if d := NewPredictScan("hole", scan, hole, 0).Regions[0].Depth; d.Known() {
		t.Errorf("a hole of depth %v", d)
	}
	dent := &detect.Result{Object: 3, Threshold: 1, Signed: make([]float32, 20), Regions: []detect.Region{region}}
	dent.Regions[0].Depth = 2
	for i := range dent.Signed {
		dent.Signed[i] = -2
	}
	if d := NewPredictScan("dent", scan, dent, 0).Regions[0].Depth; d != 2 {
		t.Errorf("a dent of depth %v, want 2", d)
	}
	faint := NewPredictScan("faint", scan, &detect.Result{Object: 0.9, Threshold: 1, Regions: []detect.Region{region}}, 0)
	if !faint.Regions[0].BelowThreshold || faint.counting() != 0 || faint.Told("mm") != "1 spot below the threshold (missing, 60.0 mm²)" {
		t.Errorf("below the threshold: %+v, told %q", faint.Regions[0], faint.Told("mm"))
	}
}

func TestVerdictsFitTheTerminal(t *testing.T) {
	doc := samplePredict()
	folder := strings.Repeat("a/very/long/folder/", 8)
	for _, name := range []string{"part_0001_of_the_series_with_a_long_name_from_the_scanner.ply", "part_0002_of_the_series_with_a_long_name_from_the_scanner.ply"} {
		s := doc.Scans[0]
		s.File, s.Score, s.Reason = folder+name, 123456789, strings.Repeat("no words are wider than the screen ", 9)
		doc.Scans = append(doc.Scans, s)
	}
	doc.Scans = append(doc.Scans, FailedPredictScan(folder+"b.ply", errors.New("no such file")))
	var out bytes.Buffer
	if err := doc.WriteTable(&out); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if n := utf8.RuneCountInString(line); n > tableWidth {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	for _, want := range []string{"area mm²", "depth mm", "not seen: 18 % of the part (4,710 mm²), of which 6 %", "48 % of the scan is not the part", "0001_of_the", "0002_of_the", "2.0 times as noisy"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	t.Logf("\n%s", &out)
}

func TestNamesAreCutWhereTheyAreAlike(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"short.ply"}, []string{"short.ply"}},
		{[]string{"alone/in/a/long/folder.ply"}, []string{"…a/long/folder.ply"}},
		{[]string{"one/and/the/same/a.ply", "one/and/the/same/b.ply"}, []string{"…nd/the/same/a.ply", "…nd/the/same/b.ply"}},
		{[]string{"ab-the-end-is-always-the-same", "ac-the-end-is-always-the-same"}, []string{"ab-the-end-is-alw…", "ac-the-end-is-alw…"}},
		{[]string{"in/a/folder/part1-of-a-scanner", "in/a/folder/part2-of-a-scanner", "elsewhere/and/not/alike.ply"},
			[]string{"…art1-of-a-scanner", "…art2-of-a-scanner", "…and/not/alike.ply"}},
	} {
		for i, got := range fitNames(c.names, 18) {
			if got != c.want[i] {
				t.Errorf("%s became %s, want %s", c.names[i], got, c.want[i])
			}
			if n := utf8.RuneCountInString(got); n > 18 {
				t.Errorf("%s is %d wide", got, n)
			}
		}
	}
}

func TestUnitInTheCSVHeader(t *testing.T) {
	var out bytes.Buffer
	if err := WriteCSV(&out, samplePredict().Rows()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"worst_area_mm2,worst_depth_mm,worst_x_mm", "not_seen_share,strays,clutter,missed,note", ",0.18,5,48,1,"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
	back, err := ReadCSV(&out, "results.csv")
	if err != nil {
		t.Fatal(err)
	}
	if back[0].Unit != "mm" || back[0].WorstArea != 0.5 || back[0].WorstDepth != 0.02 || back[0].Strays != 5 {
		t.Errorf("read as %+v", back[0])
	}
}

func TestNothingThatJSONHasNoWordFor(t *testing.T) {
	r := &detect.Result{Object: float32(math.NaN()), Seen: detect.Seen{Set: []scene.Set{}, NotSeenArea: math.Inf(1), NotSeenShare: math.NaN()}}
	doc := &Predict{Scans: []PredictScan{NewPredictScan("a", &geom.Cloud{}, r, math.Inf(1)), FailedPredictScan("b", errors.New("no"))}}
	var out bytes.Buffer
	if err := doc.Write(&out); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || strings.Contains(text, `"pose": [`) {
		t.Error(text)
	}
}

func TestSharedFolders(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"/a/b/1.ply /a/b/2.ply", "1.ply 2.ply"},
		{"/a/b/1.ply here.ply", "/a/b/1.ply here.ply"},
		{"/a/b/1.ply /c/1.ply", "a/b/1.ply c/1.ply"},
		{"a/1.ply a/b/1.ply", "1.ply b/1.ply"},
		{"a/1.ply b/1.ply", "a/1.ply b/1.ply"},
		{"/1.ply /2.ply", "1.ply 2.ply"},
		{"1.ply", "1.ply"},
	} {
		if got := strings.Join(dropSharedFolder(strings.Fields(c.names)), " "); got != c.want {
			t.Errorf("%s became %s, want %s", c.names, got, c.want)
		}
	}
}

func TestPageFramesThePart(t *testing.T) {
	v := sidedScan(3000)
	p, err := packScan(t.Context(), 0, &v, None(), maxShown)
	if err != nil {
		t.Fatal(err)
	}
	if p.Shown != v.Cloud.Len()-1 {
		t.Errorf("%d of %d points shown, want all but the far stray", p.Shown, v.Cloud.Len())
	}
	if p.Radius > 100 || p.Reach < p.Radius || p.Reach > 1000 {
		t.Errorf("the part's radius is %g, all is within %g", p.Radius, p.Reach)
	}
	if p.signedHi > 1 {
		t.Errorf("a stray stretches the scale to %g", p.signedHi)
	}
	if p.Sets["clutter"] != v.Result.Seen.Clutter || p.Sets["stray"] != 6 || p.Unseen == 0 {
		t.Errorf("sets %v, %d places not seen", p.Sets, p.Unseen)
	}
	if p.Look[2] < 0.3 {
		t.Errorf("a scan of the upper side is looked at from %v", p.Look)
	}
	v.Result.Seen.Missed = 3
	for range 3 { // the file's 0 0 0
		v.Cloud.Points = append(v.Cloud.Points, geom.Vec3{X: -1000, Y: -2000})
		v.Result.Point, v.Result.Signed, v.Result.Seen.Set = append(v.Result.Point, 0), append(v.Result.Signed, 0), append(v.Result.Seen.Set, scene.Stray)
	}
	if p, err = packScan(t.Context(), 0, &v, None(), maxShown); err != nil || p.Shown != v.Cloud.Len()-4 || p.Limit != 1.5 {
		t.Errorf("%v: %d of %d points shown with missed returns, limit %v", err, p.Shown, v.Cloud.Len(), p.Limit)
	}
}

func TestScaleOfDistancesIsThatOfJudgedScans(t *testing.T) {
	g := &gallery{scans: []*packed{{Verdict: "sound", signedHi: 0.2}, {Verdict: "defective", signedHi: 1.5}, {Verdict: "unsure", signedHi: 45}}}
	if hi := g.signedHi(); hi != 1.5 {
		t.Errorf("the scale ends at %g, want 1.5", hi)
	}
	g.scans = g.scans[2:]
	if hi := g.signedHi(); hi != 45 {
		t.Errorf("unsure alone: the scale ends at %g", hi)
	}
}

func TestHeadingsSayHowManyAreShown(t *testing.T) {
	g := &gallery{totals: map[string]int{"Defective": 21, "Sound": 1}, pictures: make([]string, 3),
		scans: []*packed{{Group: "Defective"}, {Group: "Defective"}, {Group: "Sound"}}}
	if l := g.lists(); l[0].Count != "2 of 21 shown" || l[1].Count != "1" {
		t.Errorf("headings %q and %q", l[0].Count, l[1].Count)
	}
}

// A threshold for the histogram of a detector is one that holds for all its classes.
func TestThresholdOfTheHistogram(t *testing.T) {
	g := &gallery{scans: []*packed{{Detector: "a", Limit: 1.3}, {Detector: "a", Limit: 1.3}, {Detector: "b", Limit: 1.3}, {Detector: "b", Limit: 2}}}
	if g.limit("a") != 1.3 || g.limit("b").Known() || g.limit("c").Known() {
		t.Errorf("limits %v %v %v", g.limit("a"), g.limit("b"), g.limit("c"))
	}
}
