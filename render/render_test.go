package render

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/task"
)

// ball samples a sphere with a dent at the side that faces the default view.
func ball(n int) (*geom.Cloud, []float32) {
	r := seed.Stream(1, "ball")
	c := &geom.Cloud{Points: make([]geom.Vec3, n)}
	depth := make([]float32, n)
	dent := ThreeQuarter.Eye.Unit()
	for i := range c.Points {
		x, y, z := r.Direction()
		p := geom.Vec{X: x, Y: y, Z: z}
		d := 0.15 * math.Exp(-p.Sub(dent).Norm2()/0.08)
		c.Points[i] = p.Scale(1 - d).F()
		depth[i] = float32(d)
	}
	return c, depth
}

func TestSameBytesOnAnyNumberOfWorkers(t *testing.T) {
	c, depth := ball(3000)
	opt := Options{Width: 200, Height: 150, Values: depth, Bar: true, BarLabel: "depth", Title: "ball", Workers: 1}
	want := drawCloud(c, opt)
	for _, workers := range []task.Workers{2, 5} {
		opt.Workers = workers
		if got := drawCloud(c, opt); !bytes.Equal(got.Pix, want.Pix) {
			t.Fatalf("%d workers draw another picture", workers)
		}
	}
}

func TestPicturesStayAsTheyWere(t *testing.T) {
	c, depth := ball(4000)
	small := Options{Width: 160, Height: 120}
	with := func(change func(o *Options)) Options {
		o := small
		change(&o)
		return o
	}
	label := make([]float32, len(depth))
	for i, d := range depth {
		if d > 0.03 {
			label[i] = 1
		}
	}
	golden := map[string]image.Image{
		"cloud":   drawCloud(c, small),
		"heat":    drawCloud(c, with(func(o *Options) { o.Values, o.Bar, o.BarLabel, o.Title = depth, true, "depth", "Ball" })),
		"signed":  drawCloud(c, with(func(o *Options) { o.Values, o.Map, o.Bar, o.View = depth, CoolWarm, true, Front })),
		"labels":  drawCloud(c, with(func(o *Options) { o.Values, o.Map, o.Background = label, Labels, color.NRGBA{20, 22, 28, 255} })),
		"mesh":    drawMesh(steps(), small),
		"mesh-up": drawMesh(steps(), with(func(o *Options) { o.View, o.Caption = Top, "from above" })),
	}
	for name, img := range golden {
		compare(t, name, img)
	}
	compare(t, "sheet", Sheet([]image.Image{golden["cloud"], golden["mesh"], golden["heat"]}, []string{"one", "two", "a label that is much too long"}, 2))
}

// steps is a flight of two stairs: creases, corners and a shadowed edge.
func steps() *geom.Mesh {
	m := &geom.Mesh{}
	for i := 0; i < 2; i++ {
		base := int32(len(m.Vertices))
		for v := 0; v < 8; v++ {
			x, y, z := float32(v&1), float32(v>>1&1), float32(v>>2&1)
			m.Vertices = append(m.Vertices, geom.Vec3{X: 2 * x, Y: y + float32(i), Z: z * 0.5 * float32(i+1)})
		}
		for _, q := range [][4]int32{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
			m.Faces = append(m.Faces, [3]int32{base + q[0], base + q[1], base + q[2]}, [3]int32{base + q[0], base + q[2], base + q[3]})
		}
	}
	return m
}

var update = flag.Bool("update", false, "write the pictures that the tests compare with")

// compare holds img against testdata/name.png. Compilers may round differently on
// other processors, so single samples may flip; a changed look may not pass.
func compare(t *testing.T, name string, img image.Image) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if *update {
		var b bytes.Buffer
		if err := WritePNG(&b, img); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != img.Bounds() {
		t.Fatalf("%s is %v, want %v", name, img.Bounds(), want.Bounds())
	}
	far := 0
	for y := 0; y < want.Bounds().Dy(); y++ {
		for x := 0; x < want.Bounds().Dx(); x++ {
			a, b := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA), color.NRGBAModel.Convert(want.At(x, y)).(color.NRGBA)
			if max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B), apart(a.A, b.A)) > 12 {
				far++
			}
		}
	}
	if limit := want.Bounds().Dx() * want.Bounds().Dy() / 500; far > limit {
		t.Errorf("%s: %d pixels differ, at most %d may; look at it and run with -update if it is meant", name, far, limit)
	}
}

