package detect

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// mostUnit is how many characters the name of a unit has at most.
const mostUnit = 12

// CheckUnit says why text is not the name of a unit of length.
func CheckUnit(text string) error {
	if utf8.RuneCountInString(text) > mostUnit {
		return fmt.Errorf("%q: want a short word such as mm, cm, m, in or um", text)
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && r != '"' && r != '\'' {
			return fmt.Errorf("%q: want one word such as mm, cm, m, in or um", text)
		}
	}
	return nil
}
