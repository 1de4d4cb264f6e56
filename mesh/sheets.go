package mesh

import "blemish/spatial"

// Which crossed edges of a grid cell belong to one sheet of the surface, for each
// of the 256 patterns of corners inside. Corner b of a cell lies at (b&1, b>>1&1,
// b>>2); the table is worked out at start rather than typed in.

// cellEdge is an edge of a cell: from a corner along an axis.
type cellEdge struct{ from, axis int }

var cellEdges = func() (edges [12]cellEdge) {
	n := 0
	for axis := 0; axis < 3; axis++ {
		for corner := 0; corner < 8; corner++ {
			if corner>>axis&1 == 0 {
				edges[n] = cellEdge{corner, axis}
				n++
			}
		}
	}
	return edges
}()

// edgeNumber is the place in cellEdges of the edge from a corner along an axis.
func edgeNumber(corner, axis int) int {
	low := corner & (1<<axis - 1)
	return 4*axis + low | corner>>(axis+1)<<axis
}

// sheetTable gives the sheet of each of the twelve edges, -1 where the surface
// does not cross it, and the number of sheets.
type sheetTable struct {
	of    [12]int8
	count int8
}

var cellSheets = func() (table [256]sheetTable) {
	for kind := range table {
		table[kind] = sheetsOf(kind)
	}
	return table
}()

// sheetsOf follows the surface from edge to edge across the six sides of a cell.
// On a side that it crosses twice, each corner inside keeps its two edges
// together; the neighbour beyond that side sees the same corners and agrees.
func sheetsOf(kind int) sheetTable {
	together := spatial.NewForest(12)
	crossed := func(e int) bool {
		a := cellEdges[e].from
		b := a | 1<<cellEdges[e].axis
		return kind>>a&1 != kind>>b&1
	}
	for axis := 0; axis < 3; axis++ {
		u, v := (axis+1)%3, (axis+2)%3
		for side := 0; side < 2; side++ {
			at := side << axis
			corners := [4]int{at, at | 1<<u, at | 1<<u | 1<<v, at | 1<<v}
			edges := [4]int{edgeNumber(at, u), edgeNumber(at|1<<u, v), edgeNumber(at|1<<v, u), edgeNumber(at, v)}
			var cut []int
			for _, e := range edges {
				if crossed(e) {
					cut = append(cut, e)
				}
			}
			switch len(cut) {
			case 2:
				together.Join(int32(cut[0]), int32(cut[1]))
			case 4:
				for n, corner := range corners {
					if kind>>corner&1 == 1 {
						together.Join(int32(edges[n]), int32(edges[(n+3)%4]))
					}
				}
			}
		}
	}
	t := sheetTable{}
	number := map[int32]int8{}
	for e := range t.of {
		t.of[e] = -1
		if !crossed(e) {
			continue
		}
		sheet := together.Root(int32(e))
		n, seen := number[sheet]
		if !seen {
			n = t.count
			number[sheet] = n
			t.count++
		}
		t.of[e] = n
	}
	return t
}
