package deviation

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scene/scenetest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bracket is a closed mesh without symmetry: a box of 4 × 3 with a sloping top.
func bracket() *geom.Mesh {
	return &geom.Mesh{
		Vertices: []geom.Vec3{{}, {X: 4}, {X: 4, Y: 3}, {Y: 3}, {Z: 1}, {X: 4, Z: 2}, {X: 4, Y: 3, Z: 2}, {Y: 3, Z: 1}},
		Faces:    [][3]int32{{0, 2, 1}, {0, 3, 2}, {4, 5, 6}, {4, 6, 7}, {0, 1, 5}, {0, 5, 4}, {1, 2, 6}, {1, 6, 5}, {2, 3, 7}, {2, 7, 6}, {3, 0, 4}, {3, 4, 7}},
	}
}

// scanOf draws a scan of the bracket where its model is; shift moves its points along their
// normals.
func scanOf(r *seed.Rand, noise float64, shift func(p, n geom.Vec) float64) *geom.Cloud {
	m := bracket()
	points, faces := mesh.Sample(m, 5000, r)
	c := &geom.Cloud{}
	for i, p := range points {
		n := m.FaceNormal(int(faces[i]))
		off := noise * r.Norm()
		if shift != nil {
			off += shift(p.D(), n)
		}
		c.Points = append(c.Points, p.D().AddScaled(off, n).F())
	}
	return c
}

// spot shifts a round spot of the underside by so much.
func spot(by float64) func(p, n geom.Vec) float64 {
	return func(p, n geom.Vec) float64 {
		if n.Z < -0.9 && math.Hypot(p.X-1.5, p.Y-1.2) < 0.5 {
			return by
		}
		return 0
	}
}

