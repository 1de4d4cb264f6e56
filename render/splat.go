package render

import (
	"context"
	"image"
	"math"

	"blemish/geom"
)

// Cloud draws the points of c as a surface. A cloud without points gives an empty
// picture. It panics where Values or Colors have another length than the points. The only
// error is that ctx has ended.
func Cloud(ctx context.Context, c *geom.Cloud, opt Options) (*image.NRGBA, error) {
	o := opt.filled(c.Len())
	points, normals := c.Points, c.Normals
	keep := finite(points)
	if keep != nil {
		s := c.Select(keep)
		points, normals = s.Points, s.Normals
	}
	cv := newCanvas(ctx, &o, o.camera(points))
	if len(points) > crowd {
		var front []int32
		if front, keep = cv.thin(points, keep, &o); len(front) > 0 {
			s := (&geom.Cloud{Points: points, Normals: normals}).Select(front)
			points, normals = s.Points, s.Normals
		}
	}
	cv.splats(points, normals, keep, &o)
	return cv.develop(&o)
}

// crowd is the number of points above which a pixel is likely to hold several.
const crowd = 300_000

// thin picks one point a pixel out of a crowd: among those at the front the one
// with the largest value, so that no hot spot is lost. It returns their places in
// points, ascending, and in the options' Values.
func (c *canvas) thin(points []geom.Vec3, keep []int32, o *Options) (front, source []int32) {
	from := func(i int32) int32 {
		if keep != nil {
			return keep[i]
		}
		return i
	}
	place, near := make([]int32, len(points)), make([]float32, len(points))
	nearest := make([]float32, o.Width*o.Height)
	for i, p := range points {
		q, n := c.cam.look(p.D())
		x, y := c.cam.pixel(q, n)
		px, py := int(math.Floor(x/supersample)), int(math.Floor(y/supersample))
		place[i] = -1
		if px >= 0 && py >= 0 && px < o.Width && py < o.Height {
			place[i], near[i] = int32(py*o.Width+px), float32(n)
			nearest[place[i]] = max(nearest[place[i]], near[i])
		}
	}
	chosen := make([]int32, len(nearest))                           // place in points plus one
	layer := float32(4 * supersample / (c.cam.scale * c.cam.reach)) // four pixels deep
	for i, at := range place {
		if at < 0 || near[i] < nearest[at]-layer {
			continue
		}
		if b := chosen[at]; b == 0 || o.Values != nil && o.Values[from(int32(i))] > o.Values[from(b-1)] {
			chosen[at] = int32(i) + 1
		}
	}
	for i, at := range place {
		if at >= 0 && chosen[at] == int32(i)+1 {
			front = append(front, int32(i))
			source = append(source, from(int32(i)))
		}
	}
	return front, source
}

// finite lists the points that are numbers, nil where all are.
func finite(points []geom.Vec3) []int32 {
	var keep []int32
	for i, p := range points {
		switch ok := p.Finite(); {
		case !ok && keep == nil:
			keep = make([]int32, i, len(points))
			for j := range keep {
				keep[j] = int32(j)
			}
		case ok && keep != nil:
			keep = append(keep, int32(i))
		}
	}
	return keep
}

// disc is a point on the screen: a round plate in the surface.
type disc struct {
	x, y, near float32 // sample position and nearness of the middle
	nx, ny, nz float32 // normal towards the viewer, camera space
	sx, sy     float32 // slope of nearness by sample
	tx, ty     float32 // rise of the plane towards the viewer by sample, in samples
	r          float32 // radius in samples
	half       float32 // half its height on the screen, at least
	depth      float32 // nearness that a radius is worth
	color      uint32
}

// flattest is the least |cos| between normal and view that a disc is drawn with:
// one seen quite from the side would have no width.
const flattest = 0.12

// splats draws points as discs. keep maps them to the options' Values, nil: one to one.
func (c *canvas) splats(points, normals []geom.Vec3, keep []int32, o *Options) {
	if len(points) == 0 {
		return
	}
	radius, normal := c.estimate(points, normals)
	discs, spans := make([]disc, len(points)), make([]span, len(points))
	for i, p := range points {
		source := i
		if keep != nil {
			source = int(keep[i])
		}
		d := &discs[i]
		*d = c.disc(p.D(), normal[i].D(), float64(radius[i])*o.PointScale)
		d.color = packNRGBA(o.colorOf(source))
		spans[i] = span{int32(math.Floor(float64(d.y - d.half))), int32(math.Ceil(float64(d.y + d.half)))}
		if d.r <= 0 {
			spans[i] = span{0, -1}
		}
	}
	c.fill(spans, func(first, last int, things []int32) {
		b := &band{first: first, w: c.w, sum: make([][7]float32, (last-first+1)*c.w)}
		for _, i := range things {
			c.cover(&discs[i], first, last)
		}
		for _, i := range things {
			c.gather(&discs[i], b, first, last)
		}
		c.settle(b, first, last)
	})
}

