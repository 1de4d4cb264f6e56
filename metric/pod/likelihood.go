package pod

import "math"

// The likelihood of the logistic curve and of its profile along a90.

// logit90 is the logit of 0.9.
var logit90 = math.Log(9)

// likelihood is that of trials, at x: the logarithm of size, standardised so that Newton's
// steps are alike in any unit.
type likelihood struct {
	x        []float64
	hit      []bool
	mean, sd float64
}

func newLikelihood(trials []Trial) *likelihood {
	l := &likelihood{x: make([]float64, len(trials)), hit: make([]bool, len(trials))}
	n := float64(len(trials))
	for i, t := range trials {
		l.x[i], l.hit[i] = math.Log(t.Size), t.Hit
		l.mean += l.x[i] / n
	}
	for _, x := range l.x {
		l.sd += (x - l.mean) * (x - l.mean) / n
	}
	l.sd = math.Sqrt(l.sd)
	if !(l.sd > 0) {
		l.sd = 1
	}
	for i := range l.x {
		l.x[i] = (l.x[i] - l.mean) / l.sd
	}
	return l
}

// size is what x stands for.
func (l *likelihood) size(x float64) float64 { return math.Exp(l.mean + x*l.sd) }

// at is the logarithm of the likelihood of logit POD = a + b·x.
func (l *likelihood) at(a, b float64) float64 {
	var sum float64
	for i, x := range l.x {
		eta := a + b*x
		if !l.hit[i] {
			eta = -eta
		}
		// ln σ(η), without overflow on either side.
		sum += min(eta, 0) - math.Log1p(math.Exp(-math.Abs(eta)))
	}
	return sum
}

const (
	mostSteps = 100
	// enough is how small a step of Newton's method ends it.
	enough = 1e-12
)

// maximum is where the likelihood is largest; false where it is nowhere.
func (l *likelihood) maximum() (a, b, best float64, ok bool) {
	best = l.at(0, 0)
	for range mostSteps {
		var ga, gb, haa, hab, hbb float64
		for i, x := range l.x {
			p := 1 / (1 + math.Exp(-a-b*x))
			w, r := p*(1-p), -p
			if l.hit[i] {
				r++
			}
			ga, gb = ga+r, gb+r*x
			haa, hab, hbb = haa+w, hab+w*x, hbb+w*x*x
		}
		det := haa*hbb - hab*hab
		if !(det > 1e-14*haa*hbb) {
			return a, b, best, false
		}
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		next := l.at(a+da, b+db)
		for range 60 { // the likelihood is concave: a step that is too long is halved
			if next >= best {
				break
			}
			da, db = da/2, db/2
			next = l.at(a+da, b+db)
		}
		a, b, best = a+da, b+db, next
		if math.Abs(da)+math.Abs(db) < enough*(1+math.Abs(a)+math.Abs(b)) {
			return a, b, best, true
		}
	}
	return a, b, best, false
}

// without is the logarithm of the likelihood where size does not matter.
func (l *likelihood) without() float64 {
	hits := 0.0
	for _, h := range l.hit {
		if h {
			hits++
		}
	}
	n := float64(len(l.hit))
	return hits*math.Log(hits/n) + (n-hits)*math.Log(1-hits/n)
}

// profile is the largest logarithm of the likelihood of the curves that reach 0.9 at x, and
// the slope of that curve. from is a slope to begin with.
func (l *likelihood) profile(at, from float64) (best, b float64) {
	value := func(b float64) float64 { return l.at(logit90-b*at, b) }
	b = from
	best = value(b)
	for range mostSteps {
		var g, h float64
		for i, x := range l.x {
			d := x - at
			p := 1 / (1 + math.Exp(-logit90-b*d))
			r := -p
			if l.hit[i] {
				r++
			}
			g, h = g+r*d, h+p*(1-p)*d*d
		}
		if !(h > 0) {
			return best, b
		}
		step := g / h
		next := value(b + step)
		for range 60 {
			if next >= best {
				break
			}
			step /= 2
			next = value(b + step)
		}
		if !(next >= best) {
			return best, b
		}
		b, best = b+step, next
		if math.Abs(step) < enough*(1+math.Abs(b)) {
			break
		}
	}
	return best, b
}

// upper is the x above at90, where the curve of slope b and the largest likelihood reaches
// 0.9, at which the profile has fallen by the bound; false where it never does.
func (l *likelihood) upper(at90, b, best float64) (float64, bool) {
	inside := func(x float64) bool {
		value, _ := l.profile(x, b*min(1, 1/math.Max(1, x-at90)))
		return 2*(best-value) < bound
	}
	lo, hi := at90, at90+0.5
	for range 60 {
		if !inside(hi) {
			break
		}
		lo, hi = hi, at90+2*(hi-at90)
	}
	// exp of some hundred is beyond float64: no size at all.
	if inside(hi) || l.mean+hi*l.sd > 600 {
		return 0, false
	}
	for range 80 {
		if mid := (lo + hi) / 2; inside(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2, true
}
