package format

import (
	"fmt"
	"math"

	"blemish/geom"
)

// role is what a column of a file becomes.
type role int8

const (
	roleUnknown role = iota
	roleSkip
	roleX
	roleY
	roleZ
	roleNormalX
	roleNormalY
	roleNormalZ
	roleScalar
	roleColour // RGB packed into one 32-bit number, as PCD has it
)

// column is one named value of every point.
type column struct {
	name  string
	role  role
	block []float64   // the rows of the current block
	out   [][]float32 // what is kept: one for a scalar, three for a colour
}

// builder turns a file's rows and faces, in file order, into a cloud or a mesh.
// Readers fill b.cols[j].block[b.n:] and call advance; nothing here knows a
// format. Memory follows what was added: the hint is the reader's, bounded by the
// bytes that are there.
type builder struct {
	cols    []column
	n       int // rows in the block
	rows    int // rows a block takes
	hint    int // points to expect, 0 where unknown
	seen    int // rows so far, dropped ones too
	zeros   int // of them, those at exactly 0 0 0
	dropped []int32

	x, y, z *column
	normal  [3]*column

	near    bool        // float32 will do: wide is moved to points
	wide    []geom.Vec  // points in the file's precision, while near is false
	tried   int         // points in wide when nearness was looked at last
	points  []geom.Vec3 // points so far, once near is true
	normals []geom.Vec3

	faceSet
}

const blockRows = 4096

// float32Limit is where float64 stops rounding to a finite float32: half a step
// above the largest, whose shortest text, 3.4028235e+38, is itself a little above.
const float32Limit = 0x1.ffffffp127

// newBuilder takes the columns of the file. plain leaves out all but the
// coordinates: a mesh has no use for the rest.
func newBuilder(cols []column, hint int, plain bool) *builder {
	b := &builder{cols: cols, hint: hint}
	b.rows = min(blockRows, max(16, 1<<16/max(1, len(cols))))
	if hint > 0 {
		b.rows = max(min(b.rows, hint), 1)
	}
	used := map[string]bool{}
	for i := range b.cols {
		c := &b.cols[i]
		if plain && c.role > roleZ {
			c.role = roleSkip
		}
		switch c.role {
		case roleSkip:
			continue
		case roleX:
			b.x = c
		case roleY:
			b.y = c
		case roleZ:
			b.z = c
		case roleNormalX, roleNormalY, roleNormalZ:
			b.normal[c.role-roleNormalX] = c
		case roleScalar:
			c.name = unused(used, c.name)
			c.out = make([][]float32, 1)
		case roleColour:
			c.out = make([][]float32, 3)
			for _, name := range colourNames {
				used[name] = true
			}
		}
		c.block = make([]float64, b.rows)
	}
	return b
}

var colourNames = [3]string{"red", "green", "blue"}

