package main

import (
	"math"
	"strings"

	"blemish/dataset"
	"blemish/geom"
	"blemish/seed"
)

// nuisance is something that a scanner or its user does to a scan. Either the data set is
// built with it, or the scan is changed.
type nuisance struct {
	name   string
	recipe func(*dataset.Options)
	change func(c *geom.Cloud, size float64, r *seed.Rand, others []*geom.Cloud) *geom.Cloud
	// doubts are words in the reason of an answer that is right to be unsure; none: it should
	// be sure.
	doubts []string
	// always says that only a doubt is right.
	always bool
	large  bool // takes long
}

func nuisances() []nuisance {
	noisy := func(share float64) func(*dataset.Options) {
		return func(o *dataset.Options) { o.Noise = share }
	}
	conditions := func(c dataset.Conditions) func(*dataset.Options) {
		return func(o *dataset.Options) { o.Conditions = c }
	}
	outliers := func(share float64) func(*dataset.Options) {
		return func(o *dataset.Options) { o.Outliers = share }
	}
	points := func(n int) func(*dataset.Options) {
		return func(o *dataset.Options) { o.MinPoints, o.MaxPoints = n, n }
	}
	missing := func(share float64) func(*dataset.Options) {
		return conditions(dataset.Conditions{MinMissing: share, MaxMissing: share})
	}
	quantized := func(share float64) func(*dataset.Options) {
		return func(o *dataset.Options) { o.Quantize = share }
	}
	views := func(n int, c dataset.Conditions) func(*dataset.Options) {
		return func(o *dataset.Options) { o.Views, o.Conditions = n, c }
	}
	unit := func(by float64) func(*geom.Cloud, float64, *seed.Rand, []*geom.Cloud) *geom.Cloud {
		return func(c *geom.Cloud, _ float64, _ *seed.Rand, _ []*geom.Cloud) *geom.Cloud { return scaled(c, by) }
	}
	seen := []string{"should be in sight", "turned away", "shows only"}
	noise := []string{"noise"}
	return []nuisance{
		{name: "none"},
		{name: "noise as the sound scans' ×2", recipe: noisy(2 * baseNoise), doubts: noise},
		{name: "noise ×5", recipe: noisy(5 * baseNoise), doubts: noise},
		{name: "noise ×10", recipe: noisy(10 * baseNoise), doubts: noise},
		{name: "noise that grows with angle and distance", recipe: func(o *dataset.Options) {
			o.Noise, o.Conditions = 2*baseNoise, dataset.Conditions{NoiseModel: dataset.ScannerNoise}
		}, doubts: noise},
		{name: "1 stray point nearby", change: strays(1, 0.2)},
		{name: "10 stray points nearby", change: strays(10, 0.2)},
		{name: "100 stray points nearby", change: strays(100, 0.2)},
		{name: "1 stray point 10 diagonals away", change: strays(1, 10)},
		{name: "100 stray points up to two diagonals away", recipe: conditions(dataset.Conditions{Strays: 100})},
		{name: "0.1 % outliers", recipe: outliers(0.001)},
		{name: "1 % outliers", recipe: outliers(0.01)},
		{name: "5 % outliers", recipe: outliers(0.05)},
		{name: "20 % outliers", recipe: outliers(0.2)},
		{name: "a third of the records 0 0 0", recipe: conditions(dataset.Conditions{Missed: 1. / 3})},
		{name: "on a table", recipe: conditions(dataset.Conditions{Table: true}), doubts: seen},
		{name: "on a table, with a clamp", recipe: conditions(dataset.Conditions{Table: true, Clamps: 1}), doubts: seen},
		{name: "another such part beside it", change: beside, doubts: []string{"two such parts"}},
		{name: "2,000 points", recipe: points(2000), doubts: append(noise, "few points")},
		{name: "5,000 points", recipe: points(5000), doubts: noise},
		{name: "100,000 points", recipe: points(100_000)},
		{name: "1,000,000 points", recipe: points(1_000_000), large: true},
		{name: "uneven density", recipe: func(o *dataset.Options) { o.Uneven = 0.7 }},
		{name: "10 % missing", recipe: missing(0.1), doubts: seen},
		{name: "40 % missing", recipe: missing(0.4), doubts: seen},
		{name: "70 % missing", recipe: missing(0.7), doubts: seen},
		{name: "from one side", recipe: views(1, dataset.Conditions{Ragged: 0.3}), doubts: seen},
		{name: "from two sides", recipe: views(2, dataset.Conditions{Ragged: 0.3}), doubts: seen},
		{name: "rounded to 0.1 % of the diagonal", recipe: quantized(0.001), doubts: noise},
		{name: "rounded to 0.4 % of the diagonal", recipe: quantized(0.004), doubts: noise},
		{name: "0.5 % too large", change: unit(1.005), doubts: []string{"larger"}},
		{name: "survey coordinates, 2,000 diagonals away, in float32", change: survey, doubts: noise},
		{name: "another unit, ×10", change: unit(10), doubts: []string{"unit"}, always: true},
		{name: "another unit, ×25.4", change: unit(25.4), doubts: []string{"unit"}, always: true},
		{name: "another unit, ×100", change: unit(100), doubts: []string{"unit"}, always: true},
		{name: "another unit, ×0.001", change: unit(0.001), doubts: []string{"unit"}, always: true},
		{name: "mirrored", change: mirrored, doubts: []string{"mirror"}},
		{name: "another part", change: another, doubts: []string{"another part"}, always: true},
	}
}

