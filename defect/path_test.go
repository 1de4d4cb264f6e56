package defect

import (
	"math"
	"testing"

	"blemish/geom"
)

func straight(float64) float64 { return 0 }

// On a ball a straight path is a great circle; its length is the angle.
func TestStraightPathsOnABall(t *testing.T) {
	at := target(t, ball(40))
	start := geom.Vec{X: 1}
	p := at.walkPath(start, start, geom.Vec{Y: 0.6, Z: 0.8}, 1.2, 60, straight)
	if p.stopped != [2]bool{} || math.Abs(p.length()-2.4) > 1e-9 {
		t.Fatalf("stopped %v after %g", p.stopped, p.length())
	}
	axis := start.Cross(geom.Vec{Y: 0.6, Z: 0.8})
	for i, x := range p.points {
		if off := math.Abs(x.Dot(axis)); off > 0.01 {
			t.Fatalf("point %d lies %g off the great circle", i, off)
		}
		if d := math.Sqrt(at.tree.Closest(x).Dist2); d > 1e-4 {
			t.Fatalf("point %d lies %g off the surface", i, d)
		}
		// A chord of a face is shorter than its arc: the ball of triangles is a little smaller.
		if angle := math.Acos(min(1, x.Unit().X)); math.Abs(angle-math.Abs(p.s[i])) > 0.01 {
			t.Fatalf("point %d at %g along, %g by angle", i, p.s[i], angle)
		}
	}
}

// A path stops at the edge of a block and at the border of a sheet, and a bend to
// the left turns left as seen from outside.
func TestPathsStopAndBend(t *testing.T) {
	at := target(t, block(1, 2, 0.4))
	top := geom.Vec{Z: 1}
	p := at.walkPath(geom.Vec{X: 0.5, Y: 1, Z: 0.4}, top, geom.Vec{X: 1}, 0.8, 40, straight)
	if p.stopped != [2]bool{true, true} || p.length() > 1.001 || p.length() < 0.95 {
		t.Errorf("over the edges of a block: stopped %v, length %g", p.stopped, p.length())
	}
	p = at.walkPath(geom.Vec{X: 0.5, Y: 1, Z: 0.4}, top, geom.Vec{Y: 1}, 0.3, 40, func(float64) float64 { return 1 })
	last := p.points[len(p.points)-1]
	// A quarter of an arc of radius 0.3 that turns by 1 radian from +y towards -x.
	want := geom.Vec{X: 0.5 - 0.3*(1-math.Cos(1)), Y: 1 + 0.3*math.Sin(1), Z: 0.4}
	if d := last.Sub(want).Norm(); d > 5e-3 { // half a step turns too early
		t.Errorf("the arc ends at %v, not %v", last, want)
	}
	open := target(t, rim(6))
	p = open.walkPath(geom.Vec{X: 0.5, Y: 0.5, Z: 0.1 * math.Sin(1.5)}, top, geom.Vec{Y: 1}, 0.7, 40, straight)
	if p.stopped != [2]bool{true, true} || math.Abs(p.length()-1) > 0.03 {
		t.Errorf("across a sheet: stopped %v, length %g", p.stopped, p.length())
	}
}

// The vertices beside a path get the place that a plane gives them.
func TestPlacesBesideAPath(t *testing.T) {
	at := target(t, block(1, 2, 0.4))
	p := at.walkPath(geom.Vec{X: 0.5, Y: 1, Z: 0.4}, geom.Vec{Z: 1}, geom.Vec{Y: 1}, 0.5, 40, straight)
	b := p.spread(at.fine, at.next, at.normals, at.seedsOf(p), 0.2)
	count := 0
	for _, v := range b.order {
		x := at.fine.Vertices[v].D()
		if x.Z < 0.39 {
			t.Fatalf("vertex %v of another side", x)
		}
		if math.Abs(x.Y-1) < 0.45 {
			count++
			if math.Abs(b.s[v]-(x.Y-1)) > 2e-3 || math.Abs(b.v[v]-(0.5-x.X)) > 2e-3 {
				t.Fatalf("vertex %v: %g along, %g to the left", x, b.s[v], b.v[v])
			}
		}
	}
	if count < 50 {
		t.Fatalf("only %d vertices beside the path", count)
	}
}
