package spatial

import (
	"math"
	"math/rand/v2"
	"testing"

	"blemish/geom"
	"blemish/internal/kernels"
)

// drawFace draws a triangle of a kind that is hard on rounding.
func drawFace(r *rand.Rand, kind int) [3]geom.Vec3 {
	at := func(spread float32) geom.Vec3 {
		return geom.Vec3{X: spread * (r.Float32() - 0.5), Y: spread * (r.Float32() - 0.5), Z: spread * (r.Float32() - 0.5)}
	}
	a := at(1.9)
	add := func(v geom.Vec3, by geom.Vec3) geom.Vec3 {
		return geom.Vec3{X: v.X + by.X, Y: v.Y + by.Y, Z: v.Z + by.Z}
	}
	switch kind {
	case 0: // large
		return [3]geom.Vec3{a, at(1.9), at(1.9)}
	case 1: // small
		return [3]geom.Vec3{a, add(a, at(0.01)), add(a, at(0.01))}
	case 2: // tiny
		return [3]geom.Vec3{a, add(a, at(1e-6)), add(a, at(1e-6))}
	case 3: // long and thin
		b := at(1.9)
		return [3]geom.Vec3{a, b, add(b, at(1e-4))}
	case 4: // almost without area
		b := at(1.9)
		return [3]geom.Vec3{a, b, add(geom.Vec3{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2, Z: (a.Z + b.Z) / 2}, at(1e-6))}
	case 5: // a segment
		return [3]geom.Vec3{a, a, at(1.9)}
	case 6: // a point
		return [3]geom.Vec3{a, a, a}
	}
	return [3]geom.Vec3{{X: a.X}, {X: at(1.9).X}, {X: at(1.9).X}} // on a line
}

// A bound that is too high loses the nearest face, one that is far too low costs time.
func TestFaceBoundsAreBelowTheDistanceAndNotFar(t *testing.T) {
	const kinds = 8
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		close, plain := 0, 0
		for trial := range 4000 {
			scale := math.Ldexp(1, []int{0, 0, 40, -60, mostScaled, -mostScaled}[r.IntN(6)])
			var faces [lanes][3]geom.Vec3
			var tris [cornerFloats]float32
			var boxes [groupFloats]float32
			for i := range faces {
				faces[i] = drawFace(r, r.IntN(kinds))
				for k, v := range faces[i] {
					for a, x := range [3]float32{v.X, v.Y, v.Z} {
						tris[(3*k+a)*lanes+i] = float32(float64(x) / scale)
						if low := &boxes[a*lanes+i]; k == 0 || x < *low {
							*low = x
						}
						if high := &boxes[(3+a)*lanes+i]; k == 0 || x > *high {
							*high = x
						}
					}
				}
			}
			// Anywhere, near a face, on a corner, far away.
			f := &faces[r.IntN(lanes)]
			on := f[0].D().Add(f[1].D()).Add(f[2].D()).Scale(1.0 / 3)
			off := geom.Vec{X: r.Float64() - 0.5, Y: r.Float64() - 0.5, Z: r.Float64() - 0.5}
			q := [...]geom.Vec{off.Scale(4), on.AddScaled(1e-3, off), on.AddScaled(1e-7, off), f[1].D(), off.Scale(1e6), off.Scale(1e18), off.Scale(1e25)}[trial%7]
			rounded := q.F()
			at := [3]float32{rounded.X, rounded.Y, rounded.Z}
			slack := slackAt(&at, rounded.D().Sub(q).Norm())
			var low [lanes]float32
			reach := []float32{inf32, 1, 0.01, 0}[r.IntN(4)]
			mask := faceBounds(&at, float32(scale), slack, reach*reach*1.00001, reach, &tris, &boxes, &low)
			for i, f := range faces {
				if scale < 1e-30 || scale > 1e30 {
					for k := range f { // what the smallest numbers keep
						for a, x := range []*float32{&f[k].X, &f[k].Y, &f[k].Z} {
							*x = float32(float64(tris[(3*k+a)*lanes+i]) * scale)
						}
					}
				}
				p, part := ClosestOnTriangle(f[0].D(), f[1].D(), f[2].D(), q)
				d := p.Sub(q).Norm()
				if mask == 0 { // boxes alone may have decided
					if d <= float64(reach) {
						t.Fatalf("face %d, %v away, is left out at a reach of %v", i, d, reach)
					}
					continue
				}
				if !(float64(low[i]) <= d) {
					t.Fatalf("trial %d: face %v is %v from %v (part %d), bound %v", trial, f, d, q, part, low[i])
				}
				if (mask>>i&1 == 1) != (low[i] <= reach) {
					t.Fatalf("face %d: bound %v, reach %v, mask %016b", i, low[i], reach, mask)
				}
				if trial%7 < 2 && d > 1e-4 {
					plain++
					if float64(low[i]) > 0.98*d {
						close++
					}
				}
			}
		}
		if family != kernels.Generic && close < plain*97/100 {
			t.Errorf("%d of %d bounds are close", close, plain)
		}
	})
}
