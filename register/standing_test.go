package register

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// drum is a body of revolution, open at the top, of thin walls: a view of the inside fits on the
// outside, and any turn about its axis fits.
func drum(n int, r *seed.Rand) []geom.Vec3 {
	out := make([]geom.Vec3, n)
	for i := range out {
		angle, z, radius := r.Uniform(0, 2*math.Pi), r.Uniform(-0.5, 0.5), 0.5
		if i%2 == 0 {
			radius = 0.44
		}
		out[i] = geom.Vec{X: radius * math.Cos(angle), Y: radius * math.Sin(angle), Z: z}.F()
	}
	return out
}

// Views of the outside and of the inside of thin walls stand in one frame, each moved by a hair as a
// turntable does: there they stay.
func TestGroupLeavesScansThatStand(t *testing.T) {
	var clouds [][]geom.Vec3
	for i := range 6 {
		r := seed.Stream(31, "view", i)
		direction := geom.Vec{X: math.Cos(float64(i)), Y: math.Sin(float64(i)), Z: 0.4}
		var seen []geom.Vec3
		for _, p := range drum(9000, r) {
			outwards := geom.Vec{X: float64(p.X), Y: float64(p.Y)}
			inside := outwards.Norm() < 0.47
			if outwards.Dot(direction) > 0 != inside {
				seen = append(seen, p)
			}
		}
		hair := geom.Pose{R: geom.RotationAxis(geom.Vec{X: 1, Y: 2, Z: 3}, 0.002), T: geom.Vec{X: 0.001, Z: -0.001}}
		clouds = append(clouds, hair.ApplyAll(seen))
	}
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(g.Standing, false) {
		t.Fatalf("they do not stand in one frame: overlaps %v, explained %v", g.Overlaps, g.Explained)
	}
	for i, p := range g.Poses {
		if e := off(clouds[i], p, geom.IdentityPose()); !g.Joined[i] || e > 0.02 {
			t.Errorf("view %d: joined %v, moved by %g", i, g.Joined[i], e)
		}
	}
	// Another scan that stands so keeps its place, which nothing but that tells.
	union := clouds[0]
	for _, c := range clouds[1:] {
		union = append(union[:len(union):len(union)], c...)
	}
	ref, err := NewReference(context.Background(), union, Options{})
	if err != nil {
		t.Fatal(err)
	}
	given := geom.IdentityPose()
	res, err := ref.Align(context.Background(), clouds[2], Options{Given: &given})
	if err != nil {
		t.Fatal(err)
	}
	if e := off(clouds[2], res.TargetFromSource, given); e > 0.02 {
		t.Errorf("a scan that stands as the others did is moved by %g", e)
	}
}

