package geom

import "math"

// Box is an axis-aligned box. The zero Box is the single point 0; EmptyBox holds
// nothing.
type Box struct{ Min, Max Vec }

// EmptyBox is the box that Extend grows from.
func EmptyBox() Box {
	inf := math.Inf(1)
	return Box{Min: Vec{inf, inf, inf}, Max: Vec{-inf, -inf, -inf}}
}

// BoxOf is the smallest box around points; EmptyBox for none.
func BoxOf(points []Vec3) Box {
	b := EmptyBox()
	for _, p := range points {
		b.Extend(p.D())
	}
	return b
}

// Extend grows b to hold p.
func (b *Box) Extend(p Vec) {
	b.Min = Vec{math.Min(b.Min.X, p.X), math.Min(b.Min.Y, p.Y), math.Min(b.Min.Z, p.Z)}
	b.Max = Vec{math.Max(b.Max.X, p.X), math.Max(b.Max.Y, p.Y), math.Max(b.Max.Z, p.Z)}
}

// Empty reports whether b holds no point.
func (b Box) Empty() bool { return !(b.Min.X <= b.Max.X && b.Min.Y <= b.Max.Y && b.Min.Z <= b.Max.Z) }

// Contains reports whether p lies in b or on its sides.
func (b Box) Contains(p Vec) bool {
	return p.X >= b.Min.X && p.X <= b.Max.X && p.Y >= b.Min.Y && p.Y <= b.Max.Y && p.Z >= b.Min.Z && p.Z <= b.Max.Z
}

// Size is the edge lengths; zero for an empty box.
func (b Box) Size() Vec {
	if b.Empty() {
		return Vec{}
	}
	return b.Max.Sub(b.Min)
}

// Diagonal is the length of the space diagonal; zero for an empty box.
func (b Box) Diagonal() float64 { return b.Size().Norm() }

// Center is the middle; zero for an empty box.
func (b Box) Center() Vec {
	if b.Empty() {
		return Vec{}
	}
	return b.Min.Add(b.Max).Scale(0.5)
}
