package imrnet

import (
	"context"
	"math"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/spatial"
)

// torus draws n points of a torus with a ridge: a surface with flat and sharp parts.
func torus(n int, r *seed.Rand) []geom.Vec3 {
	points := make([]geom.Vec3, n)
	for i := range points {
		u, v := r.Uniform(0, 2*math.Pi), r.Uniform(0, 2*math.Pi)
		ring := 1 + 0.3*math.Cos(v)
		if math.Abs(u-1) < 0.1 {
			ring *= 1.1
		}
		points[i] = geom.Vec{X: ring * math.Cos(u), Y: ring * math.Sin(u), Z: 0.3 * math.Sin(v)}.F()
	}
	return points
}

func testView(t *testing.T, cfg Config, points []geom.Vec3) *View {
	t.Helper()
	v, err := NewView(context.Background(), 0, cfg, points, seed.Stream(1, "view"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPartitionMasksHideEveryPatchOnce(t *testing.T) {
	for _, n := range []int{1, 7, 64, 256} {
		for _, ratio := range []float64{0.1, 0.4, 0.6, 0.95} {
			hidden := make([]int, n)
			masks := partitionMasks(n, ratio, seed.Stream(1, n))
			for _, mask := range masks {
				for i, h := range mask {
					if h {
						hidden[i]++
					}
				}
			}
			for i, h := range hidden {
				if h != 1 {
					t.Fatalf("n=%d ratio=%g: patch %d is hidden %d times by %d masks", n, ratio, i, h, len(masks))
				}
			}
			if want := int(math.Ceil(1 / ratio)); len(masks) != want {
				t.Fatalf("ratio %g: %d masks, want %d", ratio, len(masks), want)
			}
		}
	}
}

func TestRandomMaskHidesItsShare(t *testing.T) {
	mask := randomMask(256, 0.4, seed.Stream(1))
	if n := count(mask); n != 102 {
		t.Fatalf("%d of 256 patches are hidden, want 102", n)
	}
}

func count(mask []bool) int {
	n := 0
	for _, m := range mask {
		if m {
			n++
		}
	}
	return n
}

func TestCentresPreferSalientPoints(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Sampler = "gps"
	points := torus(5000, seed.Stream(1, "torus"))
	v := testView(t, cfg, points)
	chosen, err := centres(context.Background(), 0, v.points(), v.rate, 255, 0.3, 0)
	if err != nil {
		t.Fatal(err)
	}
	sorted := slices.Clone(v.rate)
	slices.Sort(sorted)
	limit := sorted[len(sorted)*7/10]
	salient := 0
	seen := map[int32]bool{}
	for _, c := range chosen {
		if seen[c] {
			t.Fatalf("centre %d twice", c)
		}
		seen[c] = true
		if v.rate[c] >= limit {
			salient++
		}
	}
	if len(chosen) != 255 || salient < 165 || salient > 175 {
		t.Fatalf("%d centres, %d of them salient; want 255 and 170", len(chosen), salient)
	}
}

func TestSamplersGiveDistinctCentres(t *testing.T) {
	cfg := DefaultConfig()
	for _, name := range Samplers {
		cfg.Sampler = name
		v := testView(t, cfg, torus(3000, seed.Stream(1, "torus")))
		chosen, err := v.centres(context.Background(), 1, cfg, 200, 7)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(chosen)
		if n := len(slices.Compact(chosen)); n != 200 {
			t.Errorf("%s: %d distinct centres, want 200", name, n)
		}
	}
}

func TestRegionsHoldEveryPatchOnce(t *testing.T) {
	cfg := DefaultConfig()
	v := testView(t, cfg, torus(3000, seed.Stream(1, "torus")))
	chosen, err := v.centres(context.Background(), 1, cfg, 200, 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := gather(context.Background(), 1, v.tree, chosen, 8)
	if err != nil {
		t.Fatal(err)
	}
	p.beside = p
	for _, size := range []int{0, 1, 32, 1000} {
		var seen []int32
		regions := p.cut(size)
		for _, r := range regions {
			seen = append(seen, r.own...)
			if len(r.beside) < min(len(r.own), besideNeighbours) {
				t.Errorf("size %d: a region of %d patches has %d beside", size, len(r.own), len(r.beside))
			}
		}
		slices.Sort(seen)
		if !slices.Equal(seen, all(200)) {
			t.Errorf("size %d: the regions hold %d patches", size, len(seen))
		}
		if size > 0 && len(regions) != (200+size-1)/size {
			t.Errorf("size %d: %d regions", size, len(regions))
		}
	}
}

func TestCentresDoNotDependOnPointOrder(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Points, cfg.Sampler = 0, "gps"
	points := torus(3000, seed.Stream(2, "torus"))
	perm := seed.Stream(3).Perm(len(points))
	shuffled := make([]geom.Vec3, len(points))
	for i, j := range perm {
		shuffled[i] = points[j]
	}
	var sets [2][]geom.Vec3
	for k, cloud := range [][]geom.Vec3{points, shuffled} {
		v := testView(t, cfg, cloud)
		chosen, err := centres(context.Background(), 0, v.points(), v.rate, 100, 0.3, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range chosen {
			sets[k] = append(sets[k], v.points()[c])
		}
	}
	// Sums of neighbours run in another order, so a rank may differ in a last bit; nearly all centres stay.
	same := 0
	for _, p := range sets[0] {
		if slices.Contains(sets[1], p) {
			same++
		}
	}
	if same < 90 {
		t.Fatalf("only %d of 100 centres are the same after shuffling the points", same)
	}
}

func TestChamferComparisonSeesWhatMoved(t *testing.T) {
	points := torus(2000, seed.Stream(4, "torus"))
	moved := slices.Clone(points)
	for i := range moved {
		if moved[i].X > 1.1 {
			moved[i].Z += 0.2
		}
	}
	input, output := spatial.NewTree(moved), spatial.NewTree(points)
	score, err := compareChamfer(context.Background(), 2, input, output, 16)
	if err != nil {
		t.Fatal(err)
	}
	var in, out, nIn, nOut float64
	for i, p := range moved {
		if p.X > 1.15 {
			in, nIn = in+float64(score[i]), nIn+1
		} else if p.X < 0.9 {
			out, nOut = out+float64(score[i]), nOut+1
		}
	}
	if out != 0 {
		t.Errorf("points that did not move score %g", out/nOut)
	}
	if in/nIn < 1e-3 {
		t.Errorf("points that moved by 0.2 score only %g", in/nIn)
	}
}

func TestPlaneDistance(t *testing.T) {
	r := seed.Stream(5)
	points := make([]geom.Vec3, 4000)
	for i := range points {
		points[i] = geom.Vec{X: r.Uniform(-1, 1), Y: r.Uniform(-1, 1)}.F()
	}
	tree := spatial.NewTree(points)
	queries := []geom.Vec3{{Z: 0.05}, {X: 0.3, Y: 0.2, Z: -0.02}, {X: 0.1}, {X: 2}}
	got, err := toSurface(context.Background(), 1, queries, tree)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.05, 0.02, 0, 1} {
		if math.Abs(float64(got[i])-want) > 0.05*want+1e-6 {
			t.Errorf("distance of %v is %v, want %v", queries[i], got[i], want)
		}
	}
}

func TestTemplatePutsDriftingFeaturesBack(t *testing.T) {
	tpl := &template{centres: []geom.Vec3{{X: 0}, {X: 1}}, features: []float32{1, 0, 0, 1}, layers: 1, limit: []float64{0.5}}
	features := []float32{1.1, 0, 5, 5}
	n := tpl.regularise([]geom.Vec3{{X: 0.1}, {X: 0.9}}, features)
	if n != 1 || !slices.Equal(features, []float32{1.1, 0, 0, 1}) {
		t.Fatalf("%d replaced, features %v", n, features)
	}
	for deviations, want := range map[float64]float64{2: 4, 0: 2, -100: -98} {
		if got := limitOf([]float64{1, 3}, deviations); got != want {
			t.Fatalf("limit %v, want mean 2 + %v·1", got, deviations)
		}
	}
	// Layer by layer, what is near in one stays although the other is far.
	tpl.layers, tpl.limit = 2, []float64{0.5, 0.5}
	features = []float32{1.1, 0, 0.2, 5}
	n = tpl.regularise([]geom.Vec3{{X: 0.1}, {X: 0.9}}, features)
	if n != 1 || !slices.Equal(features, []float32{1.1, 0, 0.2, 1}) {
		t.Fatalf("by layers %d replaced, features %v", n, features)
	}
}

func TestSpreadTokensKeepsConstantsAndOrder(t *testing.T) {
	centre := spatial.NewTree(torus(100, seed.Stream(6, "torus")))
	points := torus(500, seed.Stream(7, "torus"))
	for _, neighbours := range []int{3, 8} {
		value := make([]float32, centre.Len())
		for i := range value {
			value[i] = 2
		}
		got, err := spreadTokens(context.Background(), 1, points, centre, value, neighbours)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range got {
			if math.Abs(float64(v)-2) > 1e-5 {
				t.Fatalf("a constant of 2 became %v", v)
			}
		}
	}
}

func TestDisplacedInputHasSoundTargets(t *testing.T) {
	for _, target := range []string{"own", "nearest"} {
		cfg := DefaultConfig()
		cfg.Patches, cfg.Reference, cfg.Displace, cfg.Points, cfg.Target = 64, 50, 0.15, 2000, target
		cfg.Region, cfg.Scale = 0, 1 // so that places stay what they are
		v := testView(t, cfg, torus(4000, seed.Stream(8, "torus")))
		beside := testView(t, cfg, torus(4000, seed.Stream(9, "torus")))
		moved := 0
		for trial := 0; trial < 20; trial++ {
			e, err := Example(context.Background(), 1, cfg, v, beside, seed.Stream(9, trial))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range e {
				if len(c.Targets) != count(c.Masked)*cfg.PatchSize || len(c.Patches) != len(c.Centres)*cfg.PatchSize {
					t.Fatalf("%d targets for %d masked patches, %d patch points", len(c.Targets), count(c.Masked), len(c.Patches))
				}
				moved += offSurface(t, v.tree, c, cfg.PatchSize)
				for i, hidden := range c.Masked {
					if !hidden && beside.tree.Nearest(c.Centres[i]).Dist2 > 0 {
						t.Fatalf("the centre of reference patch %d is not the reference's", i)
					}
				}
			}
		}
		if moved < 60 {
			t.Fatalf("only %d of 1280 centres were displaced", moved)
		}
	}
}

// offSurface counts hidden patches whose centre lies off the sound surface, and fails
// where a target does.
func offSurface(t *testing.T, sound *spatial.Tree, e pointmae.Cloud, k int) (moved int) {
	t.Helper()
	next := 0
	for i, hidden := range e.Masked {
		if !hidden {
			continue
		}
		c := e.Centres[i]
		if d := math.Sqrt(float64(sound.Nearest(c).Dist2)); d > 0.02 {
			moved++
		}
		for _, q := range e.Targets[next : next+k] {
			at := geom.Vec3{X: c.X + q.X, Y: c.Y + q.Y, Z: c.Z + q.Z}
			if d := math.Sqrt(float64(sound.Nearest(at).Dist2)); d > 1e-6 {
				t.Fatalf("a target lies %g off the sound surface", d)
			}
		}
		next += k
	}
	return moved
}

func TestExamplesAreAFunctionOfTheSeed(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Patches, cfg.Reference, cfg.Points = 64, 64, 2000
	v := testView(t, cfg, torus(4000, seed.Stream(8, "torus")))
	views := [][]*View{{v, v}}
	a, err := drawExample(context.Background(), views, cfg, 1, seed.Stream(7, 3))
	if err != nil {
		t.Fatal(err)
	}
	b, err := drawExample(context.Background(), views, cfg, 3, seed.Stream(7, 3))
	if err != nil {
		t.Fatal(err)
	}
	if len(a) != len(b) || !slices.Equal(a[1].Patches, b[1].Patches) || !slices.Equal(a[1].Targets, b[1].Targets) {
		t.Fatal("the same step made different examples on 1 and 3 workers")
	}
}

func TestCentralKeepsTheMiddle(t *testing.T) {
	points := []geom.Vec3{{X: 3}, {X: -3}, {X: 0.1}, {X: 0.2}, {X: -0.3}}
	kept := central(slices.Clone(points), 3)
	if len(kept) != 3 || kept[0].X != 0.1 {
		t.Fatalf("kept %v", kept)
	}
}

// One Chamfer distance a patch: that of a patch that is moved by d is d² both ways where its
// points are far apart, of one that stays 0; points near a centre have its value.
func TestPatchesAreComparedWithTheirReconstruction(t *testing.T) {
	k := 4
	in := &patches{k: k, centres: []geom.Vec3{{}, {X: 10}, {X: 20}}}
	out := &patches{k: k, centres: in.centres}
	for i := range in.centres {
		for j := range k {
			p := geom.Vec3{X: float32(j), Y: float32(j * j)}
			in.points = append(in.points, p)
			if i == 1 {
				p.Z += 0.25
			}
			out.points = append(out.points, p)
		}
	}
	r := &reader{cfg: Config{Spread: 3}, workers: 1}
	got, err := r.comparePatches(t.Context(), []geom.Vec3{{}, {X: 10}, {X: 20}, {X: 9.9, Y: 0.1}}, []*patches{in, in}, []*patches{out, in})
	if err != nil {
		t.Fatal(err)
	}
	whole := 2 * 0.25 * 0.25 / 2 // the second pass has no difference
	for i, want := range []float64{0, whole, 0, whole} {
		if math.Abs(float64(got[i])-want) > 0.05*whole {
			t.Errorf("point %d has %v, want %v", i, got[i], want)
		}
	}
}
