package geom

import (
	"math"
	"math/rand/v2"
	"testing"
)

func randomRotation(r *rand.Rand) Mat3 {
	return RotationQuat(r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64())
}

func TestSymEigenRebuildsTheMatrix(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for trial := 0; trial < 2000; trial++ {
		want := [3]float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		scale := math.Pow(10, float64(r.IntN(40)-20))
		if trial%5 == 0 {
			want[1] = want[0] // equal eigenvalues
		}
		if trial%7 == 0 {
			want[2] = 0
		}
		q := randomRotation(r)
		m := q.Mul(Mat3{want[0] * scale, 0, 0, 0, want[1] * scale, 0, 0, 0, want[2] * scale}).Mul(q.T())
		vals, vecs := SymEigen(m)
		if !(vals[0] <= vals[1] && vals[1] <= vals[2]) {
			t.Fatalf("not ascending: %v", vals)
		}
		back := vecs.T().Mul(Mat3{vals[0], 0, 0, 0, vals[1], 0, 0, 0, vals[2]}).Mul(vecs)
		for i := range m {
			if math.Abs(back[i]-m[i]) > 1e-12*scale*4 {
				t.Fatalf("trial %d: rebuilt %v from %v", trial, back, m)
			}
		}
		if math.Abs(vecs.Det()-1) > 1e-12 {
			t.Fatalf("frame has determinant %v", vecs.Det())
		}
	}
}

func TestSymEigenEndsOnBadInput(t *testing.T) {
	SymEigen(Mat3{math.NaN(), 1, 2, 1, 3, 4, 2, 4, 5})
	SymEigen(Mat3{math.Inf(1), 1, 2, 1, 3, 4, 2, 4, 5})
	if vals, _ := SymEigen(Mat3{}); vals != [3]float64{} {
		t.Fatalf("zero matrix has eigenvalues %v", vals)
	}
}

func TestPoseInverseAndComposition(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for trial := 0; trial < 500; trial++ {
		a := Pose{R: randomRotation(r), T: Vec{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}}
		b := Pose{R: randomRotation(r), T: Vec{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}}
		p := Vec{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		if d := a.Inverse().ApplyVec(a.ApplyVec(p)).Sub(p).Norm(); d > 1e-12 {
			t.Fatalf("inverse misses by %g", d)
		}
		if d := a.Mul(b).ApplyVec(p).Sub(a.ApplyVec(b.ApplyVec(p))).Norm(); d > 1e-12 {
			t.Fatalf("composition misses by %g", d)
		}
		if got := PoseFromMatrix(a.Matrix()); got != a {
			t.Fatalf("matrix round trip: %v, want %v", got, a)
		}
	}
}

func TestRotationAngle(t *testing.T) {
	for _, angle := range []float64{0, 1e-9, 1e-4, 0.5, 2, math.Pi - 1e-9, math.Pi} {
		m := RotationAxis(Vec{1, -2, 0.5}, angle)
		if got := m.RotationAngle(); math.Abs(got-angle) > 1e-12+1e-8*angle {
			t.Errorf("rotation by %v measures %v", angle, got)
		}
		if math.Abs(m.Det()-1) > 1e-12 {
			t.Errorf("determinant %v", m.Det())
		}
	}
}

func TestUnitAndFinite(t *testing.T) {
	inf := float32(math.Inf(1))
	nan := float32(math.NaN())
	for _, p := range []Vec3{{nan, 0, 0}, {0, inf, 0}, {0, 0, -inf}} {
		if p.Finite() {
			t.Errorf("%v counts as finite", p)
		}
	}
	if !(Vec3{math.MaxFloat32, -math.MaxFloat32, 0}).Finite() {
		t.Error("the largest float32 is finite")
	}
	if (Vec{}).Unit() != (Vec{}) {
		t.Error("the unit of zero is zero")
	}
	v := Vec{3, 0, 4}
	if got := v.Perpendicular().Dot(v); math.Abs(got) > 1e-15 {
		t.Errorf("perpendicular has product %v", got)
	}
}

func TestBox(t *testing.T) {
	if b := BoxOf(nil); !b.Empty() || b.Diagonal() != 0 {
		t.Fatalf("box of nothing: %v", b)
	}
	b := BoxOf([]Vec3{{1, 2, 3}, {-1, 5, 3}})
	if b.Min != (Vec{-1, 2, 3}) || b.Max != (Vec{1, 5, 3}) || b.Empty() {
		t.Fatalf("box %v", b)
	}
}

func TestSelectCarriesEverything(t *testing.T) {
	c := &Cloud{Points: []Vec3{{1, 0, 0}, {2, 0, 0}, {3, 0, 0}}, Normals: []Vec3{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, Origin: [3]float64{7, 8, 9}}
	c.SetScalar("label", []float32{0, 1, 2})
	s := c.Select([]int32{2, 0})
	if s.Len() != 2 || s.Points[0].X != 3 || s.Normals[1].X != 1 || s.Scalar("label")[0] != 2 || s.Origin != c.Origin {
		t.Fatalf("selected %+v", s)
	}
}

func TestAbsolutePoseMapsFileCoordinates(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	stored := Pose{R: randomRotation(r), T: Vec{1, 2, 3}}
	from, to := [3]float64{1000, -2000, 30}, [3]float64{-7, 500, 9000}
	p := Vec{0.5, -0.25, 2}
	inFile := p.Add(Vec{from[0], from[1], from[2]})
	want := stored.ApplyVec(p).Add(Vec{to[0], to[1], to[2]})
	if d := stored.Absolute(from, to).ApplyVec(inFile).Sub(want).Norm(); d > 1e-9 {
		t.Fatalf("off by %g", d)
	}
}
