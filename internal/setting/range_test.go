package setting

import (
	"math"
	"strings"
	"testing"
)

func TestCheckNamesTheFirstThatIsOutside(t *testing.T) {
	for _, c := range []struct {
		r    Range
		want string // "" where it holds
	}{
		{Whole("n", 1, 1, 256), ""},
		{Whole("n", 256, 1, 256), ""},
		{Whole("n", 257, 1, 256), "n is 257; it must be a whole number from 1 to 256"},
		{Whole("n", int64(1e9), 1, 256), "n is 1000000000; it must be"},
		{Whole("n", math.MinInt, 1, 256), "n is -9.223372036854776e+18; it must be"},
		{Number("x", 0.5, 0, 1), ""},
		{Number("x", math.NaN(), 0, 1), "x is NaN; it must be 0 to 1"},
		{Number("x", math.Inf(1), 0, 1), "x is +Inf; it must be 0 to 1"},
		{Number("x", 1e38, 0.1, 20), "x is 1e+38; it must be 0.1 to 20"},
	} {
		err := Check(Whole("before", 1, 1, 1), c.r, Whole("after", 1, 1, 1))
		if got := text(err); c.want == "" && err != nil || !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
	if got := text(Check(Whole("a", 2, 1, 1), Whole("b", 2, 1, 1))); !strings.HasPrefix(got, "a is 2") {
		t.Errorf("of two that are outside: %q", got)
	}
}

func TestOneOf(t *testing.T) {
	if err := OneOf("pose", "any", "any", "near"); err != nil {
		t.Error(err)
	}
	got := text(OneOf("pose", strings.Repeat("ä", 1000), "any", "near"))
	if !strings.HasSuffix(got, `it must be one of "any", "near"`) || len(got) > 200 || strings.Contains(got, "\uFFFD") {
		t.Errorf("%q", got)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
