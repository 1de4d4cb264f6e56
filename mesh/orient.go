package mesh

import "blemish/geom"

// Orient returns a copy of m whose faces agree about the winding where that is
// possible, and whether they agree everywhere. Faces are compared across edges
// that exactly two of them share.
//
// A patch that agreed already is left as it is, so that the inner walls of hollow
// solids keep pointing inwards. A patch that had to be mended is turned so that
// the volume it encloses is positive; an open one, so that it looks away from its
// middle. A mesh that is one inside-out solid is turned round as a whole.
func Orient(m *geom.Mesh) (*geom.Mesh, bool) {
	out, good, _, _ := orientEdges(m)
	return out, good
}

// orientEdges is Orient, and what Check finds in its result.
func orientEdges(m *geom.Mesh) (*geom.Mesh, bool, Report, faceEdges) {
	out := m.Clone()
	across, agree := facesAcross(out)
	flip := make([]int8, len(out.Faces)) // 0 not seen, 1 as it is, -1 turned
	good := true
	var queue []int32
	for f := range out.Faces {
		if flip[f] != 0 {
			continue
		}
		flip[f] = 1
		queue = append(queue[:0], int32(f))
		mended := false
		for head := 0; head < len(queue); head++ {
			g := queue[head]
			for k, h := range across[g] {
				if h < 0 {
					continue
				}
				want := flip[g]
				if !agree[g][k] {
					want = -want
				}
				switch {
				case flip[h] == 0:
					flip[h] = want
					mended = mended || want < 0
					queue = append(queue, h)
				case flip[h] != want:
					good = false // a Möbius strip
				}
			}
		}
		for _, g := range queue {
			if flip[g] < 0 {
				turn(out, g)
			}
		}
		if mended && looksInward(out, queue) {
			for _, g := range queue {
				turn(out, g)
			}
		}
	}
	r, edges := checkEdges(out)
	if r.Watertight && r.Oriented && r.Volume < 0 {
		r.Volume = -r.Volume
		for f := range out.Faces {
			turn(out, int32(f))
			e := &edges.of[f]
			e[0], e[2] = e[2], e[0]
		}
	}
	return out, good, r, edges
}

func turn(m *geom.Mesh, f int32) {
	t := &m.Faces[f]
	t[1], t[2] = t[2], t[1]
}

// facesAcross finds the neighbour over each edge (-1 where there is none or more
// than one) and whether it runs through the edge the other way, as it should.
func facesAcross(m *geom.Mesh) (across [][3]int32, agree [][3]bool) {
	edges := newEdgeTable(len(m.Faces) + len(m.Faces)/2)
	type side struct{ count, f0, k0, f1, k1 int32 }
	var sides []side
	for f, t := range m.Faces {
		for k := 0; k < 3; k++ {
			n, fresh := edges.add(t[k], t[(k+1)%3])
			if fresh {
				sides = append(sides, side{})
			}
			s := &sides[n]
			s.count++
			if s.count == 1 {
				s.f0, s.k0 = int32(f), int32(k)
			} else {
				s.f1, s.k1 = int32(f), int32(k)
			}
		}
	}
	across, agree = make([][3]int32, len(m.Faces)), make([][3]bool, len(m.Faces))
	for f := range across {
		across[f] = [3]int32{-1, -1, -1}
	}
	for _, s := range sides {
		if s.count != 2 {
			continue
		}
		ok := m.Faces[s.f0][s.k0] != m.Faces[s.f1][s.k1]
		across[s.f0][s.k0], across[s.f1][s.k1] = s.f1, s.f0
		agree[s.f0][s.k0], agree[s.f1][s.k1] = ok, ok
	}
	return across, agree
}

// looksInward sums the volume of the cones from the patch's middle to its faces:
// for a closed patch the enclosed volume, for an open one how much it faces away.
func looksInward(m *geom.Mesh, faces []int32) bool {
	var mid geom.Vec
	for _, f := range faces {
		mid = mid.Add(m.Vertices[m.Faces[f][0]].D())
	}
	mid = mid.Scale(1 / float64(len(faces)))
	var volume float64
	for _, f := range faces {
		t := m.Faces[f]
		a, b, c := m.Vertices[t[0]].D().Sub(mid), m.Vertices[t[1]].D().Sub(mid), m.Vertices[t[2]].D().Sub(mid)
		volume += a.Dot(b.Cross(c))
	}
	return volume < 0
}
