package inspection

import (
	"fmt"
	"strconv"
	"strings"
)

// Tolerance is how far a part may be off, both at least 0: Over outside and Under inside of
// its surface. The zero value is none.
type Tolerance struct{ Over, Under float64 }

// Given reports whether there is one.
func (t Tolerance) Given() bool { return t.Over > 0 || t.Under > 0 }

// String is "±0.2" or "+0.3 −0.1".
func (t Tolerance) String() string {
	if t.Over == t.Under {
		return fmt.Sprintf("±%g", t.Over)
	}
	return fmt.Sprintf("+%g −%g", t.Over, t.Under)
}

// ParseTolerance reads "T", "+A,-B" and "-B,+A".
func ParseTolerance(text string) (Tolerance, error) {
	bad := fmt.Errorf("tolerance %s: want a distance above 0, such as 0.2, or how far outside and how far inside is allowed, such as +0.3,-0.1", text)
	number := func(s string) (float64, bool) {
		const most = 1e15
		v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		return v, err == nil && v >= -most && v <= most
	}
	parts := strings.Split(text, ",")
	if len(parts) == 1 {
		v, ok := number(strings.TrimPrefix(text, "±"))
		if !ok || !(v > 0) || strings.HasPrefix(text, "+") {
			return Tolerance{}, bad
		}
		return Tolerance{v, v}, nil
	}
	if len(parts) != 2 {
		return Tolerance{}, bad
	}
	var t Tolerance
	for _, part := range parts {
		v, ok := number(part)
		switch part = strings.TrimSpace(part); {
		case !ok:
			return Tolerance{}, bad
		case strings.HasPrefix(part, "+") && t.Over == 0:
			t.Over = v
		case strings.HasPrefix(part, "-") && t.Under == 0:
			t.Under = -v
		default:
			return Tolerance{}, bad
		}
	}
	if !t.Given() {
		return Tolerance{}, bad
	}
	return t, nil
}
