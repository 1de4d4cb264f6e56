package main

import (
	"context"
	"fmt"
	"math"

	"blemish/defect"
	"blemish/detect"
	"blemish/detect/deviation"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/shape"
)

// Parts and scans of them.

// noise of the scans, as a share of the part's diagonal.
const noise = 0.0005

// wrongKinds are the kinds of wrong scans.
var wrongKinds = []string{
	"unit x1000", "unit x25.4", "another part", "mirrored", "noise x10", "half missing", "on a table",
	"bulge", "concavity", "hole", "crack", "broken", "bending",
}

// part is a built-in part that scans are taken of.
type part struct {
	class  string
	set    int // which scans of it
	points int
	mesh   *geom.Mesh
	target *defect.Target
	size   float64
}

func newPart(ctx context.Context, class string, points int) (*part, error) {
	m, err := shape.Build(class, seed.Stream(1, "measure-learning", class))
	if err != nil {
		return nil, err
	}
	target, err := defect.NewTarget(ctx, m)
	if err != nil {
		return nil, err
	}
	return &part{class: class, points: points, mesh: m, target: target, size: geom.BoxOf(m.Vertices).Diagonal()}, nil
}

// stream is the random numbers of one scan.
func (p *part) stream(what string, i int) *seed.Rand {
	return seed.Stream(1, "measure-learning", p.class, p.set, what, i)
}

// scan adds noise to points and takes them to a random pose.
func (p *part) scan(points []geom.Vec3, noise float64, r *seed.Rand) *geom.Cloud {
	w, x, y, z := r.Quaternion()
	pose := geom.Pose{R: geom.RotationQuat(w, x, y, z), T: geom.Vec{X: r.Uniform(-1, 1), Y: r.Uniform(-1, 1), Z: r.Uniform(-1, 1)}.Scale(p.size)}
	out := make([]geom.Vec3, len(points))
	for i, q := range points {
		shift := geom.Vec{X: r.Norm(), Y: r.Norm(), Z: r.Norm()}.Scale(noise * p.size)
		out[i] = pose.ApplyVec(q.D().Add(shift)).F()
	}
	return &geom.Cloud{Points: out}
}

// sound is a sound scan.
func (p *part) sound(what string, i int) *geom.Cloud {
	r := p.stream(what, i)
	points, _ := mesh.Sample(p.mesh, p.points, r)
	return p.scan(points, noise, r)
}

// carved is a scan with a defect.
func (p *part) carved(ctx context.Context, kind defect.Kind, what string, i int) (*geom.Cloud, error) {
	r := p.stream(what, i)
	_, c, err := defect.Carve(ctx, p.target, kind, defect.Medium, r)
	if err != nil {
		return nil, err
	}
	return p.scan(c.Sample(p.points, r).Points, noise, r), nil
}

// wrong is a scan of a kind that does not belong among sound ones.
func (p *part) wrong(ctx context.Context, kind string) (*geom.Cloud, error) {
	r := p.stream(kind, 0)
	points, _ := mesh.Sample(p.mesh, p.points, r)
	scaled := func(by float64) []geom.Vec3 {
		for i, q := range points {
			points[i] = q.D().Scale(by).F()
		}
		return points
	}
	switch kind {
	case "unit x1000":
		return p.scan(scaled(1e-3), noise/1000, r), nil
	case "unit x25.4":
		return p.scan(scaled(1/25.4), noise/25.4, r), nil
	case "another part":
		return p.other(r)
	case "mirrored":
		for i := range points {
			points[i].X = -points[i].X
		}
	case "noise x10":
		return p.scan(points, 10*noise, r), nil
	case "half missing":
		return p.scan(p.half(points), noise, r), nil
	case "on a table":
		return p.scan(p.onTable(points, r), noise, r), nil
	default:
		return p.carved(ctx, defect.Kind(kind), kind, 0)
	}
	return p.scan(points, noise, r), nil
}

// other is a scan of another class, as large as this one.
func (p *part) other(r *seed.Rand) (*geom.Cloud, error) {
	classes := shape.Classes()
	class := classes[r.Intn(len(classes))]
	for shape.Family(class) == shape.Family(p.class) {
		class = classes[r.Intn(len(classes))]
	}
	m, err := shape.Build(class, r)
	if err != nil {
		return nil, err
	}
	points, _ := mesh.Sample(m, p.points, r)
	by := p.size / geom.BoxOf(m.Vertices).Diagonal()
	for i, q := range points {
		points[i] = q.D().Scale(by).F()
	}
	return p.scan(points, noise, r), nil
}

