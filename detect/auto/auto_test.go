package auto

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/deviation"
	"blemish/detect/imrnet"
	"blemish/detect/scoring"
	"blemish/detect/simple3d"
	"blemish/geom"
	"blemish/metric"
	"blemish/seed"
	"blemish/spatial"
)

func TestContract(t *testing.T) {
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(small()) }, Open: Open})
}

// small is the default with fewer places.
func small() Config {
	cfg := DefaultConfig()
	cfg.ReferencePoints, cfg.Sites = 1500, 1000
	return cfg
}

// standing is small for plates, which stand as the first one does; the contract turns its scans.
func standing() Config {
	cfg := small()
	cfg.Pose = scoring.PoseFixed
	return cfg
}

// plate is points of a plate with a step and noise, and which of them lie in a dent of a depth.
func plate(n int, depth float64, r *seed.Rand) (c *geom.Cloud, dent []bool) {
	c = &geom.Cloud{}
	for range n {
		p := geom.Vec{X: r.Uniform(0, 3), Y: r.Uniform(0, 2)}
		if p.X > 2 {
			p.Z = 0.5
		}
		if p.Y > 1.7 {
			p.Z += 0.8 * (p.Y - 1.7)
		}
		t := math.Hypot(p.X-0.9, p.Y-0.8) / 0.35
		dent = append(dent, t < 1)
		if t < 1 {
			p.Z -= depth * (1 - t*t) * (1 - t*t)
		}
		p.Z += 0.008 * r.Norm()
		c.Points = append(c.Points, p.F())
	}
	return c, dent
}

func plates(n int) []*geom.Cloud {
	var out []*geom.Cloud
	for i := range n {
		c, _ := plate(1800, 0, seed.Stream(4, "plates", i))
		out = append(out, c)
	}
	return out
}