func apart(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

func TestAHoleIsSeen(t *testing.T) {
	c, _ := ball(20000)
	var keep []int32
	eye := ThreeQuarter.Eye.Unit()
	for i, p := range c.Points {
		if p.D().Unit().Sub(eye).Norm() > 0.06 && p.D().Dot(eye) > 0 { // the far half is left out: through the hole shows the background
			keep = append(keep, int32(i))
		}
	}
	img := drawCloud(c.Select(keep), Options{Width: 400, Height: 300})
	whole := drawCloud(c, Options{Width: 400, Height: 300})
	if got := img.NRGBAAt(200, 150); got.R < 245 {
		t.Errorf("the middle of the hole is %v, want the background", got)
	}
	if got := whole.NRGBAAt(200, 150); got.R > 240 {
		t.Errorf("the middle of the whole ball is %v, want a surface", got)
	}
}

func TestOddInput(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	clouds := map[string]*geom.Cloud{
		"empty":      {},
		"one":        {Points: []geom.Vec3{{X: 5, Y: 5, Z: 5}}},
		"duplicates": {Points: make([]geom.Vec3, 50)},
		"line":       {Points: []geom.Vec3{{}, {X: 1}, {X: 2}, {X: 3}}},
		"not finite": {Points: []geom.Vec3{{X: nan}, {X: 1}, {Y: inf}, {Z: 1}, {}}},
		"tiny":       {Points: []geom.Vec3{{}, {X: 1e-20}, {Y: 1e-20}, {Z: 1e-20}}},
		"huge":       {Points: []geom.Vec3{{}, {X: 1e18}, {Y: 1e18}, {Z: 1e18}}},
	}
	for name, c := range clouds {
		values := make([]float32, c.Len())
		for i := range values {
			values[i] = nan
		}
		for _, v := range []View{ThreeQuarter, Front, Side, Top, {Eye: geom.Vec{Z: -1}}} {
			img := drawCloud(c, Options{Width: 40, Height: 30, Values: values, View: v, Bar: true, Title: "\x00ä"})
			seen := 0
			for i := 0; i < len(img.Pix); i += 4 {
				if img.Pix[i] < 240 {
					seen++
				}
			}
			if name != "empty" && seen == 0 {
				t.Errorf("%s shows nothing", name)
			}
		}
	}
	drawMesh(&geom.Mesh{Vertices: []geom.Vec3{{X: nan}, {X: 1}, {Y: 1}}, Faces: [][3]int32{{0, 1, 2}, {1, 1, 2}, {7, 1, 2}, {-1, 0, 1}}}, Options{Width: 40, Height: 30})
	if b := Sheet(nil, nil, 3).Bounds(); b.Empty() {
		t.Error("an empty sheet has no pixels")
	}
}

func TestSizeAndUnitDoNotMatter(t *testing.T) {
	c, depth := ball(3000)
	want := drawCloud(c, Options{Width: 120, Height: 90, Values: depth})
	for _, scale := range []float64{1.0 / 1024, 4096} { // powers of two: the same digits
		s := &geom.Cloud{Points: make([]geom.Vec3, c.Len())}
		for i, p := range c.Points {
			s.Points[i] = p.D().Scale(scale).F()
		}
		if got := drawCloud(s, Options{Width: 120, Height: 90, Values: depth}); !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("scaled by %g it looks different", scale)
		}
	}
}

