package inspection

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"blemish/detect"
	"blemish/geom"
	"blemish/spatial"
)

// Zones that somebody painted: points with a number or a colour. The nearest of them decides.

// Paint says which points those are.
type Paint struct {
	File string
	// Field is the value of points that labels of zones are compared with, "zone" where it is
	// empty; zones by colour take red, green and blue.
	Field string
	// InPart says that the points stand in the part's frame. Otherwise they are in any pose,
	// and are aligned like a scan, unless they lie on the part as they stand.
	InPart bool
}

type paintDocument struct {
	File  string `yaml:"file"`
	Field string `yaml:"field"`
	Frame string `yaml:"frame"`
}

func (d *paintDocument) read() (*Paint, error) {
	if d == nil {
		return nil, nil
	}
	p := &Paint{File: d.File, Field: d.Field, InPart: d.Frame == "part"}
	switch {
	case d.File == "":
		return nil, fmt.Errorf("paint: file missing: the cloud or mesh whose points are painted")
	case d.Frame != "" && d.Frame != "part" && d.Frame != "any":
		return nil, fmt.Errorf("paint: frame %q: want part, or any where the painted points are to be aligned like a scan", d.Frame)
	}
	if p.Field == "" {
		p.Field = "zone"
	}
	return p, nil
}

// painted is points in the part's frame, each with its zone.
type painted struct {
	tree *spatial.Tree
	zone []int32 // index of the zone of each; -1: none
}

// read makes the zones of painted points, which stand as their file has them.
func (p *Paint) read(ctx context.Context, cloud *geom.Cloud, zones []Zone, model detect.Adjustable) (*painted, error) {
	out := &painted{zone: make([]int32, cloud.Len())}
	label := cloud.Scalar(p.Field)
	var color [3][]float32
	for k, name := range []string{"red", "green", "blue"} {
		color[k] = cloud.Scalar(name)
	}
	found := make([]int, len(zones))
	for i := range out.zone {
		out.zone[i] = -1
		for k := range zones {
			z := &zones[k]
			if z.Painted() && z.marks(i, label, color) {
				out.zone[i] = int32(k)
				found[k]++
				break
			}
		}
	}
	for k := range zones {
		z := &zones[k]
		switch {
		case !z.Painted():
		case z.byHue && color[2] == nil:
			return nil, fmt.Errorf("%s: no colours (red, green, blue), which zone %q asks for; it has %s", p.File, z.Name, fieldsOf(cloud))
		case !z.byHue && label == nil:
			return nil, fmt.Errorf("%s: no field %q, which zone %q asks for; it has %s", p.File, p.Field, z.Name, fieldsOf(cloud))
		case found[k] == 0:
			return nil, fmt.Errorf("%s: no point is painted for zone %q", p.File, z.Name)
		}
	}
	pose, err := p.place(ctx, cloud, model)
	if err != nil {
		return nil, err
	}
	out.tree = spatial.NewTree(pose.ApplyAll(cloud.Points))
	return out, nil
}

// place takes painted points to the part's frame.
func (p *Paint) place(ctx context.Context, cloud *geom.Cloud, model detect.Adjustable) (geom.Pose, error) {
	asTheyStand := geom.IdentityPose().Absolute([3]float64{}, cloud.Origin)
	if p.InPart {
		return asTheyStand, nil
	}
	surface := model.Surface()
	some := spatial.Thin(cloud.Points, 2000)
	on, reach := 0, 2*surface.MeanSpacing()
	for _, i := range some {
		q := asTheyStand.Apply(cloud.Points[i])
		if math.Sqrt(float64(surface.Tree.Nearest(q).Dist2)) <= reach {
			on++
		}
	}
	const nearlyAll = 0.95
	if float64(on) >= nearlyAll*float64(len(some)) {
		return asTheyStand, nil
	}
	pose, fit, err := model.Place(ctx, cloud)
	switch {
	case err != nil:
		return pose, fmt.Errorf("%s: %w", p.File, err)
	case fit.Overlap < detect.LeastOverlap || fit.Mirrored:
		return pose, fmt.Errorf("%s: only %.0f %% of the painted points lie on the part: another part, or another unit", p.File, 100*fit.Overlap)
	}
	return pose, nil
}

// at is the zone of a place, -1 where there is none.
func (p *painted) at(place geom.Vec3) int32 {
	near := p.tree.Nearest(place)
	if near.Index < 0 {
		return -1
	}
	return p.zone[near.Index]
}

// marks reports whether a point is painted for the zone.
func (z *Zone) marks(i int, label []float32, color [3][]float32) bool {
	if !z.byHue {
		return label != nil && float64(label[i]) == z.label
	}
	const close = 40 // of 255 a channel: painters blend
	for k, c := range color {
		if c == nil || math.Abs(float64(c[i])-z.color[k]) > close {
			return false
		}
	}
	return true
}

// colours by name; others are written #rrggbb.
var colours = map[string][3]float64{
	"red": {255, 0, 0}, "green": {0, 255, 0}, "blue": {0, 0, 255}, "yellow": {255, 255, 0}, "magenta": {255, 0, 255}, "cyan": {0, 255, 255},
}

func parseColour(text string) (c [3]float64, err error) {
	if c, ok := colours[strings.ToLower(text)]; ok {
		return c, nil
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32)
	if err != nil || len(strings.TrimPrefix(text, "#")) != 6 {
		return c, fmt.Errorf("colour %q: want red, green, blue, yellow, magenta, cyan, or #rrggbb", text)
	}
	return [3]float64{float64(v >> 16), float64(v >> 8 & 255), float64(v & 255)}, nil
}
