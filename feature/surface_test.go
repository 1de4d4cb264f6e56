package feature

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// oddCloud has all that features stumble over: repeats, a line, far outliers,
// coordinates that are no numbers.
func oddCloud() []geom.Vec3 {
	points := bumpyTorus(700)
	for i := range 60 {
		points = append(points, points[i%7], geom.Vec3{X: 3 + 0.01*float32(i), Y: 3, Z: 3})
	}
	return append(points, geom.Vec3{X: 1e30}, geom.Vec3{Y: float32(math.NaN())}, geom.Vec3{Z: float32(math.Inf(1))})
}

func TestFeaturesAreTheSameOnAnyNumberOfWorkersAndKernels(t *testing.T) {
	tree := spatial.NewTree(oddCloud())
	normals, variation, _ := Normals(context.Background(), 1, tree, 20)
	want, _ := FPFH(context.Background(), 1, tree, normals, 40)
	change, _ := RateOfChange(context.Background(), 1, tree, ChangeOptions{})
	withEachKernel(t, func(t *testing.T) {
		for _, workers := range []task.Workers{1, 2, 5} {
			n, v, err := Normals(context.Background(), workers, tree, 20)
			if err != nil || !slices.Equal(n, normals) || !slices.Equal(v, variation) {
				t.Errorf("%d workers: other normals (%v)", workers, err)
			}
			f, err := FPFH(context.Background(), workers, tree, normals, 40)
			if err != nil || !sameBits(f, want) {
				t.Errorf("%d workers: other descriptors (%v)", workers, err)
			}
			c, err := RateOfChange(context.Background(), workers, tree, ChangeOptions{})
			if err != nil || !slices.Equal(c.Rate, change.Rate) {
				t.Errorf("%d workers: other rates (%v)", workers, err)
			}
		}
	})
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

func TestDegenerateNeighbourhoodsHaveNoNormal(t *testing.T) {
	line := make([]geom.Vec3, 50)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range line {
		s := r.Float64()
		line[i] = geom.Vec{X: 5 + s, Y: 2*s - 1, Z: 0.3 * s}.F()
	}
	for name, points := range map[string][]geom.Vec3{
		"nothing": nil, "one point": line[:1], "two points": line[:2],
		"a line": line, "one place": slices.Repeat(line[:1], 40), "two places": slices.Repeat(line[:2], 20),
	} {
		tree := spatial.NewTree(points)
		normals, variation, err := Normals(context.Background(), 1, tree, 10)
		if err != nil || len(normals) != len(points) {
			t.Fatalf("%s: %d normals (%v)", name, len(normals), err)
		}
		for i := range normals {
			if normals[i] != (geom.Vec3{}) || variation[i] != 0 {
				t.Fatalf("%s: normal %v, variation %v", name, normals[i], variation[i])
			}
		}
		c, err := RateOfChange(context.Background(), 1, tree, ChangeOptions{TwoSmallest: true, PaperUnits: true})
		if err != nil || len(Salient(c.Rate, 0.3)) != 0 {
			t.Errorf("%s: something is salient (%v)", name, err)
		}
	}
}

func TestNormalsOfAPlaneAndASphere(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, scale := range []float64{1e-6, 1, 1e6} {
		axis := geom.Vec{X: 1, Y: 2, Z: -2}.Unit()
		a := axis.Perpendicular()
		b := axis.Cross(a)
		plane, sphere := make([]geom.Vec3, 2000), make([]geom.Vec3, 2000)
		for i := range plane {
			plane[i] = a.Scale(r.Float64()*scale).AddScaled(r.Float64()*scale, b).F()
			sphere[i] = geom.Vec{X: r.NormFloat64(), Y: r.NormFloat64(), Z: r.NormFloat64()}.Unit().Scale(scale).F()
		}
		normals, variation, _ := Normals(context.Background(), 0, spatial.NewTree(plane), 30)
		for i, n := range normals {
			if math.Abs(n.D().Dot(axis)) < 1-1e-6 || variation[i] > 1e-6 {
				t.Fatalf("scale %g: normal %v of a plane with %v, variation %v", scale, n, axis, variation[i])
			}
		}
		normals, _, _ = Normals(context.Background(), 0, spatial.NewTree(sphere), 15)
		Orient(sphere, normals, geom.Vec{})
		for i, n := range normals {
			if n.D().Dot(sphere[i].D().Unit()) < 0.97 {
				t.Fatalf("scale %g: normal %v at %v of a sphere", scale, n, sphere[i])
			}
		}
	}
}

func TestRateOfChangeFindsTheEdge(t *testing.T) {
	// A roof: two planes that meet at x = 0.
	r := rand.New(rand.NewPCG(5, 6))
	points := make([]geom.Vec3, 6000)
	for i := range points {
		x, y := r.Float64()*2-1, r.Float64()*2-1
		points[i] = geom.Vec{X: x, Y: y, Z: -math.Abs(x)}.F()
	}
	for _, literal := range []bool{false, true} {
		c, err := RateOfChange(context.Background(), 0, spatial.NewTree(points), ChangeOptions{TwoSmallest: literal, PaperUnits: literal})
		if err != nil {
			t.Fatal(err)
		}
		salient := Salient(c.Rate, 0.05)
		if len(salient) != 300 {
			t.Fatalf("%d salient points", len(salient))
		}
		for _, i := range salient {
			if x := math.Abs(float64(points[i].X)); x > 3*c.Radius {
				t.Errorf("literal %v: salient point %v away from the edge, radius %v", literal, x, c.Radius)
			}
		}
	}
}

func TestRateOfChangeDoesNotDependOnTheUnit(t *testing.T) {
	points := bumpyTorus(2000)
	// A power of two changes no rounding.
	large := make([]geom.Vec3, len(points))
	for i, p := range points {
		large[i] = geom.Vec3{X: p.X * 1024, Y: p.Y * 1024, Z: p.Z * 1024}
	}
	for _, literal := range []bool{false, true} {
		a, _ := RateOfChange(context.Background(), 0, spatial.NewTree(points), ChangeOptions{TwoSmallest: literal, PaperUnits: literal})
		b, _ := RateOfChange(context.Background(), 0, spatial.NewTree(large), ChangeOptions{TwoSmallest: literal, PaperUnits: literal})
		if !slices.Equal(a.Rate, b.Rate) || a.Radius*1024 != b.Radius {
			t.Errorf("literal %v: another rate in another unit", literal)
		}
	}
}

func TestRateOfChangeEqualsTheEquations(t *testing.T) {
	points := bumpyTorus(900)
	c, err := RateOfChange(context.Background(), 0, spatial.NewTree(points), ChangeOptions{Neighbors: 12})
	if err != nil {
		t.Fatal(err)
	}
	for i := range points {
		var sum float64
		count, onEdge := 0, false
		for j := range points {
			d := math.Sqrt(points[i].Dist2(points[j]))
			onEdge = onEdge || math.Abs(d-c.Radius) < 1e-6*c.Radius
			if i == j || d > c.Radius {
				continue
			}
			ni, nj := c.Normals[i].D(), c.Normals[j].D()
			sum += min(ni.Sub(nj).Norm(), ni.Add(nj).Norm())/(d/c.Radius) + math.Abs(float64(c.Curvature[i]-c.Curvature[j]))
			count++
		}
		if want := sum / float64(max(1, count)); math.Abs(float64(c.Rate[i])-want) > 1e-4*(1+want) && !onEdge {
			t.Fatalf("point %d: rate %v, want %v", i, c.Rate[i], want)
		}
	}
}

func TestQuickPlanesEqualTheEigenDecomposition(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	quick := 0
	for trial := 0; trial < 20000; trial++ {
		// An ellipsoid of neighbours, often flat, at times nearly a line or a ball.
		axes := [3]float64{1, math.Pow(10, -4*r.Float64()), math.Pow(10, -8*r.Float64())}
		scale := math.Pow(10, float64(r.IntN(12)-6))
		turn := geom.RotationQuat(r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64())
		var m moments
		centre := geom.Vec3{X: float32(scale)}
		for range 4 + r.IntN(40) {
			p := turn.MulVec(geom.Vec{X: axes[0] * r.NormFloat64(), Y: axes[1] * r.NormFloat64(), Z: axes[2] * r.NormFloat64()})
			m.add(centre, p.Scale(scale).Add(centre.D()).F())
		}
		normal, variation, ok := m.quickPlane(centre)
		if !ok {
			continue
		}
		quick++
		values, want, ok := m.eigen(centre)
		if !ok {
			t.Fatalf("trial %d: a plane where the neighbours span none", trial)
		}
		total := values[0] + values[1] + values[2]
		if math.Abs(variation-values[0]/total) > 1e-14 {
			t.Fatalf("trial %d: variation %v, want %v", trial, variation, values[0]/total)
		}
		gap := (values[1] - values[0]) / total
		if sin := normal.Cross(want).Norm(); sin > 1e-13/gap {
			t.Fatalf("trial %d: normals differ by %v, gap %v", trial, sin, gap)
		}
	}
	if quick < 5000 {
		t.Errorf("only %d of 20000 planes were quick", quick)
	}
}
