package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Numbers as people read them.

// plain prints a number with that many digits that mean something, without an exponent
// unless that would take a row of zeros longer than the digits.
func plain(v float64, digits int) string {
	if size := math.Abs(v); size != 0 && !(size >= 1e-6 && size < 1e15) {
		return strconv.FormatFloat(v, 'g', digits, 64)
	}
	whole := 1
	if v != 0 {
		whole += int(math.Floor(math.Log10(math.Abs(v))))
	}
	text := strconv.FormatFloat(v, 'f', max(0, digits-whole), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// coordinate prints as many digits as tell places within an object of that size
// apart, which is more where it lies far from 0.
func coordinate(v, diagonal float64) string {
	if !(diagonal > 1e-9 && math.Abs(v) < 1e12) {
		return plain(v, 6)
	}
	decimals := max(0, 5-int(math.Floor(math.Log10(diagonal))))
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func percent(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64) + " %"
}

// perPatch is a mean over patches, a dash where there are none.
func perPatch(sum float64, patches int) string {
	if patches == 0 {
		return "–"
	}
	return strconv.FormatFloat(sum/float64(patches), 'f', 2, 64)
}

func countList(counts map[string]int) string {
	var parts []string
	for _, k := range sortedKeys(counts) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[k], k))
	}
	return strings.Join(parts, ", ")
}
