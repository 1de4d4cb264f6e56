package defect

// Functions of one number that give the same on every machine.

// power is x to a whole number: exact on every machine, unlike math.Pow.
func power(x float64, n int) float64 {
	y := 1.0
	for ; n > 0; n-- {
		y *= x
	}
	return y
}

// lerp goes from a at t = 0 straight to b at t = 1.
func lerp(t, a, b float64) float64 { return a + float64(t*(b-a)) }

// smooth rises from 0 at t ≤ 0 to 1 at t ≥ 1 with level ends.
func smooth(t float64) float64 {
	t = min(1, max(0, t))
	return t * t * (3 - float64(2*t))
}
