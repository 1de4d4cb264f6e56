package format

import (
	"fmt"
	"io"
	"testing"

	"blemish/geom"
)

// A format as a newcomer would add it: this file, and the line in AddToy for the one in
// formats. A file of it is the word "toy" and then points, "x y z temperature" a line.

var toyFormat = &fileFormat{
	kind: "toy", name: "TOY", extensions: []string{".toy"}, readOnly: []string{".toys"}, encodings: []string{"ascii", "loud"}, columns: true,
	sniff: func(o *opening) bool { return string(o.word) == "toy" || string(o.word) == "TOY" },
	read:  readToy, writeCloud: writeToy,
}

func readToy(r *reading) error {
	r.info.Encoding = "ascii"
	r.nextLine()
	cols := columnsOf([]string{"x", "y", "z", "temperature"})
	assignRoles(cols)
	r.begin(cols, 0)
	for line, ok := r.nextLine(); ok; line, ok = r.nextLine() {
		var v [4]float64
		if n, bad := (rowParser{}).parse(line, v[:], nil); n != len(v) || bad != nil {
			return r.atLine(ErrFormat, "a point has four values; this line has %d", n)
		}
		for k := range v {
			if c := &r.b.cols[k]; c.role != roleSkip {
				c.block[r.b.n] = v[k]
			}
		}
		r.b.advance(1)
	}
	return nil
}

func writeToy(w io.Writer, c *geom.Cloud, how writing) error {
	word := map[string]string{"ascii": "toy", "loud": "TOY"}[how.encoding]
	if _, err := fmt.Fprintln(w, word); err != nil {
		return err
	}
	return tableOf(c, attributesOf(c, how.opt)).writeText(w, ' ')
}

// AddToy puts the format into the table until the test ends.
func AddToy(t *testing.T) {
	before := formats
	formats = append([]*fileFormat{toyFormat}, before...)
	t.Cleanup(func() { formats = before })
}
