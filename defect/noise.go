package defect

import (
	"math"

	"blemish/geom"
)

// noise is smooth random variation over space: gradient noise (Perlin, 2002) on a
// unit lattice whose gradients are hashed from the seed.
type noise uint32

// at returns the noise at p, within about ±1, with mean 0 and feature size 1.
func (n noise) at(p geom.Vec) float64 {
	fx, fy, fz := math.Floor(p.X), math.Floor(p.Y), math.Floor(p.Z)
	x, y, z := p.X-fx, p.Y-fy, p.Z-fz
	ix, iy, iz := int64(fx), int64(fy), int64(fz)
	u, v, w := fade(x), fade(y), fade(z)
	var c [8]float64
	for k := range c {
		dx, dy, dz := int64(k&1), int64(k>>1&1), int64(k>>2)
		c[k] = n.gradient(ix+dx, iy+dy, iz+dz, x-float64(dx), y-float64(dy), z-float64(dz))
	}
	return lerp(w,
		lerp(v, lerp(u, c[0], c[1]), lerp(u, c[2], c[3])),
		lerp(v, lerp(u, c[4], c[5]), lerp(u, c[6], c[7])))
}

// octaves adds count layers, each of half the size and `keep` times the strength of the one before.
func (n noise) octaves(p geom.Vec, count int, keep float64) float64 {
	sum, weight := 0.0, 1.0
	for k := 0; k < count; k++ {
		sum += float64(weight * (n + noise(k)*0x9e37).at(p))
		p, weight = p.Scale(2), weight*keep
	}
	return sum
}

func fade(t float64) float64 {
	return t * t * t * (float64(t*(float64(t*6)-15)) + 10)
}

// gradient is the product of the lattice point's direction (one of the 12 edge
// directions of a cube) and the offset.
func (n noise) gradient(ix, iy, iz int64, x, y, z float64) float64 {
	h := uint64(n)*0x9e3779b97f4a7c15 ^ uint64(ix)*0xbf58476d1ce4e5b9 ^ uint64(iy)*0x94d049bb133111eb ^ uint64(iz)*0xd6e8feb86659fd93
	h = (h ^ h>>31) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>29) * 0x94d049bb133111eb
	h ^= h >> 32
	a, b := x, y
	switch h % 3 {
	case 1:
		a, b = y, z
	case 2:
		a, b = x, z
	}
	if h&0x100 != 0 {
		a = -a
	}
	if h&0x200 != 0 {
		b = -b
	}
	return a + b
}