// half is the half of the points on one side along x.
func (p *part) half(points []geom.Vec3) []geom.Vec3 {
	middle := geom.BoxOf(p.mesh.Vertices).Center().X
	var out []geom.Vec3
	for _, q := range points {
		if float64(q.X) < middle {
			out = append(out, q)
		}
	}
	return out
}

// onTable puts the part on a table three times its size that is scanned as densely; what
// touches it is hidden.
func (p *part) onTable(points []geom.Vec3, r *seed.Rand) []geom.Vec3 {
	box := geom.BoxOf(p.mesh.Vertices)
	low, middle := box.Min.Z, box.Center()
	var out []geom.Vec3
	for _, q := range points {
		if float64(q.Z) > low+0.002*p.size {
			out = append(out, q)
		}
	}
	area := mesh.NewSampler(p.mesh).Area()
	side := 3 * p.size
	for range int(float64(p.points) * side * side / area) {
		q := geom.Vec{X: middle.X + side*r.Uniform(-0.5, 0.5), Y: middle.Y + side*r.Uniform(-0.5, 0.5), Z: low}
		if math.Abs(q.X-middle.X) > 0.5*(box.Max.X-box.Min.X) || math.Abs(q.Y-middle.Y) > 0.5*(box.Max.Y-box.Min.Y) {
			out = append(out, q.F())
		}
	}
	return out
}

// defects are the scans that are judged afterwards, a sound one first.
func (p *part) defects(ctx context.Context) ([]*geom.Cloud, error) {
	scans := []*geom.Cloud{p.sound("judged", 0)}
	for _, kind := range defect.Kinds() {
		c, err := p.carved(ctx, kind, "judged "+string(kind), 0)
		if err != nil {
			continue // not every part can have each kind
		}
		scans = append(scans, c)
	}
	return scans, nil
}

// learnt is what came of a learning set.
type learnt struct {
	vetted *deviation.Vetted
	model  detect.Model
}

// learn learns from the sound scans and an extra one.
func (m measure) learn(ctx context.Context, p *part, extra *geom.Cloud) (*learnt, error) {
	var scans []*geom.Cloud
	for i := range m.sound {
		scans = append(scans, p.sound("learnt", i))
	}
	if extra != nil {
		scans = append(scans, extra)
	}
	d := deviation.New(deviation.DefaultConfig())
	opt := detect.FitOptions{Class: p.class, Seed: 1, Workers: m.workers}
	v, err := deviation.Vet(ctx, d, scans, opt, false)
	if err != nil {
		return nil, err
	}
	model, err := v.Fit(ctx, d, opt)
	return &learnt{v, model}, err
}

// judge is the verdict on each scan.
func (l *learnt) judge(ctx context.Context, scans []*geom.Cloud) ([]detect.Verdict, error) {
	out := make([]detect.Verdict, len(scans))
	for i, c := range scans {
		r, err := l.model.Score(ctx, c)
		if err != nil {
			return nil, err
		}
		out[i] = r.Verdict
	}
	return out, nil
}

// one puts a wrong scan among the sound ones and counts what comes of it.
func (m measure) one(ctx context.Context, p *part, kind string, defects []*geom.Cloud, want []detect.Verdict, t *tally) error {
	wrong, err := p.wrong(ctx, kind)
	if err != nil {
		fmt.Printf("%s, %s: no such scan: %v\n", p.class, kind, err)
		return nil
	}
	l, err := m.learn(ctx, p, wrong)
	if err != nil {
		t.refused++
		fmt.Printf("%s, %s: refused: %v\n", p.class, kind, err)
		return nil
	}
	s := l.vetted.Scans[m.sound]
	switch {
	case !s.Used:
		t.out++
	case s.Dropped > 0:
		t.freed++
	default:
		t.kept++
	}
	if over := s.Score / s.Threshold; s.Threshold > 0 && (t.least == 0 || over < t.least) {
		t.least = over
	}
	got := want
	if len(l.vetted.Used) != m.sound || s.Used { // otherwise the model is that of the sound scans alone
		if got, err = l.judge(ctx, defects); err != nil {
			return err
		}
	}
	for i := range defects {
		if i > 0 {
			t.of++
			if got[i] == detect.Defective {
				t.found++
			}
		}
		if got[i] == want[i] && i > 0 {
			t.same++
		} else if got[i] != want[i] {
			fmt.Printf("%s, %s: scan %d is %v, with the sound scans alone %v\n", p.class, kind, i, got[i], want[i])
		}
	}
	fmt.Printf("%s, %s: used %v, score %.2f, allowed %.2f; %s %v\n", p.class, kind, s.Used, s.Score, s.Threshold, s.Why, l.vetted.Warnings[min(1, len(l.vetted.Warnings)):])
	return nil
}
