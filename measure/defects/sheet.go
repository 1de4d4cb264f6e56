package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"

	"blemish/render"
	"blemish/seed"
	"blemish/shape"
	"blemish/spatial"
)

// Contact sheets: every kind on ten very different objects.

// shown are the objects of the sheets: files of the collection, and built-in ones.
var shown = []string{
	"vase/greek_vase.obj", "cup/goblet_01.obj", "mug/ycb_mug.ply", "scanned/gso_boot.stl", "classic/utah_teapot.stl",
	"mech/spanner.obj", "mech/angle_block.stl", "built-in helmet", "built-in tap", "built-in bucket",
}

// sheets draws one sheet a kind into out: a cloud of 20,000 points of the whole
// object with the truth in red, and below it the carved surface from close by.
func sheets(ctx context.Context, data, out, only string, root uint64) error {
	targets := make([]*defect.Target, len(shown))
	for i, name := range shown {
		m, err := object(data, name)
		if err != nil {
			return err
		}
		if targets[i], err = defect.NewTarget(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, kind := range append(defect.Kinds(), defect.Hybrid) {
		if only != "" && !strings.Contains(only, string(kind)) {
			continue
		}
		const columns = 5
		images, labels := make([]image.Image, 2*len(shown)), make([]string, 2*len(shown))
		for i, t := range targets {
			at := i/columns*2*columns + i%columns
			name := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(shown[i]), filepath.Ext(shown[i])), "built-in ")
			whole, near, err := pictures(ctx, t, kind, seed.Stream(root, "sheet", string(kind), name))
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
				name += ": none"
				if whole, err = render.Mesh(ctx, t.Mesh(), render.Options{Width: side, Height: side}); err != nil {
					return err
				}
				near = whole
			}
			images[at], images[at+columns], labels[at] = whole, near, name
		}
		f, err := os.Create(filepath.Join(out, "defect-"+string(kind)+".png"))
		if err != nil {
			return err
		}
		if err := png.Encode(f, fewColours(render.Sheet(images, labels, columns))); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// side is how many pixels a picture has each way.
const side = 230

func pictures(ctx context.Context, t *defect.Target, kind defect.Kind, r *seed.Rand) (whole, near image.Image, err error) {
	p, err := defect.Draw(t, kind, defect.Easy, r)
	if err != nil {
		return nil, nil, err
	}
	c, err := defect.Apply(ctx, t, p)
	if err != nil {
		return nil, nil, err
	}
	surface := c.Mesh()
	cloud := c.Sample(20_000, r)
	v := viewOn(surface, cloud, t.Diagonal())
	opt := render.Options{Width: side, Height: side, View: v.view}
	if kind != defect.Hybrid {
		opt.Frame = v.frame
	}
	if near, err = render.Mesh(ctx, surface, opt); err != nil {
		return nil, nil, err
	}
	opt.Frame, opt.Values, opt.Map = nil, cloud.Scalar("label"), render.Labels
	whole, err = render.Cloud(ctx, cloud, opt)
	return whole, near, err
}

// look is where to stand.
type look struct {
	view  render.View
	frame []geom.Vec3 // what a close view shows
}

// viewOn looks for the direction from which most anomalous points are seen, a little
// aslant so that relief shows.
func viewOn(surface *geom.Mesh, cloud *geom.Cloud, diagonal float64) look {
	tree := spatial.NewBVH(surface)
	var points []geom.Vec3
	box := geom.EmptyBox()
	for i, l := range cloud.Scalar("label") {
		if l != 0 {
			points = append(points, cloud.Points[i])
			box.Extend(cloud.Points[i].D())
		}
	}
	if len(points) == 0 {
		return look{}
	}
	middle := box.Center()
	away := middle.Sub(surface.Box().Center()).Unit() // from the object's middle
	best, bestSeen := geom.Vec{}, -1.0
	r := seed.Stream(0, "views")
	for try := 0; try < 200; try++ {
		x, y, z := r.Direction()
		eye := geom.Vec{X: x, Y: y, Z: z}
		seen, count := 0.0, 0.0
		for i := 0; i < len(points); i += len(points)/60 + 1 {
			p := points[i].D()
			count++
			if _, hit := tree.First(p.AddScaled(0.004*diagonal, eye), eye, 0, 4*diagonal); !hit {
				f := tree.Closest(p).Face
				seen += min(0.75, max(0, surface.FaceNormal(int(f)).Dot(eye)))
			}
		}
		if seen = seen/count + float64(0.05*eye.Dot(away)); seen > bestSeen {
			best, bestSeen = eye, seen
		}
	}
	reach := max(0.6*box.Diagonal(), 0.12*diagonal)
	var frame []geom.Vec3
	for k := 0; k < 8; k++ {
		frame = append(frame, middle.AddScaled(0.58*reach, geom.Vec{X: float64(k&1*2 - 1), Y: float64(k>>1&1*2 - 1), Z: float64(k>>2*2 - 1)}).F())
	}
	return look{render.View{Eye: best}, frame}
}

// fewColours makes a paletted picture, half as large in a file: greys, reds, and reds half washed out.
func fewColours(m image.Image) image.Image {
	var p color.Palette
	for i := 0; i < 84; i++ {
		v := uint8(3*i + 6)
		p = append(p, color.NRGBA{v, v, v, 255}, color.NRGBA{v, v / 6, v / 6, 255}, color.NRGBA{v, v / 3 * 2, v / 3 * 2, 255})
	}
	out := image.NewPaletted(m.Bounds(), p)
	near := map[color.Color]uint8{}
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			c := m.At(x, y)
			n, ok := near[c]
			if !ok {
				n = uint8(p.Index(c))
				near[c] = n
			}
			out.SetColorIndex(x, y, n)
		}
	}
	return out
}

// object reads a file of the collection, or builds a built-in class.
func object(data, name string) (*geom.Mesh, error) {
	if class, ok := strings.CutPrefix(name, "built-in "); ok {
		return shape.Build(class, seed.Stream(1, "shape", class))
	}
	m, _, err := format.ReadMesh(filepath.Join(data, "meshes", name))
	return m, err
}