// disc places a point. Its radius is at least seven tenths of a pixel.
func (c *canvas) disc(p, n geom.Vec, radius float64) disc {
	q, near := c.cam.look(p)
	x, y := c.cam.pixel(q, near)
	perUnit := c.cam.scale * near
	n = c.cam.turn.MulVec(n).Unit()
	toEye := geom.Vec{X: -q.X, Y: -q.Y, Z: c.cam.reach - q.Z}.Unit()
	if n == (geom.Vec{}) {
		n = toEye
	}
	if n.Dot(toEye) < 0 {
		n = n.Scale(-1)
	}
	facing := math.Max(n.Z, flattest)
	r := math.Max(radius*perUnit, 0.7*supersample)
	// dz/dx of the plane in camera units; nearness grows with near²/reach for a unit of z.
	perZ := near * near / c.cam.reach / perUnit
	h := math.Hypot(n.X, n.Y)
	tilt := math.Sqrt(math.Max(0, 1-facing*facing))
	ux, uy := 0.0, 0.0
	if h > 0 {
		ux, uy = n.X/h*tilt, n.Y/h*tilt
	}
	halfY := r * math.Sqrt(math.Max(1-uy*uy, flattest*flattest))
	return disc{
		x: float32(x), y: float32(y), near: float32(near),
		nx: float32(ux), ny: float32(uy), nz: float32(facing),
		sx: float32(-ux / facing * perZ), sy: float32(uy / facing * perZ),
		tx: float32(-ux / facing), ty: float32(uy / facing),
		r: float32(r), half: float32(halfY) + 0.5, depth: float32(r * perZ),
	}
}

// rows are the rows of samples that d covers between first and last.
func (d *disc) rows(first, last int) (y0, y1 int) {
	return max(first, int(ceil(d.y-d.half-0.5))), min(last, int(floor(d.y+d.half-0.5)))
}

// run is what d covers of row y: samples x0 to x1, and for the first of them the
// offset dx from the middle.
func (c *canvas) run(d *disc, y int) (x0, x1 int, dx, dy float32) {
	// dx² + dy² + (tx·dx + ty·dy)² <= r², solved for dx
	dy = float32(y) + 0.5 - d.y
	tx, ty := d.tx, d.ty
	a := 1 + tx*tx
	b := tx * ty * dy / a
	under := b*b - ((1+ty*ty)*dy*dy-d.r*d.r)/a
	if under < 0 {
		return 0, -1, 0, 0
	}
	reach := float32(math.Sqrt(float64(under)))
	x0, x1 = max(0, int(ceil(d.x-b-reach-0.5))), min(c.w-1, int(floor(d.x-b+reach-0.5)))
	return x0, x1, float32(x0) + 0.5 - d.x, dy
}

func floor(v float32) float64 { return math.Floor(float64(v)) }
func ceil(v float32) float64  { return math.Ceil(float64(v)) }

// cover is the first pass: the nearest disc at each sample.
func (c *canvas) cover(d *disc, first, last int) {
	y0, y1 := d.rows(first, last)
	for y := y0; y <= y1; y++ {
		x0, x1, dx, dy := c.run(d, y)
		if x0 > x1 {
			continue
		}
		near := d.near + d.sx*dx + d.sy*dy
		row := c.near[y*c.w+x0 : y*c.w+x1+1]
		for i := range row {
			row[i] = max(row[i], near)
			near += d.sx
		}
	}
}

// band gathers what the discs at the front of each sample say: normal, colour, weight.
type band struct {
	first, w int
	sum      [][7]float32
}

// gather is the second pass: discs within half a radius of the front are blended,
// those whose middle is near counting most.
func (c *canvas) gather(d *disc, b *band, first, last int) {
	red, green, blue := float32(d.color>>16), float32(d.color>>8&255), float32(d.color&255)
	inverse := 1 / (d.r * d.r)
	y0, y1 := d.rows(first, last)
	for y := y0; y <= y1; y++ {
		x0, x1, dx, dy := c.run(d, y)
		if x0 > x1 {
			continue
		}
		near := d.near + d.sx*dx + d.sy*dy + 0.5*d.depth
		front := c.near[y*c.w+x0 : y*c.w+x1+1]
		sums := b.sum[(y-b.first)*b.w+x0:][:len(front)]
		for i, f := range front {
			if near >= f {
				rise := d.tx*dx + d.ty*dy
				weight := max(0, 1-(dx*dx+dy*dy+rise*rise)*inverse)
				weight = weight*weight + 1e-4
				s := &sums[i]
				s[0] += weight * d.nx
				s[1] += weight * d.ny
				s[2] += weight * d.nz
				s[3] += weight * red
				s[4] += weight * green
				s[5] += weight * blue
				s[6] += weight
			}
			near += d.sx
			dx++
		}
	}
}

// settle turns the sums of a band into normals and colours.
func (c *canvas) settle(b *band, first, last int) {
	for i := first * c.w; i < (last+1)*c.w; i++ {
		if s := &b.sum[i-first*c.w]; s[6] > 0 {
			k := 1 / s[6]
			c.normal[i] = packNormal(s[0], s[1], s[2])
			c.base[i] = packColor(s[3]*k, s[4]*k, s[5]*k)
		}
	}
}