// Scans in poses of their own do not stand in one frame, and a hint that is wrong does no harm.
func TestGroupOfScansInAnyPoseIsSearched(t *testing.T) {
	clouds, truth := posed(3, mug, 32)
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil || slices.Contains(g.Standing, true) {
		t.Fatalf("standing %v, error %v", g.Standing, err)
	}
	ref, err := NewReference(context.Background(), clouds[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	given := geom.IdentityPose()
	res, err := ref.Align(context.Background(), clouds[1], Options{Given: &given})
	if err != nil {
		t.Fatal(err)
	}
	if e := off(clouds[1], res.TargetFromSource, truth[0].Inverse().Mul(truth[1])); e > 0.01 {
		t.Errorf("off by %g with a wrong hint", e)
	}
}

// A block with a notch at one end looks nearly alike when it is turned over: the scan that lies the
// other way round is turned.
func TestGroupTurnsWhatLiesTheOtherWayRound(t *testing.T) {
	block := func(n int, r *seed.Rand) []geom.Vec3 {
		var out []geom.Vec3
		half := geom.Vec{X: 0.5, Y: 0.3, Z: 0.1}
		for len(out) < n {
			p := geom.Vec{X: r.Uniform(-half.X, half.X), Y: r.Uniform(-half.Y, half.Y), Z: r.Uniform(-half.Z, half.Z)}
			switch r.Intn(3) {
			case 0:
				p.X = math.Copysign(half.X, p.X)
			case 1:
				p.Y = math.Copysign(half.Y, p.Y)
			default:
				p.Z = math.Copysign(half.Z, p.Z)
			}
			if p.X > 0.38 && math.Abs(p.Y) < 0.1 { // the notch
				continue
			}
			out = append(out, p.F())
		}
		return out
	}
	over := geom.Pose{R: geom.RotationAxis(geom.Vec{Z: 1}, math.Pi)}
	var clouds [][]geom.Vec3
	for i := range 4 {
		c := block(4000, seed.Stream(33, "block", i))
		if i == 2 {
			c = over.ApplyAll(c)
		}
		clouds = append(clouds, c)
	}
	g, err := Group(context.Background(), clouds, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := g.Poses[0].Mul(over.Inverse())
	if e := off(clouds[2], g.Poses[2], want); e > 0.02 {
		t.Errorf("the turned scan is off by %g, standing %v", e, g.Standing)
	}
}

// Bottles with one raised letter that stand upright, each turned as it happened to be put down, do not
// stand in one frame; those of a fixture do.
func TestGroupTurnsWhatWasPutDownAnyhow(t *testing.T) {
	skipLong(t)
	for _, loose := range []bool{false, true} {
		var clouds [][]geom.Vec3
		for i := range 2 {
			c := bottle(16000, seed.Stream(34, "bottle", i))
			if loose {
				c = (geom.Pose{R: geom.RotationAxis(geom.Vec{Z: 1}, 2*float64(i))}).ApplyAll(c)
			}
			clouds = append(clouds, c)
		}
		g, err := Group(context.Background(), clouds, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(g.Standing, true) == loose {
			t.Errorf("put down anyhow %v: standing %v", loose, g.Standing)
		}
	}
}

// Views of a ball with a boss lie on others in any pose: that tells nothing. Views of a part that is
// not round lie on others where they stand, and only there.
func TestWhatIsRoundDoesNotTellWhetherItStands(t *testing.T) {
	ball := func(n int, r *seed.Rand) []geom.Vec3 {
		out := make([]geom.Vec3, n)
		for i := range out {
			d := geom.Vec{X: r.Norm(), Y: r.Norm(), Z: r.Norm()}.Unit()
			radius := 1.0
			if d.Z > 0.96 {
				radius = 1.1
			}
			out[i] = d.Scale(radius).F()
		}
		return out
	}
	views := []geom.Vec{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}, {Z: 1}, {Z: -1}}
	for _, c := range []struct {
		name  string
		shape func(int, *seed.Rand) []geom.Vec3
		turn  bool // each view by itself
		want  int
	}{{"balls", ball, true, 0}, {"balls that stand", ball, false, 0}, {"bumpy", bumpy, false, len(views)}, {"bumpy, turned", bumpy, true, 0}} {
		var j joining
		for i, v := range views {
			r := seed.Stream(35, c.name, i)
			seen := side(c.shape(6000, r), v)
			if c.turn {
				seen = (geom.Pose{R: anyPose(r).R}).ApplyAll(seen)
			}
			j.thin = append(j.thin, seen)
		}
		if near := j.near(); len(near) != c.want {
			t.Errorf("%s: %v lie on others where they are, and only there; want %d", c.name, near, c.want)
		}
	}
}

// A scan of too few points, or of points that are not finite, is an error as ever and no crash.
func TestGroupOfScansThatCannotStand(t *testing.T) {
	nan := float32(math.NaN())
	sound := bumpy(600, seed.Stream(36))
	for name, c := range map[string][]geom.Vec3{"none": {}, "not finite": {{X: nan}, {Y: nan}, {Z: nan}}} {
		if _, err := Group(context.Background(), [][]geom.Vec3{sound, sound, c}, Options{}); !errors.Is(err, ErrTooFewPoints) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	some := append([]geom.Vec3{{X: nan}}, sound...)
	if g, err := Group(context.Background(), [][]geom.Vec3{sound, some}, Options{}); err != nil || slices.Contains(g.Standing, false) {
		t.Errorf("one point that is not finite: standing %v, error %v", g.Standing, err)
	}
}