// scaled is a copy of the scan with all lengths times by.
func scaled(c *geom.Cloud, by float64) *geom.Cloud {
	out := *c
	out.Points = make([]geom.Vec3, c.Len())
	for i, p := range c.Points {
		out.Points[i] = p.D().Scale(by).F()
	}
	return &out
}

// strays adds n points in the box of the scan, enlarged on each side by a share of the size.
func strays(n int, share float64) func(*geom.Cloud, float64, *seed.Rand, []*geom.Cloud) *geom.Cloud {
	return func(c *geom.Cloud, size float64, r *seed.Rand, _ []*geom.Cloud) *geom.Cloud {
		box := c.Box()
		var add []geom.Vec3
		for range n {
			draw := func(lo, hi float64) float64 { return r.Uniform(lo-share*size, hi+share*size) }
			add = append(add, geom.Vec{X: draw(box.Min.X, box.Max.X), Y: draw(box.Min.Y, box.Max.Y), Z: draw(box.Min.Z, box.Max.Z)}.F())
		}
		return with(c, add)
	}
}

// with is the scan with points that are not defective added.
func with(c *geom.Cloud, add []geom.Vec3) *geom.Cloud {
	out := &geom.Cloud{Points: append(append([]geom.Vec3{}, c.Points...), add...)}
	if label := c.Scalar("label"); label != nil {
		out.SetScalar("label", append(append([]float32{}, label...), make([]float32, len(add))...))
	}
	return out
}

// beside puts a sound scan of the same part, in a pose of its own, one size to the side.
func beside(c *geom.Cloud, size float64, _ *seed.Rand, others []*geom.Cloud) *geom.Cloud {
	other := others[0]
	from, to := other.Box().Center(), c.Box().Center().Add(geom.Vec{X: 1.2 * size})
	add := make([]geom.Vec3, other.Len())
	for i, p := range other.Points {
		add[i] = p.D().Add(to.Sub(from)).F()
	}
	return with(c, add)
}

// survey shifts the scan far away, where float32 is coarse, and takes it for the file's
// coordinates.
func survey(c *geom.Cloud, size float64, _ *seed.Rand, _ []*geom.Cloud) *geom.Cloud {
	out := *c
	out.Points = make([]geom.Vec3, c.Len())
	shift := geom.Vec{X: 2000, Y: 1500, Z: 100}.Scale(size)
	for i, p := range c.Points {
		out.Points[i] = p.D().Add(shift).F()
	}
	return &out
}

func mirrored(c *geom.Cloud, _ float64, _ *seed.Rand, _ []*geom.Cloud) *geom.Cloud {
	out := scaled(c, 1)
	for i := range out.Points {
		out.Points[i].X = -out.Points[i].X
	}
	return out
}

// another is a sound scan of the next class, as large as this one.
func another(_ *geom.Cloud, size float64, _ *seed.Rand, others []*geom.Cloud) *geom.Cloud {
	other := others[1]
	return scaled(other, size/other.Box().Diagonal())
}

// outcome is how an answer is to be taken.
type outcome int

const (
	right outcome = iota
	rightlyUnsure
	wronglyUnsure
	wrong
	outcomes
)

func (n nuisance) mayDoubt(reason string) bool {
	for _, word := range n.doubts {
		if strings.Contains(reason, word) {
			return true
		}
	}
	return false
}

// share is a part of a whole, 0 where there is none.
func share(part, whole int) float64 { return float64(part) / math.Max(1, float64(whole)) }