func fit(t *testing.T, d detect.Detector, sound []*geom.Cloud) detect.Model {
	t.Helper()
	m, err := d.Fit(context.Background(), sound, detect.FitOptions{Class: "plate", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var learnt struct {
	once      sync.Once
	base, own detect.Model
}

// learntOfPlates are deviation and auto, learnt once of three plates.
func learntOfPlates(t *testing.T) (base, own detect.Model) {
	t.Helper()
	learnt.once.Do(func() {
		sound := plates(3)
		learnt.base, learnt.own = fit(t, deviation.New(standing().Config), sound), fit(t, New(standing()), sound)
	})
	if learnt.own == nil {
		t.Fatal("the models could not be learnt")
	}
	return learnt.base, learnt.own
}

// The verdict and all that it rests on are deviation's; points that count are, too; the others
// tell a shallow dent from noise better.
func TestTheVerdictIsDeviations(t *testing.T) {
	base, own := learntOfPlates(t)
	for name, depth := range map[string]float64{"sound": 0, "shallow": 0.03, "deep": 0.1} {
		c, dent := plate(1800, depth, seed.Stream(5, name))
		want, got := detecttest.Score(t, base, c), detecttest.Score(t, own, c)
		point, terms := got.Point, got.Terms
		got.Point, got.Terms = want.Point, want.Terms
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: object %v, verdict %v, %d regions, want %v, %v, %d", name, got.Object, got.Verdict, len(got.Regions), want.Object, want.Verdict, len(want.Regions))
		}
		if len(terms[TermSurroundings]) != c.Len() {
			t.Errorf("%s: the term is missing", name)
		}
		for i, s := range want.Point {
			if s >= 1 && point[i] != s || point[i] < s || s < 1 && point[i] >= 1 {
				t.Fatalf("%s: point %d scores %v, deviation says %v", name, i, point[i], s)
			}
		}
		if name == "shallow" {
			before, after := metric.AUROC(want.Point, dent), metric.AUROC(point, dent)
			if !(1-after < 0.7*(1-before)) {
				t.Errorf("the dent is told with a point AUROC of %.4f, deviation alone has %.4f", after, before)
			}
		}
	}
}

// A score that is a share of a tolerance is nothing to refine.
func TestSharesOfAToleranceStay(t *testing.T) {
	sound := plates(2)
	cfg := standing()
	cfg.ToleranceOver, cfg.ToleranceUnder = 0.1, 0.1
	base, own := fit(t, deviation.New(cfg.Config), sound), fit(t, New(cfg), sound)
	c, _ := plate(1800, 0.06, seed.Stream(5, "tolerance"))
	if want, got := detecttest.Score(t, base, c), detecttest.Score(t, own, c); !reflect.DeepEqual(want, got) {
		t.Errorf("object %v, want %v; terms are other or more", got.Object, want.Object)
	}
}

// companions are settings with both companions, small enough to learn in a moment.
func companions() Config {
	cfg := standing()
	cfg.Companions = []string{simple3d.Name, imrnet.Name}
	n := cfg.IMRNet
	n.Width, n.EncoderDepth, n.DecoderDepth, n.Heads, n.Embed = 32, 1, 3, 2, []int{16, 16, 32, 32}
	n.Patches, n.PatchSize, n.Points, n.Steps, n.Passes, n.Reference, n.Pretrained = 48, 16, 1000, 4, 2, 40, imrnet.None
	cfg.Simple3D.Vectors, cfg.Simple3D.Centres = 200, 400
	return cfg
}

func TestCompanionsSpeakAndAreKept(t *testing.T) {
	m := fit(t, New(companions()), plates(3))
	if said := m.(*model).Card.Config; !strings.Contains(string(said), `"companions":["simple3d","imrnet"]`) {
		t.Errorf("the card says %s", said)
	}
	c, dent := plate(1800, 0.1, seed.Stream(5, "both"))
	want := detecttest.Score(t, m, c)
	for _, name := range []string{simple3d.Name, imrnet.Name} {
		term := want.Terms[name]
		if len(term) != c.Len() || !(slices.Max(term) > 0) {
			t.Errorf("%s says nothing", name)
		}
	}
	if a := metric.AUROC(want.Terms[simple3d.Name], dent); a < 0.7 {
		t.Errorf("simple3d tells the dent with a point AUROC of %.3f", a)
	}
	opened, err := Open(context.Background(), detecttest.File(t, m), detect.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := detecttest.Score(t, opened, c); !reflect.DeepEqual(want, got) {
		t.Error("the model that was opened says something else")
	}
}

func TestBudgetDecidesWhoJoins(t *testing.T) {
	for budget, want := range map[float64]string{0: "", 0.72: "imrnet", 0.8: "simple3d", 2: "simple3d imrnet"} {
		cfg := companions()
		cfg.Budget = budget
		var names []string
		for _, c := range cfg.affordable(nil) {
			names = append(names, c.Name())
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("budget %v: %q, want %q", budget, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	d, err := Configured([]byte(`{"pose": "near", "budget": 3, "companions": ["imrnet"], "imrnet.steps": 7, "simple3d": {"centres": 9}, "simple3d.around": 5}`))
	if err != nil {
		t.Fatal(err)
	}
	c := d.Config().(Config)
	if c.Pose != "near" || c.Budget != 3 || c.IMRNet.Steps != 7 || c.IMRNet.Width != 96 || c.Simple3D.Centres != 9 || c.Simple3D.Around != 5 {
		t.Errorf("%+v", c)
	}
	for _, wrong := range []string{
		`{"companions": ["m3dm"]}`, `{"companions": ["imrnet", "imrnet"]}`, `{"budget": -1}`, `{"sites": 0}`, `{"simple3d.no_such": 1}`, `{"m3dm.every": 1}`,
		`{"imrnet": {"mode": "literal"}}`, `{"imrnet": null}`, `{"imrnet.steps": -1}`, `{"simple3d": 3}`, `[]`,
	} {
		if _, err := Configured([]byte(wrong)); err == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
}

// What surrounds a point is a mean over the nearest, here by brute force.
func TestSurroundings(t *testing.T) {
	r := seed.Stream(6, "surroundings")
	points, value, use := make([]geom.Vec3, 400), make([]float32, 400), make([]bool, 400)
	for i := range points {
		points[i] = geom.Vec{X: r.Float64(), Y: r.Float64(), Z: r.Float64()}.F()
		value[i], use[i] = float32(3*r.Float64()), r.Bool(0.8)
	}
	got, err := surroundings(context.Background(), 2, spatial.NewTree(points), value, use)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range points {
		order := make([]int, len(points))
		for k := range order {
			order[k] = k
		}
		slices.SortFunc(order, func(a, b int) int {
			return int(math.Copysign(1, float64(points[a].D().Sub(p.D()).Norm()-points[b].D().Sub(p.D()).Norm())))
		})
		var sum, n float64
		for _, k := range order[:10] {
			if use[k] {
				sum, n = sum+math.Pow(min(float64(value[k]), 2), 4), n+1
			}
		}
		want := sum / max(1, n)
		if !use[i] {
			want = 0
		}
		if math.Abs(float64(got[i])-want) > 1e-5*(1+want) {
			t.Fatalf("point %d: %v, want %v", i, got[i], want)
		}
	}
}

// A companion that finds most of a scan odd is hardly heard.
func TestTrust(t *testing.T) {
	use := []bool{true, true, true, true, false}
	if got := trusted([]float32{0.1, 0.2, 0.3, 50, 99}, use); got != 1 {
		t.Errorf("one of four reads high: %v", got)
	}
	if got := trusted([]float32{5, 5, 5, 5, 0}, use); got != 0.1 {
		t.Errorf("all read high: %v", got)
	}
}

// What the check of the sound scans has worked out is gone on from, to the same model.
func TestTheCheckHandsOnWhatItLearnt(t *testing.T) {
	ctx, d, sound := context.Background(), New(standing()), plates(3)
	opt := detect.FitOptions{Class: "plate", Seed: 1}
	v, err := deviation.Vet(ctx, d, sound, opt, false)
	if err != nil {
		t.Fatal(err)
	}
	checked, err := v.Fit(ctx, d, opt)
	if err != nil {
		t.Fatal(err)
	}
	if said := string(checked.(*model).Card.Config); strings.Contains(said, "imrnet") || strings.Contains(said, "simple3d") {
		t.Errorf("the card has settings of companions that did not join: %s", said)
	}
	if card := checked.(*model).Card; card.Detector != Name || len(card.Learning) != 3 {
		t.Errorf("the card is %+v", card)
	}
	_, own := learntOfPlates(t)
	a, b := detecttest.File(t, checked), detecttest.File(t, own)
	if !reflect.DeepEqual(a.Tensors, b.Tensors) {
		t.Error("the model is another than without the check")
	}
}

func TestNothingIsRaisedToOne(t *testing.T) {
	score := []float32{math.Nextafter32(1, 0), 0.5, 0, 1, 3, 0.5}
	use := []bool{true, true, true, true, true, false}
	raise(score, use, []float32{16, 16, 0, 16, 16, 16}, make([]float32, 6))
	if !(score[0] < 1) || !(score[1] > 0.8 && score[1] < 0.9) || score[2] != 0 || score[3] != 1 || score[4] != 3 || score[5] != 0.5 {
		t.Errorf("%v", score)
	}
}