// learnCAD learns the bracket; poses are looked for, or scans stand as the model does.
func learnCAD(t *testing.T, pose string, over, under float64, sound ...*geom.Cloud) detect.Model {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Pose = pose
	cfg.ReferencePoints, cfg.Sites, cfg.ToleranceOver, cfg.ToleranceUnder = 5000, 3000, over, under
	m, err := New(cfg).Fit(context.Background(), sound, detect.FitOptions{Class: "bracket", Seed: 1, CAD: bracket(), CADFile: detect.SourceFile{Name: "bracket.stl"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestToleranceDecides(t *testing.T) {
	r := seed.Stream(1, "cad")
	m := learnCAD(t, scoring.PoseAny, 0.06, 0.03)
	for _, c := range []struct {
		noise, by float64
		want      detect.Verdict
		kind      string
	}{
		{0, 0, detect.Sound, ""},
		{0, 0.05, detect.Sound, ""},
		{0, 0.07, detect.Defective, detect.Excess},
		{0, -0.025, detect.Sound, ""},
		{0, -0.035, detect.Defective, detect.Missing},
		{0.01, 0, detect.Sound, ""},
		{0.01, 0.05, detect.Sound, ""},
		{0.01, 0.09, detect.Defective, detect.Excess},
		{0.01, -0.05, detect.Defective, detect.Missing},
	} {
		res := detecttest.Score(t, m, turned(scanOf(r, c.noise, spot(c.by)), r))
		if res.Verdict != c.want {
			t.Errorf("noise %g, off by %g: %v, score %.2f; want %v", c.noise, c.by, res.Verdict, res.Object, c.want)
			continue
		}
		if c.noise == 0 && c.by != 0 {
			allowed := 0.06
			if c.by < 0 {
				allowed = 0.03
			}
			if want := math.Abs(c.by) / allowed; math.Abs(float64(res.Object)-want) > 0.05 {
				t.Errorf("off by %g: score %.3f, want %.3f", c.by, res.Object, want)
			}
		}
		if c.kind != "" && (len(res.Regions) != 1 || res.Regions[0].Kind != c.kind || math.Abs(res.Regions[0].Area-0.785) > 0.25) {
			t.Errorf("noise %g, off by %g: regions %+v", c.noise, c.by, res.Regions)
		}
		if !strings.Contains(res.Note, "tolerance +0.06 −0.03 about the CAD model") || res.Threshold != 1 {
			t.Errorf("note %q, threshold %g", res.Note, res.Threshold)
		}
	}
}

func TestNoiseAloneDecides(t *testing.T) {
	r := seed.Stream(2, "cad")
	m := learnCAD(t, scoring.PoseFixed, 0, 0)
	for _, c := range []struct {
		noise, by float64
		want      detect.Verdict
	}{{0, 0, detect.Sound}, {0.01, 0, detect.Sound}, {0, 0.002, detect.Defective}, {0.01, 0.002, detect.Sound}, {0.01, 0.02, detect.Defective}} {
		res := detecttest.Score(t, m, scanOf(r, c.noise, spot(c.by)))
		if res.Verdict != c.want || !strings.Contains(res.Note, "no tolerance was given") {
			t.Errorf("noise %g, off by %g: %v, score %.2f, note %q", c.noise, c.by, res.Verdict, res.Object, res.Note)
		}
	}
}

// Sound parts that all differ from the CAD model are sound where scans of them tell so, and
// what differs from them is judged by the tolerance.
func TestSoundScansTeachWhatTheModelDoesNot(t *testing.T) {
	r := seed.Stream(3, "cad")
	coated := func(more func(p, n geom.Vec) float64) func(p, n geom.Vec) float64 {
		return func(p, n geom.Vec) float64 {
			off := 0.0
			if n.X > 0.9 { // one side is painted thickly
				off = 0.05
			}
			if more != nil {
				off += more(p, n)
			}
			return off
		}
	}
	var sound []*geom.Cloud
	for range 3 {
		sound = append(sound, scanOf(r, 0.005, coated(nil)))
	}
	alone, learnt := learnCAD(t, scoring.PoseFixed, 0.03, 0.03), learnCAD(t, scoring.PoseFixed, 0, 0, sound...)
	both := learnCAD(t, scoring.PoseFixed, 0.03, 0.03, sound...)
	good, dented := scanOf(r, 0.005, coated(nil)), scanOf(r, 0.005, coated(spot(-0.08)))
	for name, c := range map[string]struct {
		m    detect.Model
		scan *geom.Cloud
		want detect.Verdict
	}{
		"the model alone reports paint":      {alone, good, detect.Defective},
		"sound scans teach it":               {learnt, good, detect.Sound},
		"and find a dent":                    {learnt, dented, detect.Defective},
		"with a tolerance, less the paint":   {both, good, detect.Sound},
		"and a dent beyond the tolerance is": {both, dented, detect.Defective},
	} {
		if res := detecttest.Score(t, c.m, c.scan); res.Verdict != c.want {
			t.Errorf("%s: %v, score %.2f, threshold %.2f", name, res.Verdict, res.Object, res.Threshold)
		}
	}
	one := learnCAD(t, scoring.PoseFixed, 0, 0, sound[0])
	if res := detecttest.Score(t, one, dented); res.Verdict != detect.Defective {
		t.Errorf("learnt with one scan, a dent is %v, score %.2f", res.Verdict, res.Object)
	}
}

func TestCADModelsAreOpenedAgain(t *testing.T) {
	r := seed.Stream(4, "cad")
	scan := turned(scanOf(r, 0.005, spot(0.1)), r)
	scan.Points[7] = geom.Vec3{X: float32(math.NaN())}
	for _, sound := range [][]*geom.Cloud{nil, {turned(scanOf(r, 0.005, nil), r), turned(scanOf(r, 0.005, nil), r)}} {
		m := learnCAD(t, scoring.PoseAny, 0.03, 0.03, sound...)
		read := detecttest.File(t, m)
		card, err := detect.ReadCard(read)
		if err != nil || card.CAD == nil || card.CAD.Name != "bracket.stl" || card.Decision == "" || card.Scans != len(sound) {
			t.Fatalf("card %+v, %v", card, err)
		}
		again, err := Open(context.Background(), read, detect.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		a, b := detecttest.Score(t, m, scan), detecttest.Score(t, again, scan)
		if !slices.Equal(a.Point, b.Point) || a.Object != b.Object || a.Note != b.Note {
			t.Errorf("with %d sound scans: %.3f before, %.3f after", len(sound), a.Object, b.Object)
		}
		if a.Point[7] != 0 || len(a.Point) != scan.Len() {
			t.Errorf("%d scores for %d points, %g where none was measured", len(a.Point), scan.Len(), a.Point[7])
		}
	}
}

func TestScansOfAnotherPartTeachNothing(t *testing.T) {
	points, _ := scenetest.Slab(2000, 1, 0.02, 0.02, 0, seed.Stream(5, "other"))
	cfg := small()
	_, err := New(cfg).Fit(context.Background(), []*geom.Cloud{{Points: points}}, detect.FitOptions{CAD: bracket(), Files: []detect.SourceFile{{Name: "bar.ply"}}})
	if err == nil || !strings.Contains(err.Error(), "bar.ply") {
		t.Errorf("a bar beside the CAD model of a bracket: %v", err)
	}
}

// A tolerance may also be about the surface that sound scans span.
func TestToleranceAboutSoundScans(t *testing.T) {
	m, r := trained(t, func(c *Config) { c.ToleranceOver, c.ToleranceUnder = 0.03, 0.03 })
	for by, want := range map[float32]detect.Verdict{0.02: detect.Sound, 0.045: detect.Defective} {
		res := detecttest.Score(t, m, carve(r, func(p, side geom.Vec3) (geom.Vec3, bool) {
			if fromTop(p, side) < 0.15 {
				p.Z += by
			}
			return p, true
		}))
		if res.Verdict != want || !strings.Contains(res.Note, "±0.03 about the sound scans' surface") {
			t.Errorf("off by %g: %v, score %.2f, note %q", by, res.Verdict, res.Object, res.Note)
		}
	}
}
