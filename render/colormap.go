package render

import (
	"image/color"
	"math"
)

// Colormap turns a number in 0…1 into a colour. The zero Colormap is Heat.
type Colormap int

// The colour maps. Heat, Inferno and Cividis run from low to high; CoolWarm has
// its neutral grey in the middle, for signed values; Labels gives each of ten
// classes a colour of its own and class 0 a neutral one.
const (
	Heat     Colormap = iota // clay, yellow, red, dark red: a sound surface looks like a surface
	Inferno                  // near black, purple, orange, pale yellow
	Cividis                  // blue to yellow, the same to colour-blind readers
	CoolWarm                 // blue, grey, red (after Moreland, 2009)
	Labels                   // values are class numbers, not 0…1
)

var clay = color.NRGBA{196, 198, 202, 255}

// missing is the colour of a value that is not a number.
var missing = color.NRGBA{120, 120, 130, 255}

var stops = map[Colormap][]color.NRGBA{
	Heat:     {clay, {214, 204, 160, 255}, {250, 208, 76, 255}, {248, 146, 36, 255}, {229, 66, 31, 255}, {170, 14, 38, 255}, {104, 2, 36, 255}},
	Inferno:  {{30, 14, 64, 255}, {66, 13, 100, 255}, {110, 25, 110, 255}, {153, 41, 99, 255}, {193, 58, 80, 255}, {225, 86, 52, 255}, {245, 127, 22, 255}, {250, 175, 23, 255}, {244, 222, 88, 255}, {252, 255, 170, 255}},
	Cividis:  {{0, 34, 78, 255}, {18, 53, 112, 255}, {59, 73, 108, 255}, {87, 93, 109, 255}, {112, 113, 115, 255}, {138, 134, 120, 255}, {165, 156, 116, 255}, {195, 179, 105, 255}, {225, 204, 85, 255}, {254, 232, 56, 255}},
	CoolWarm: {{59, 76, 192, 255}, {103, 136, 238, 255}, {154, 186, 255, 255}, {201, 215, 240, 255}, {221, 221, 221, 255}, {242, 201, 180, 255}, {245, 152, 121, 255}, {222, 96, 77, 255}, {180, 4, 38, 255}},
	Labels:   {clay, {214, 39, 40, 255}, {31, 119, 180, 255}, {44, 160, 44, 255}, {255, 140, 20, 255}, {148, 103, 189, 255}, {23, 180, 200, 255}, {227, 119, 194, 255}, {140, 86, 75, 255}, {188, 189, 34, 255}},
}

// Diverging reports whether the middle of the map stands for zero.
func (m Colormap) Diverging() bool { return m == CoolWarm }

// At returns the colour of t, clamped to 0…1; for Labels of the class nearest
// to t, ten classes in turn. NaN is a grey of its own. Unknown maps are Heat.
func (m Colormap) At(t float64) color.NRGBA {
	if math.IsNaN(t) {
		return missing
	}
	table, known := stops[m]
	if !known {
		table = stops[Heat]
	}
	if m == Labels {
		n := int(math.Round(math.Max(-1e9, math.Min(1e9, t))))
		return table[((n%len(table))+len(table))%len(table)]
	}
	at := math.Max(0, math.Min(1, t)) * float64(len(table)-1)
	i := min(int(at), len(table)-2)
	return mix(table[i], table[i+1], at-float64(i))
}

func mix(a, b color.NRGBA, t float64) color.NRGBA {
	lerp := func(p, q uint8) uint8 { return uint8(math.Round(float64(p) + t*(float64(q)-float64(p)))) }
	return color.NRGBA{lerp(a.R, b.R), lerp(a.G, b.G), lerp(a.B, b.B), lerp(a.A, b.A)}
}

// valueRange is the range that values are shown over: lo and hi where they are
// given, else from the data, around zero for a diverging map.
func valueRange(values []float32, lo, hi float64, m Colormap) (float64, float64) {
	if lo < hi || m == Labels {
		return lo, hi
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if x := float64(v); !math.IsNaN(x) && !math.IsInf(x, 0) {
			lo, hi = math.Min(lo, x), math.Max(hi, x)
		}
	}
	if lo > hi {
		return 0, 1
	}
	if m.Diverging() {
		hi = math.Max(math.Abs(lo), math.Abs(hi))
		lo = -hi
	}
	if lo == hi {
		hi = lo + 1
	}
	return lo, hi
}
