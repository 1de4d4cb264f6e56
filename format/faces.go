package format

import "fmt"

// faceSet collects polygons as triangles. Indices count the file's vertices from
// 0, dropped ones too, until renumberFaces.
type faceSet struct {
	faces    [][3]int32
	polygons int      // faces as the file has them
	skipped  int      // of them, those with fewer than three corners
	fans     [][2]int // first triangle and number of triangles of each polygon that has more than one

	largest     int32 // the largest index so far, and where it was seen
	largestFace int
	largestLine int
	largestByte int64
}

// polygon adds one face, cut into a fan from its first corner; cutPolygons, which
// knows the points, makes more of it.
func (f *faceSet) polygon(corner []int32, line int, at int64) {
	f.polygons++
	if len(corner) < 3 {
		f.skipped++
		return
	}
	for _, v := range corner {
		if v > f.largest {
			f.largest, f.largestFace, f.largestLine, f.largestByte = v, f.polygons, line, at
		}
	}
	if len(corner) > 3 {
		f.fans = append(f.fans, [2]int{len(f.faces), len(corner) - 2})
	}
	for i := 2; i < len(corner); i++ {
		f.faces = append(f.faces, [3]int32{corner[0], corner[i-1], corner[i]})
	}
}

// checkRange holds every index against the number of vertices in the file. first
// is the number the format gives the first vertex.
func (f *faceSet) checkRange(s *source, vertices int, first int) error {
	if len(f.faces) == 0 || int(f.largest) < vertices {
		return nil
	}
	span := "there are none"
	if vertices > 0 {
		span = fmt.Sprintf("the file has %s, numbered %d to %d", plural(vertices, "vertex"), first, vertices-1+first)
	}
	return &SyntaxError{File: s.name, Line: f.largestLine, Offset: f.largestByte, Err: ErrFormat,
		Msg: fmt.Sprintf("face %d names vertex %d, but %s", f.largestFace, int(f.largest)+first, span)}
}

// renumberFaces renumbers the faces for the dropped vertices, in ascending order, and
// returns how many of the file's faces went with them.
func (f *faceSet) renumberFaces(vertices int, dropped []int32) (lost int) {
	f.skipped = min(f.skipped, f.polygons)
	if len(dropped) == 0 || len(f.faces) == 0 {
		return 0
	}
	renumber := make([]int32, vertices)
	next, d := int32(0), 0
	for i := range renumber {
		if d < len(dropped) && dropped[d] == int32(i) {
			renumber[i] = -1
			d++
			continue
		}
		renumber[i] = next
		next++
	}
	kept, fan, fans := 0, 0, 0
	for i := 0; i < len(f.faces); {
		n := 1
		if fan < len(f.fans) && f.fans[fan][0] == i {
			n = f.fans[fan][1]
			fan++
		}
		whole := true
		for j := i; j < i+n; j++ {
			for k, v := range f.faces[j] {
				f.faces[j][k] = renumber[v]
				whole = whole && renumber[v] >= 0
			}
		}
		if whole {
			if n > 1 {
				f.fans[fans] = [2]int{kept, n}
				fans++
			}
			kept += copy(f.faces[kept:], f.faces[i:i+n])
		} else {
			lost++
		}
		i += n
	}
	f.faces, f.fans = f.faces[:kept], f.fans[:fans]
	return lost
}