// unused makes a scalar's name its own: "a", "a_2", "a_3".
func unused(used map[string]bool, name string) string {
	if name == "" {
		name = "column"
	}
	free := name
	for i := 2; used[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	used[free] = true
	return free
}

// advance closes k rows of the block.
func (b *builder) advance(k int) {
	b.n += k
	if b.n == b.rows {
		b.flush()
	}
}

// flush moves the block's finite rows to where they stay.
func (b *builder) flush() {
	n := b.dropRows()
	b.storePoints(n)
	if b.normal[0] != nil {
		b.normals = grow(b.normals, n, b.hint)
		for i := 0; i < n; i++ {
			b.normals = append(b.normals, unitNormal(b.normal[0].block[i], b.normal[1].block[i], b.normal[2].block[i]))
		}
	}
	for i := range b.cols {
		c := &b.cols[i]
		switch c.role {
		case roleScalar:
			out := grow(c.out[0], n, b.hint)
			for _, v := range c.block[:n] {
				out = append(out, float32(v))
			}
			c.out[0] = out
		case roleColour:
			for k := range c.out {
				out := grow(c.out[k], n, b.hint)
				for _, v := range c.block[:n] {
					out = append(out, float32(uint32(v)>>(16-8*k)&0xff))
				}
				c.out[k] = out
			}
		}
	}
	b.n = 0
}

// dropRows moves the rows whose coordinates are finite, and in the range of
// float32, to the front of the block and returns their number.
func (b *builder) dropRows() int {
	x, y, z := b.x.block[:b.n], b.y.block[:b.n], b.z.block[:b.n]
	kept := 0
	for i := range x {
		// A comparison with NaN is false.
		if math.Abs(x[i]) < float32Limit && math.Abs(y[i]) < float32Limit && math.Abs(z[i]) < float32Limit {
			if kept != i {
				for j := range b.cols {
					if c := &b.cols[j]; c.role != roleSkip {
						c.block[kept] = c.block[i]
					}
				}
			}
			kept++
			continue
		}
		b.dropped = append(b.dropped, int32(b.seen+i))
	}
	b.seen += b.n
	return kept
}

func (b *builder) storePoints(n int) {
	x, y, z := b.x.block[:n], b.y.block[:n], b.z.block[:n]
	if !b.near {
		hint := b.hint
		if b.tried == 0 {
			hint = min(hint, blockRows) // most clouds leave wide after their first block
		}
		b.wide = grow(b.wide, n, hint)
		for i := range x {
			if x[i] == 0 && y[i] == 0 && z[i] == 0 {
				b.zeros++
			}
			b.wide = append(b.wide, geom.Vec{X: x[i], Y: y[i], Z: z[i]})
		}
		// A cloud that is near 0 in its first block stays so: points further out
		// make it larger, too.
		if len(b.wide) >= max(blockRows, 2*b.tried) {
			b.tried = len(b.wide)
			if chooseOrigin(b.wide) == [3]float64{} {
				b.narrow([3]float64{})
			}
		}
		return
	}
	b.points = grow(b.points, n, b.hint)
	for i := range x {
		if x[i] == 0 && y[i] == 0 && z[i] == 0 {
			b.zeros++
		}
		b.points = append(b.points, geom.Vec3{X: float32(x[i]), Y: float32(y[i]), Z: float32(z[i])})
	}
}

// narrow turns wide into points relative to origin.
func (b *builder) narrow(origin [3]float64) {
	b.points = grow(b.points, len(b.wide), b.hint)
	for _, p := range b.wide {
		b.points = append(b.points, geom.Vec3{X: single(p.X - origin[0]), Y: single(p.Y - origin[1]), Z: single(p.Z - origin[2])})
	}
	b.wide, b.near = nil, true
}

// single rounds to float32 and stays finite where the origin pushes a stray point
// over the edge.
func single(v float64) float32 {
	return float32(max(-math.MaxFloat32, min(v, math.MaxFloat32)))
}

// cloud ends the reading of rows and returns what there is.
func (b *builder) cloud() *geom.Cloud {
	b.flush()
	c := &geom.Cloud{}
	if !b.near {
		c.Origin = chooseOrigin(b.wide)
		b.narrow(c.Origin)
	}
	c.Points, c.Normals = b.points, b.normals
	if len(c.Points) == 0 {
		c.Normals = nil
	}
	for i := range b.cols {
		col := &b.cols[i]
		switch col.role {
		case roleScalar:
			c.SetScalar(col.name, col.out[0])
		case roleColour:
			for k, name := range colourNames {
				c.SetScalar(name, col.out[k])
			}
		}
	}
	return c
}

// grow makes room for n more: the hint's worth at first, double after that, and a
// quarter more where doubling would take hundreds of megabytes.
func grow[T any](s []T, n, hint int) []T {
	need := len(s) + n
	if need <= cap(s) {
		return s
	}
	want := max(need, 2*len(s))
	if len(s) > 1<<24 {
		want = max(need, len(s)+len(s)/4)
	}
	if hint >= need {
		want = hint
	}
	return append(make([]T, 0, want), s...)
}

// unitNormal scales a normal to length 1 unless it is so already to rounding;
// what has no direction becomes zero.
func unitNormal(x, y, z float64) geom.Vec3 {
	v := geom.Vec{X: x, Y: y, Z: z}
	if n := v.Norm2(); math.Abs(n-1) > 1e-5 {
		v = v.Unit()
	}
	if f := v.F(); f.Finite() {
		return f
	}
	return geom.Vec3{}
}
