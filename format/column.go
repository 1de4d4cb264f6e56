package format

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ReadColumn reads a text file with one number a line, such as scores or labels of points;
// nil where it is no such file. What stands behind # is passed over, and so are lines without
// a number before the first.
func ReadColumn(file string) ([]float32, error) {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".txt", ".csv", ".xyz", ".asc":
	default:
		return nil, nil
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	values := []float32{}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if strings.ContainsAny(text, " ,;\t") {
			return nil, nil
		}
		v, err := strconv.ParseFloat(text, 32)
		if err != nil {
			if len(values) == 0 {
				continue // a header
			}
			return nil, fmt.Errorf("%s:%d: %q is no number", file, n, text)
		}
		values = append(values, float32(v))
	}
	return values, lines.Err()
}
