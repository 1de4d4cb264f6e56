package spatial

// How much of what was put into a tree is the same thing again. Many equal points or
// faces make every search that ends near them look at all of them.

// Repeats is the number of blocks of 16 points, neighbours in the tree order, that
// all lie at one place.
func (t *Tree) Repeats() int {
	n := 0
	for b := range t.finite / lanes {
		box := t.levels[0][b/lanes*groupFloats:]
		i := b % lanes
		if box[i] == box[3*lanes+i] && box[lanes+i] == box[4*lanes+i] && box[2*lanes+i] == box[5*lanes+i] {
			n++
		}
	}
	return n
}

// Repeats is the number of groups of 16 faces, neighbours in the tree order, that
// have the same corners in the same order.
func (b *BVH) Repeats() int {
	n := 0
	for g := range len(b.faces) / lanes {
		tris := b.tris[g*cornerFloats : (g+1)*cornerFloats]
		same := true
		for i := range tris {
			if i%lanes > 0 && tris[i] != tris[i-1] {
				same = false
				break
			}
		}
		if same {
			n++
		}
	}
	return n
}
