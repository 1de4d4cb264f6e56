package render

import (
	"image"
	"math"

	"blemish/geom"
)

// Cloud draws the points of c as a surface. A cloud without points gives an empty
// picture. It panics where Values or Colors have another length than the points.
func Cloud(c *geom.Cloud, opt Options) *image.NRGBA {
	o := opt.filled(c.Len())
	points, normals := c.Points, c.Normals
	keep := finite(points)
	if keep != nil {
		s := c.Select(keep)
		points, normals = s.Points, s.Normals
	}
	cv := newCanvas(&o, o.frameOn(geom.BoxOf(points)))
	cv.splats(points, normals, keep, &o)
	return cv.develop(&o)
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
	r          float32 // radius in samples
	half       float32 // half the height of its box on the screen
	halfX      float32
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
	radius, normal := estimate(points, normals, o.Workers)
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
	c.fill(o.Workers, spans, func(first, last int, things []int32) {
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
	// the ellipse's half axes along x and y of the screen
	halfX := r * math.Sqrt(math.Max(1-ux*ux, flattest*flattest))
	halfY := r * math.Sqrt(math.Max(1-uy*uy, flattest*flattest))
	return disc{
		x: float32(x), y: float32(y), near: float32(near),
		nx: float32(ux), ny: float32(uy), nz: float32(facing),
		sx: float32(-ux / facing * perZ), sy: float32(uy / facing * perZ),
		r: float32(r), halfX: float32(halfX) + 0.5, half: float32(halfY) + 0.5, depth: float32(r * perZ),
	}
}

// each visits the samples that d covers within the rows: share is the squared
// distance from the middle of the disc in radii, 0…1.
func (c *canvas) each(d *disc, first, last int, visit func(at int, near, share float32)) {
	y0, y1 := max(first, int(math.Ceil(float64(d.y-d.half-0.5)))), min(last, int(math.Floor(float64(d.y+d.half-0.5))))
	x0, x1 := max(0, int(math.Ceil(float64(d.x-d.halfX-0.5)))), min(c.w-1, int(math.Floor(float64(d.x+d.halfX-0.5))))
	inverse := 1 / (d.r * d.r)
	tx, ty := -d.nx/d.nz, d.ny/d.nz // rise of the plane by sample
	for y := y0; y <= y1; y++ {
		dy := float32(y) + 0.5 - d.y
		for x := x0; x <= x1; x++ {
			dx := float32(x) + 0.5 - d.x
			rise := tx*dx + ty*dy
			share := (dx*dx + dy*dy + rise*rise) * inverse
			if share <= 1 {
				visit(y*c.w+x, d.near+d.sx*dx+d.sy*dy, share)
			}
		}
	}
}

// cover is the first pass: the nearest disc at each sample.
func (c *canvas) cover(d *disc, first, last int) {
	c.each(d, first, last, func(at int, near, _ float32) {
		if near > c.near[at] {
			c.near[at] = near
		}
	})
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
	c.each(d, first, last, func(at int, near, share float32) {
		if near < c.near[at]-0.5*d.depth {
			return
		}
		weight := (1 - share) * (1 - share)
		weight = weight*weight + 1e-4
		s := &b.sum[at-b.first*b.w]
		s[0] += weight * d.nx
		s[1] += weight * d.ny
		s[2] += weight * d.nz
		s[3] += weight * red
		s[4] += weight * green
		s[5] += weight * blue
		s[6] += weight
	})
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
