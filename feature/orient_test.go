package feature

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// torusNormal is outwards at a point of a torus without bumps, of ring radius 1.
func torusNormal(p geom.Vec3) geom.Vec {
	v := p.D()
	ring := geom.Vec{X: v.X, Y: v.Y}.Unit()
	return v.Sub(ring).Unit()
}

// scramble flips half of the normals.
func scramble(normals []geom.Vec3, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 3))
	for i := range normals {
		if r.IntN(2) == 0 {
			normals[i] = negated(normals[i])
		}
	}
}

// solids are clouds with their outward normals.
func solids() map[string]func(r *rand.Rand) (p, n geom.Vec) {
	unit := func(r *rand.Rand) geom.Vec {
		return geom.Vec{X: r.NormFloat64(), Y: r.NormFloat64(), Z: r.NormFloat64()}.Unit()
	}
	return map[string]func(r *rand.Rand) (p, n geom.Vec){
		"torus": func(r *rand.Rand) (p, n geom.Vec) {
			u, v := 2*math.Pi*r.Float64(), 2*math.Pi*r.Float64()
			w := 1 + 0.35*math.Cos(v)
			p = geom.Vec{X: w * math.Cos(u), Y: w * math.Sin(u), Z: 0.35 * math.Sin(v)}
			return p, torusNormal(p.F())
		},
		"two balls": func(r *rand.Rand) (p, n geom.Vec) {
			n = unit(r)
			if r.IntN(3) == 0 {
				return n.Scale(0.4).Add(geom.Vec{X: 50}), n
			}
			return n, n
		},
		"cup with a thin wall": func(r *rand.Rand) (p, n geom.Vec) {
			// A hemisphere of radius 1 with one of 0.8 hollowed out, and a flat rim.
			n = unit(r)
			n.Z = -math.Abs(n.Z)
			switch {
			case r.IntN(10) == 0:
				w, u := math.Sqrt(0.64+0.36*r.Float64()), 2*math.Pi*r.Float64()
				return geom.Vec{X: w * math.Cos(u), Y: w * math.Sin(u)}, geom.Vec{Z: 1}
			case r.IntN(2) == 0:
				return n.Scale(0.8), n.Scale(-1)
			}
			return n, n
		},
		"box": func(r *rand.Rand) (p, n geom.Vec) {
			p = geom.Vec{X: 2*r.Float64() - 1, Y: 2*r.Float64() - 1, Z: 2*r.Float64() - 1}
			side := float64(2*r.IntN(2) - 1)
			switch r.IntN(3) {
			case 0:
				p.X, n.X = side, side
			case 1:
				p.Y, n.Y = side, side
			default:
				p.Z, n.Z = side, side
			}
			return p, n
		},
	}
}

func TestNormalsAreOrientedOutward(t *testing.T) {
	turn := geom.RotationAxis(geom.Vec{X: 1, Y: 2, Z: -0.5}.Unit(), 1.1)
	for name, draw := range solids() {
		r := rand.New(rand.NewPCG(4, 5))
		var points []geom.Vec3
		var want []geom.Vec
		for range 12000 {
			p, n := draw(r)
			points = append(points, turn.MulVec(p).Scale(1e-4).F())
			want = append(want, turn.MulVec(n))
		}
		points = append(points, geom.Vec3{X: float32(math.NaN())})
		tree := spatial.NewTree(points)
		normals, _, err := Normals(context.Background(), 2, tree, 16)
		if err != nil {
			t.Fatal(err)
		}
		var first []geom.Vec3
		for seed := range uint64(3) {
			scramble(normals, seed)
			if err := OrientOutward(context.Background(), 1+task.Workers(seed), tree, normals, 12); err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = slices.Clone(normals)
			}
			if !slices.Equal(first, normals) {
				t.Fatalf("%s: what comes out depends on the signs that came in", name)
			}
		}
		wrong := 0
		for i, n := range want {
			if normals[i].D().Dot(n) < 0 {
				wrong++
			}
		}
		// At edges the fitted normal lies between two.
		if wrong > len(want)/500 {
			t.Errorf("%s: %d of %d normals look inwards", name, wrong, len(want))
		}
	}
}

// The tree is a minimum spanning one: as heavy as Prim's over the same edges.
func TestSignsSpreadOverTheLightestEdges(t *testing.T) {
	points := bumpyTorus(600)
	tree := spatial.NewTree(points)
	normals, _, _ := Normals(context.Background(), 1, tree, 10)
	const k = 12
	weight := map[[2]int32]int{}
	at := make([]int32, len(points))
	for place, i := range tree.Order() {
		at[i] = int32(place)
	}
	for i := range points {
		for _, o := range tree.KNN(points[i], k, nil) {
			if int(o.Index) != i {
				w := 1 - min(1, math.Abs(float64(dot(normals[i], normals[o.Index]))))
				a, b := at[i], at[o.Index]
				weight[[2]int32{min(a, b), max(a, b)}] = int(w * (weightSteps - 1))
			}
		}
	}
	best, in := make([]int, len(points)), make([]bool, len(points))
	for i := range best {
		best[i] = math.MaxInt
	}
	best[0] = 0
	want := 0
	for range points {
		next := -1
		for i := range best {
			if !in[i] && (next < 0 || best[i] < best[next]) {
				next = i
			}
		}
		want += best[next]
		in[next] = true
		for e, w := range weight {
			if e[0] == int32(next) {
				best[e[1]] = min(best[e[1]], w)
			}
			if e[1] == int32(next) {
				best[e[0]] = min(best[e[0]], w)
			}
		}
	}
	edges, err := normalEdges(context.Background(), 2, tree, normals, k)
	if err != nil {
		t.Fatal(err)
	}
	got, joins := 0, 0
	f := newSigns(len(points))
	for _, e := range edges {
		a, _ := f.root(e[0])
		b, _ := f.root(e[1])
		if a != b {
			got += weight[[2]int32{min(e[0], e[1]), max(e[0], e[1])}]
			joins++
		}
		f.join(e[0], e[1], false)
	}
	if joins != len(points)-1 || got != want {
		t.Errorf("%d edges of weight %d, want %d of %d", joins, got, len(points)-1, want)
	}
}

func TestOrientationOfOddNormals(t *testing.T) {
	points := make([]geom.Vec3, 100) // all at one place
	normals := make([]geom.Vec3, 100)
	for i := range normals {
		if i%3 > 0 {
			normals[i] = geom.Vec3{Z: float32(1 - 2*(i%2))}
		}
	}
	if err := OrientOutward(context.Background(), 1, spatial.NewTree(points), normals, 8); err != nil {
		t.Fatal(err)
	}
	for i, n := range normals {
		if (i%3 == 0) != (n == geom.Vec3{}) {
			t.Fatalf("normal %d became %v", i, n)
		}
	}
	if err := OrientOutward(context.Background(), 1, spatial.NewTree(nil), nil, 8); err != nil {
		t.Fatal(err)
	}
}
