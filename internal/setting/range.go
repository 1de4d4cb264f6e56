package setting

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Range is a number and what it may be, both ends included. A configuration lists one
// for each of its numbers; docs/settings.md shows them.
type Range struct {
	Name      string
	Value     float64
	Low, High float64
	Whole     bool
}

// Whole is the range of a whole number.
func Whole[N ~int | ~int64 | ~uint64](name string, value, low, high N) Range {
	return Range{name, float64(value), float64(low), float64(high), true}
}

// Number is the range of any number; one that is not finite lies outside of every range.
func Number(name string, value, low, high float64) Range { return Range{name, value, low, high, false} }

// Holds reports whether the value lies in its range.
func (r Range) Holds() bool {
	return r.Value >= r.Low && r.Value <= r.High && (!r.Whole || r.Value == math.Trunc(r.Value))
}

// Text is the range for people: "1 to 256".
func (r Range) Text() string { return r.format(r.Low) + " to " + r.format(r.High) }

func (r Range) format(v float64) string {
	if math.Abs(v) < 1e15 && v == math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Check names the first value that lies outside of its range, and the range.
func Check(ranges ...Range) error {
	for _, r := range ranges {
		if r.Holds() {
			continue
		}
		kind := ""
		if r.Whole {
			kind = "a whole number from "
		}
		return fmt.Errorf("%s is %s; it must be %s%s", r.Name, r.format(r.Value), kind, r.Text())
	}
	return nil
}

// OneOf checks a setting that is a word.
func OneOf(name, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	quoted := make([]string, len(allowed))
	for i, a := range allowed {
		quoted[i] = strconv.Quote(a)
	}
	return fmt.Errorf("%s is %q; it must be one of %s", name, Short(value), strings.Join(quoted, ", "))
}

// First is the first error that is not nil.
func First(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Short cuts what came from outside to a length that a message can hold.
func Short(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
