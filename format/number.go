package format

import (
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// separator marks the bytes that end a number.
var separator = [256]bool{' ': true, '\t': true, ',': true, ';': true, '\r': true, '\n': true, '\v': true, '\f': true}

// scanFloat reads a decimal number that begins at b[i] and ends before a
// separator or the end of b: up to 19 digits and a power of ten that decimal
// takes, which is nearly all that is ever written. For the rest ok is false and
// parseFloat decides.
func scanFloat(b []byte, i int) (v float64, next int, ok bool) {
	neg := false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		neg = b[i] == '-'
		i++
	}
	var mantissa uint64
	start := i
	for i < len(b) && b[i] == '0' {
		i++
	}
	zeros := i // digits that do not count
	for i < len(b) && b[i]-'0' <= 9 {
		mantissa = mantissa*10 + uint64(b[i]-'0')
		i++
	}
	some, digits, exp := i > start, i-zeros, 0
	if i < len(b) && b[i] == '.' {
		i++
		point := i
		if mantissa == 0 {
			for i < len(b) && b[i] == '0' {
				i++
			}
		}
		zeros = i
		for i < len(b) && b[i]-'0' <= 9 {
			mantissa = mantissa*10 + uint64(b[i]-'0')
			i++
		}
		some = some || i > point
		digits += i - zeros
		exp = point - i
	}
	// 19 digits fit a uint64, so mantissa has not wrapped.
	if !some || digits > 19 {
		return 0, i, false
	}
	if i < len(b) && (b[i]|0x20 == 'e' || b[i]|0x20 == 'd') { // Fortran writes 1.5D+00
		e, j, fine := scanExponent(b, i+1)
		if !fine {
			return 0, i, false
		}
		exp, i = exp+e, j
	}
	if i < len(b) && !separator[b[i]] {
		return 0, i, false
	}
	if v, ok = decimal(mantissa, exp); neg {
		v = -v
	}
	return v, i, ok
}

// scanExponent reads [+-]digits at b[i]; up to four digits.
func scanExponent(b []byte, i int) (e, next int, ok bool) {
	neg := false
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		neg = b[i] == '-'
		i++
	}
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		if i-start == 4 {
			return 0, i, false
		}
		e = e*10 + int(b[i]-'0')
		i++
	}
	if neg {
		e = -e
	}
	return e, i, i > start
}

// parseFloat is strconv.ParseFloat on bytes, and takes the spellings that C
// libraries print for what is not a number: "nan(ind)", "-1.#IND", "1.#INF". A
// number beyond float64 is an infinity.
func parseFloat(token []byte) (float64, bool) {
	if v, next, ok := scanFloat(token, 0); ok && next == len(token) {
		return v, true
	}
	if len(token) == 0 || len(token) > 4096 {
		return 0, false
	}
	v, err := strconv.ParseFloat(unsafe.String(&token[0], len(token)), 64)
	if err == nil || math.IsInf(v, 0) {
		return v, true
	}
	return parseOddFloat(string(token))
}

func parseOddFloat(s string) (float64, bool) {
	s = strings.ToLower(s)
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 {
		return 0, false
	}
	switch {
	case strings.HasPrefix(body, "1.#inf"):
		if s[0] == '-' {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	case strings.Count(body, "d") == 1 && !strings.ContainsAny(body, "efnpx_"):
		v, err := strconv.ParseFloat(strings.Replace(s, "d", "e", 1), 64) // Fortran's exponent
		return v, err == nil || math.IsInf(v, 0)
	case strings.HasPrefix(body, "1.#"), body == "nan", strings.HasPrefix(body, "nan(") && strings.HasSuffix(body, ")"):
		return math.NaN(), true
	}
	return 0, false
}

// parseInt reads a whole decimal number; "3.0" is none.
func parseInt(token []byte) (int64, bool) {
	i, neg := 0, false
	if len(token) > 0 && (token[0] == '-' || token[0] == '+') {
		neg = token[0] == '-'
		i++
	}
	if i == len(token) || len(token)-i > 18 {
		return 0, false
	}
	var v int64
	for ; i < len(token); i++ {
		d := token[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	if neg {
		v = -v
	}
	return v, true
}

// nextToken splits the first white-space separated token off line.
func nextToken(line []byte) (token, rest []byte) {
	i := 0
	for i < len(line) && isSpace(line[i]) {
		i++
	}
	j := i
	for j < len(line) && !isSpace(line[j]) {
		j++
	}
	return line[i:j], line[j:]
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f'
}