func TestColormaps(t *testing.T) {
	for m := Heat; m <= Labels; m++ {
		if m.At(-5) != m.At(0) && m != Labels {
			t.Errorf("map %d is not clamped below", m)
		}
		if m.At(math.NaN()) != missing {
			t.Errorf("map %d shows NaN as a number", m)
		}
	}
	if got := CoolWarm.At(0.5); got.R != got.G || got.G != got.B {
		t.Errorf("zero is %v, want neutral", got)
	}
	if lo, hi := valueRange([]float32{-1, 3, float32(math.NaN())}, 0, 0, CoolWarm); lo != -3 || hi != 3 {
		t.Errorf("signed range %g…%g, want -3…3", lo, hi)
	}
	// The sequential maps must also read in grey: lightness runs one way.
	for _, m := range []Colormap{Inferno, Cividis} {
		last := -1.0
		for i := 0; i <= 64; i++ {
			c := m.At(float64(i) / 64)
			l := 0.2126*float64(toLinear[c.R]) + 0.7152*float64(toLinear[c.G]) + 0.0722*float64(toLinear[c.B])
			if l <= last {
				t.Errorf("map %d gets darker at %d/64", m, i)
			}
			last = l
		}
	}
}

func TestEveryGlyphIsThereAndDiffers(t *testing.T) {
	seen := map[[glyphRows]uint8]rune{}
	for n, g := range glyphs {
		r := rune(' ' + n)
		if other, dup := seen[g]; dup {
			t.Errorf("%q looks like %q", r, other)
		}
		seen[g] = r
	}
	if w := TextWidth("ab", 2); w != 22 {
		t.Errorf("width %d, want 22", w)
	}
}

// A crowd is thinned to one point a pixel; a single hot point among 400 000 must stay.
func TestACrowdKeepsItsHotSpot(t *testing.T) {
	c, _ := ball(crowd + 100_000)
	score := make([]float32, c.Len())
	hot, best := 0, -1.0
	for i, p := range c.Points {
		if d := p.D().Unit().Dot(Orbit(50, 10).Eye.Unit()); d > best {
			hot, best = i, d
		}
	}
	score[hot] = 1
	img := drawCloud(c, Options{Width: 160, Height: 120, Values: score, Lo: 0, Hi: 1})
	seen := 0
	for i := 0; i < len(img.Pix); i += 4 {
		if int(img.Pix[i]) > int(img.Pix[i+2])+10 {
			seen++
		}
	}
	if seen == 0 || seen > 40 {
		t.Errorf("%d reddish pixels, want a few", seen)
	}
}

func TestFrameGivesPicturesOneScale(t *testing.T) {
	c, _ := ball(3000)
	var half []int32
	for i, p := range c.Points {
		if p.X < 0 {
			half = append(half, int32(i))
		}
	}
	opt := Options{Width: 120, Height: 90, View: Front, Frame: c.Points}
	whole, part := drawCloud(c, opt), drawCloud(c.Select(half), opt)
	if a, b := whole.NRGBAAt(40, 45), part.NRGBAAt(40, 45); a.R > 240 || b.R > 240 {
		t.Errorf("left: %v and %v, want a surface in both", a, b)
	}
	if a, b := whole.NRGBAAt(80, 45), part.NRGBAAt(80, 45); a.R > 240 || b.R < 240 {
		t.Errorf("right: %v and %v, want a surface in the first alone", a, b)
	}
}

// drawCloud and drawMesh draw in a context that does not end.
func drawCloud(c *geom.Cloud, opt Options) *image.NRGBA {
	return drawn(Cloud(context.Background(), c, opt))
}

func drawMesh(m *geom.Mesh, opt Options) *image.NRGBA {
	return drawn(Mesh(context.Background(), m, opt))
}

func drawn(img *image.NRGBA, err error) *image.NRGBA {
	if err != nil {
		panic(err)
	}
	return img
}

// A picture that is cut short is an error, not half a picture.
func TestDrawingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, _ := ball(500)
	if img, err := Cloud(ctx, c, Options{Width: 40, Height: 30}); !errors.Is(err, context.Canceled) || img != nil {
		t.Errorf("cloud: %v", err)
	}
	if img, err := Mesh(ctx, steps(), Options{Width: 40, Height: 30}); !errors.Is(err, context.Canceled) || img != nil {
		t.Errorf("mesh: %v", err)
	}
}
