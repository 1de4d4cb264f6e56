package feature

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/internal/kernels"
)

// withEachKernel runs f with every family of kernels that this process may use.
func withEachKernel(t *testing.T, f func(t *testing.T)) {
	best := family
	defer func() { family = best }()
	for family = kernels.Generic; family <= best; family++ {
		t.Run(family.String(), f)
	}
}

// literalAngles is Open3D's ComputePairFeatures as it stands there.
func literalAngles(p1, n1, p2, n2 geom.Vec) (f [3]float64) {
	d := p2.Sub(p1)
	length := d.Norm()
	if length == 0 {
		return f
	}
	angle1, angle2 := n1.Dot(d)/length, n2.Dot(d)/length
	f[2] = angle1
	if math.Acos(math.Abs(angle1)) > math.Acos(math.Abs(angle2)) {
		n1, n2 = n2, n1
		d = d.Scale(-1)
		f[2] = -angle2
	}
	v := d.Cross(n1)
	if v.Norm() == 0 {
		return [3]float64{}
	}
	v = v.Scale(1 / v.Norm())
	f[1] = v.Dot(n2)
	f[0] = math.Atan2(n1.Cross(v).Dot(n2), n1.Dot(n2))
	return f
}

func randomNormal(r *rand.Rand) geom.Vec3 {
	return geom.Vec{X: r.NormFloat64(), Y: r.NormFloat64(), Z: r.NormFloat64()}.Unit().F()
}

func TestPairBinsEqualOpen3DsAngles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	near := 0
	for trial := 0; trial < 200000; trial++ {
		scale := math.Pow(10, float64(r.IntN(20)-10))
		point := func() geom.Vec {
			return geom.Vec{X: r.NormFloat64(), Y: r.NormFloat64(), Z: r.NormFloat64()}.Scale(scale)
		}
		p, q := point().F().D(), point().F().D()
		n, m := randomNormal(r).D(), randomNormal(r).D()
		switch trial % 8 {
		case 0:
			q = p
		case 1:
			m = n
		case 2:
			n = geom.Vec{}
		case 3: // a nearly flat surface
			n = geom.Vec{X: 1e-3 * r.NormFloat64(), Y: 1e-3 * r.NormFloat64(), Z: 1}.Unit().F().D()
			m = geom.Vec{X: 1e-3 * r.NormFloat64(), Y: 1e-3 * r.NormFloat64(), Z: 1}.Unit().F().D()
			q.Z = p.Z
		}
		f := literalAngles(p, n, q, m)
		want := [3]float64{bins * (f[0] + math.Pi) / (2 * math.Pi), bins * (f[1] + 1) * 0.5, bins * (f[2] + 1) * 0.5}
		var got [3]int32
		got[0], got[1], got[2] = pairBins(p, n, q, m)
		for i, w := range want {
			if bin := int32(max(0, min(bins-1, math.Floor(w)))); got[i] != bin {
				if i == 0 && trial%8 == 2 {
					continue // the arc tangent of ±0/±0
				}
				// Rounding may move what lies on a bound.
				if math.Abs(w-math.Round(w)) > 1e-9 {
					t.Fatalf("trial %d, angle %d: bin %d, want %v", trial, i, got[i], w)
				}
				near++
			}
		}
	}
	if near > 20 {
		t.Errorf("%d bins differ by rounding", near)
	}
}

func TestPairKernelsEqualTheReference(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for trial := 0; trial < 2000; trial++ {
			centre := randomPoint(r)
			var from stage
			for i := range stageSize {
				v := randomPoint(r)
				switch r.IntN(6) {
				case 0:
					v[0], v[1], v[2] = centre[0], centre[1], centre[2]
				case 1:
					v[3], v[4], v[5] = -centre[3], -centre[4], -centre[5]
				}
				for a := range from {
					from[a][i] = v[a]
				}
			}
			blocks := r.IntN(stageSize/8 + 1)
			var got, want binRows
			for a := range got {
				for i := range got[a] {
					got[a][i], want[a][i] = -3, -3
				}
			}
			pairBinsOf(&centre, &from, blocks, &got)
			pairBinsGeneric(&centre, &from, blocks, &want)
			if got != want {
				for a := range got {
					for i := range got[a] {
						if got[a][i] != want[a][i] {
							t.Fatalf("trial %d: angle %d of pair %d in bin %d, want %d", trial, a, i, got[a][i], want[a][i])
						}
					}
				}
			}
		}
	})
}

// randomPoint draws a point and a normal, some of them odd.
func randomPoint(r *rand.Rand) [6]float32 {
	n := randomNormal(r)
	switch r.IntN(6) {
	case 0:
		n = geom.Vec3{Z: 1}
	case 1:
		n = geom.Vec3{}
	case 2:
		n.X = float32(math.NaN())
	}
	scale := []float32{1, 1, 1e-30, 1e30}[r.IntN(4)]
	return [6]float32{scale * (r.Float32() - 0.5), scale * float32(r.IntN(3)), scale * (r.Float32() - 0.5), n.X, n.Y, n.Z}
}

func TestWeighKernelsEqualTheReference(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		rows := make([]float32, 50*rowFloats)
		for i := range rows {
			if i%rowFloats < FPFHSize {
				rows[i] = r.Float32() * 100
			}
		}
		for n := 0; n < 60; n++ {
			place, weight := make([]int32, n), make([]float32, n)
			for i := range place {
				place[i], weight[i] = r.Int32N(50), r.Float32()
			}
			var got, want [rowFloats]float32
			weigh(&got, rows, place, weight)
			weighGeneric(&want, rows, place, weight)
			if !slices.Equal(got[:], want[:]) {
				t.Fatalf("%d rows sum to %v, want %v", n, got, want)
			}
		}
	})
}
