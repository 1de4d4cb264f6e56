package mesh

import (
	"math"

	"blemish/geom"
)

// Weld joins vertices that lie within tolerance of one another (0: exactly equal
// ones only), drops the faces that collapse by it, and leaves everything else in
// order. A vertex goes to the first vertex before it that is near enough, so
// chains of close vertices do not run together.
func Weld(m *geom.Mesh, tolerance float64) *geom.Mesh {
	to := make([]int32, len(m.Vertices))
	out := &geom.Mesh{Origin: m.Origin}
	if tolerance > 0 {
		weldNear(m, out, to, tolerance)
	} else {
		places := newTripleTable(len(m.Vertices))
		for i, p := range m.Vertices {
			n, fresh := places.add(placeKey(p))
			if fresh {
				out.Vertices = append(out.Vertices, geom.Vec3{X: p.X + 0, Y: p.Y + 0, Z: p.Z + 0})
			}
			to[i] = n
		}
	}
	out.Faces = make([][3]int32, 0, len(m.Faces))
	for _, t := range m.Faces {
		t = [3]int32{to[t[0]], to[t[1]], to[t[2]]}
		if t[0] != t[1] && t[1] != t[2] && t[2] != t[0] {
			out.Faces = append(out.Faces, t)
		}
	}
	return out
}

func weldNear(m, out *geom.Mesh, to []int32, tolerance float64) {
	type cell [3]int64
	at := func(p geom.Vec3) cell {
		return cell{int64(math.Floor(float64(p.X) / tolerance)), int64(math.Floor(float64(p.Y) / tolerance)), int64(math.Floor(float64(p.Z) / tolerance))}
	}
	kept := make(map[cell][]int32, len(m.Vertices))
	limit := float64(tolerance * tolerance)
	for i, p := range m.Vertices {
		c := at(p)
		found := int32(-1)
		for dx := int64(-1); dx <= 1; dx++ {
			for dy := int64(-1); dy <= 1; dy++ {
				for dz := int64(-1); dz <= 1; dz++ {
					for _, n := range kept[cell{c[0] + dx, c[1] + dy, c[2] + dz}] {
						if out.Vertices[n].Dist2(p) <= limit && (found < 0 || n < found) {
							found = n
						}
					}
				}
			}
		}
		if found < 0 {
			found = int32(len(out.Vertices))
			kept[c] = append(kept[c], found)
			out.Vertices = append(out.Vertices, p)
		}
		to[i] = found
	}
}

// Clean drops faces that name a vertex twice, that have a vertex out of range or
// not finite, and that repeat the three vertices of an earlier face in any order;
// then vertices that no face uses. A face whose corners are distinct but lie on
// one line stays: without it its neighbours would come apart.
func Clean(m *geom.Mesh) *geom.Mesh {
	out := &geom.Mesh{Origin: m.Origin, Faces: make([][3]int32, 0, len(m.Faces))}
	seen := newTripleTable(len(m.Faces))
	to := make([]int32, len(m.Vertices)) // new index plus one
	for _, t := range m.Faces {
		if !valid(m, t) {
			continue
		}
		if _, fresh := seen.add(faceKey(t)); !fresh {
			continue
		}
		for k, v := range t {
			if to[v] == 0 {
				out.Vertices = append(out.Vertices, m.Vertices[v])
				to[v] = int32(len(out.Vertices))
			}
			t[k] = to[v] - 1
		}
		out.Faces = append(out.Faces, t)
	}
	return out
}

// valid reports whether a face has three distinct, existing, finite corners.
func valid(m *geom.Mesh, t [3]int32) bool {
	if t[0] == t[1] || t[1] == t[2] || t[2] == t[0] {
		return false
	}
	for _, v := range t {
		if v < 0 || int(v) >= len(m.Vertices) || !m.Vertices[v].Finite() {
			return false
		}
	}
	return true
}

func sorted(t [3]int32) [3]int32 {
	if t[0] > t[1] {
		t[0], t[1] = t[1], t[0]
	}
	if t[1] > t[2] {
		t[1], t[2] = t[2], t[1]
	}
	if t[0] > t[1] {
		t[0], t[1] = t[1], t[0]
	}
	return t
}
