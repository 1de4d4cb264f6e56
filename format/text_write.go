package format

import (
	"fmt"
	"io"
	"strings"

	"blemish/geom"
)

// writeText writes a point a line. CSV has commas and a header line; the others
// have spaces and, where there is more than x y z, the names in a comment, which
// readText and numpy.loadtxt both take as it is meant.
func writeText(w io.Writer, c *geom.Cloud, how writing) error {
	a := attributesOf(c, how.opt)
	t := tableOf(c, a)
	t.unpackColours(a.colors)
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = f.name
	}
	head, delim := "", byte(' ')
	switch {
	case how.ext == ".csv":
		head, delim = strings.Join(names, ",")+"\n", ','
	case len(names) > 3:
		head = "# " + strings.Join(names, " ") + "\n"
	}
	if _, err := fmt.Fprint(w, head); err != nil {
		return err
	}
	return t.writeText(w, delim)
}
