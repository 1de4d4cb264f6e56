package dataset

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// Directions that go all around: of scans from everywhere, and of the scans to learn
// from, which together shall show the whole part.

const (
	aroundEyes = 30  // places that a scan from everywhere is put together from
	aroundAt   = 2.0 // their distance from the middle of the object, in diagonals
)

// lattice is n directions that are spread evenly over the sphere: a Fibonacci lattice
// (González, Measurement of areas on a sphere using Fibonacci and latitude-longitude
// lattices, 2010).
func lattice(n int) []geom.Vec {
	golden := math.Pi * (3 - math.Sqrt(5))
	out := make([]geom.Vec, n)
	for i := range out {
		z := 1 - float64(2*i+1)/float64(n)
		s, c := math.Sincos(golden * float64(i))
		ring := math.Sqrt(1 - z*z)
		out[i] = geom.Vec{X: ring * c, Y: ring * s, Z: z}
	}
	return out
}

// allAround is the places of a scan from everywhere.
func (m *maker) allAround() []geom.Vec {
	turn := geom.RotationQuat(m.stream("around").Quaternion())
	middle := m.target.Mesh().Box().Center()
	eyes := lattice(aroundEyes)
	for i, dir := range eyes {
		eyes[i] = middle.AddScaled(aroundAt*m.target.Diagonal(), turn.MulVec(dir))
	}
	return eyes
}

const (
	coverTurns  = 8   // turns of the lattice that are compared
	coverEyes   = 64  // places that are looked from for that, at most
	coverPoints = 400 // of the surface
)

// trainDirection is where the scanner stands for the job's scan to learn from. The
// scans of a class stand around the part evenly. Of several turns of the whole that one is taken
// from which they together see the most of the surface and that which sees least does not see
// too little: flat parts are not looked at from the edge. v tells what is seen.
func (m *maker) trainDirection(v *views) geom.Vec {
	n := m.opt.Train
	r := seed.Stream(m.opt.Seed, "train views", m.class)
	surface := m.target.Scan(coverPoints, false, r)
	spread := lattice(n)
	most, best := -1.0, geom.Identity3()
	for try := 0; try == 0 || try < coverTurns && (try+1)*n <= coverEyes; try++ {
		turn := geom.RotationQuat(r.Quaternion())
		together, least := make([]bool, coverPoints), coverPoints
		trial := &views{tree: v.tree, middle: v.middle, radius: v.radius, skip: v.skip}
		for _, dir := range spread[:min(n, coverEyes)] {
			trial.eyes = []geom.Vec{v.middle.AddScaled(aroundAt*m.target.Diagonal(), turn.MulVec(dir))}
			alone := 0
			for i, p := range surface.Points {
				if trial.sees(p.D(), surface.Normals[i].D()) {
					together[i] = true
					alone++
				}
			}
			least = min(least, alone)
		}
		score := float64(least)
		for _, seen := range together {
			if seen {
				score++
			}
		}
		if score > most {
			most, best = score, turn
		}
	}
	return best.MulVec(spread[m.job.index])
}
