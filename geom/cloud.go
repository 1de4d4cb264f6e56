package geom

import (
	"fmt"
	"sort"
)

// Cloud is a set of points with what is known about each.
type Cloud struct {
	Points  []Vec3
	Normals []Vec3               // nil or len(Points); unit length, or zero where undefined
	Scalars map[string][]float32 // "label", "score", "depth"…; each len(Points)
	Origin  [3]float64           // added to Points gives the file's coordinates; not zero for survey data
	Sensor  *Vec                 // where the scan was taken from, in the coordinates of Points; nil where unknown
}

// Len is the number of points.
func (c *Cloud) Len() int { return len(c.Points) }

// Box is the bounding box of the points, without Origin.
func (c *Cloud) Box() Box { return BoxOf(c.Points) }

// Scalar returns the named per-point values, nil where there are none. CloudCompare puts
// "scalar_" before the names; they are found all the same.
func (c *Cloud) Scalar(name string) []float32 {
	if values := c.Scalars[name]; values != nil {
		return values
	}
	return c.Scalars["scalar_"+name]
}

// SetScalar stores values under name. It panics on a length that does not fit.
func (c *Cloud) SetScalar(name string, values []float32) {
	if len(values) != len(c.Points) {
		panic(fmt.Sprintf("geom: scalar %q has %d values for %d points", name, len(values), len(c.Points)))
	}
	if c.Scalars == nil {
		c.Scalars = map[string][]float32{}
	}
	c.Scalars[name] = values
}

// ScalarNames lists the per-point values in alphabetical order.
func (c *Cloud) ScalarNames() []string {
	names := make([]string, 0, len(c.Scalars))
	for n := range c.Scalars {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Select returns a new cloud of the points at the given indices, in that order.
func (c *Cloud) Select(index []int32) *Cloud {
	out := &Cloud{Points: make([]Vec3, len(index)), Origin: c.Origin, Sensor: c.Sensor}
	for i, j := range index {
		out.Points[i] = c.Points[j]
	}
	if c.Normals != nil {
		out.Normals = make([]Vec3, len(index))
		for i, j := range index {
			out.Normals[i] = c.Normals[j]
		}
	}
	for _, name := range c.ScalarNames() {
		from, to := c.Scalars[name], make([]float32, len(index))
		for i, j := range index {
			to[i] = from[j]
		}
		out.SetScalar(name, to)
	}
	return out
}

// Transform returns a moved copy that shares the scalars with c. Origin is kept:
// the pose acts on the stored coordinates, and on Sensor.
func (c *Cloud) Transform(targetFromSource Pose) *Cloud {
	out := &Cloud{
		Points:  targetFromSource.ApplyAll(c.Points),
		Normals: targetFromSource.RotateAll(c.Normals),
		Scalars: c.Scalars,
		Origin:  c.Origin,
	}
	if c.Sensor != nil {
		moved := targetFromSource.ApplyVec(*c.Sensor)
		out.Sensor = &moved
	}
	return out
}

// Mesh is a triangle mesh. Faces index Vertices; front faces run anticlockwise.
type Mesh struct {
	Vertices []Vec3
	Faces    [][3]int32
	Origin   [3]float64 // as in Cloud
}

// Box is the bounding box of the vertices, without Origin.
func (m *Mesh) Box() Box { return BoxOf(m.Vertices) }

// FaceNormal is the unit normal of face f, zero where the face has no area.
func (m *Mesh) FaceNormal(f int) Vec { return m.faceCross(f).Unit() }

// FaceArea is the area of face f.
func (m *Mesh) FaceArea(f int) float64 { return 0.5 * m.faceCross(f).Norm() }

func (m *Mesh) faceCross(f int) Vec {
	t := m.Faces[f]
	a, b, c := m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
	return b.Sub(a).Cross(c.Sub(a))
}

// Area is the total area of the faces.
func (m *Mesh) Area() float64 {
	var sum float64
	for f := range m.Faces {
		sum += m.FaceArea(f)
	}
	return sum
}

// Clone copies m deeply.
func (m *Mesh) Clone() *Mesh {
	return &Mesh{
		Vertices: append([]Vec3(nil), m.Vertices...),
		Faces:    append([][3]int32(nil), m.Faces...),
		Origin:   m.Origin,
	}
}

// Transform returns a moved copy.
func (m *Mesh) Transform(targetFromSource Pose) *Mesh {
	return &Mesh{Vertices: targetFromSource.ApplyAll(m.Vertices), Faces: append([][3]int32(nil), m.Faces...), Origin: m.Origin}
}
