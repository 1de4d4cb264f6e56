package format

import (
	"fmt"
	"io"

	"blemish/geom"
)

// Info says what a file was and what happened to it on reading.
type Info struct {
	Kind     string   // which format: "pcd", "ply" …, and "text" for tables of numbers
	Encoding string   // "ascii", "binary", "binary_compressed" or "binary_big_endian"
	Points   int      // points or vertices handed out
	Faces    int      // faces as the file has them: a polygon counts once
	Dropped  int      // points left out: not finite, or no points in that format, such as missed returns in PTX
	Missed   int      // points kept that stand for missed returns; see geom.Cloud.MissedReturns
	Fields   []string // the names of the point's columns, in file order
	Warnings []string // what a person should know, each a sentence without stop
}

func (i *Info) warn(msg string, args ...any) {
	i.Warnings = append(i.Warnings, fmt.Sprintf(msg, args...))
}

// ReadOptions choose how a file is read; the zero value reads as ReadCloud does.
type ReadOptions struct {
	// Columns are those of x, y and z, and of a normal's three parts where there are
	// six: names, in any case, or in text and NPY numbers from 1. nil finds them by
	// their names. Formats that name their coordinates (PCD, PLY) are read by their own
	// names unless all of these are theirs; meshes' own formats have no columns.
	Columns []string
}

// ReadCloud reads the points of a file; of a mesh, its vertices (Info.Faces is
// then above 0). What the file is, is told from its content. A file without
// points, or with none that is finite, is an error.
func ReadCloud(path string) (*geom.Cloud, *Info, error) { return ReadOptions{}.ReadCloud(path) }

// ReadMesh reads a triangle mesh; polygons are cut into triangles. A file without
// faces is an error.
func ReadMesh(path string) (*geom.Mesh, *Info, error) { return ReadOptions{}.ReadMesh(path) }

// DecodeCloud is ReadCloud from a stream. name stands in errors, and its
// extension decides where the content leaves a choice.
func DecodeCloud(r io.Reader, name string) (*geom.Cloud, *Info, error) {
	return ReadOptions{}.DecodeCloud(r, name)
}

// DecodeMesh is ReadMesh from a stream.
func DecodeMesh(r io.Reader, name string) (*geom.Mesh, *Info, error) {
	return ReadOptions{}.DecodeMesh(r, name)
}

// ReadCloud is ReadCloud with options.
func (o ReadOptions) ReadCloud(path string) (*geom.Cloud, *Info, error) {
	f, err := Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return o.DecodeCloud(f, path)
}

// ReadMesh is ReadMesh with options.
func (o ReadOptions) ReadMesh(path string) (*geom.Mesh, *Info, error) {
	f, err := Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return o.DecodeMesh(f, path)
}

// DecodeCloud is DecodeCloud with options.
func (o ReadOptions) DecodeCloud(r io.Reader, name string) (*geom.Cloud, *Info, error) {
	cloud, _, info, err := o.decode(r, name, false)
	if err != nil {
		return nil, nil, err
	}
	return cloud, info, nil
}

// DecodeMesh is DecodeMesh with options.
func (o ReadOptions) DecodeMesh(r io.Reader, name string) (*geom.Mesh, *Info, error) {
	cloud, faces, info, err := o.decode(r, name, true)
	if err != nil {
		return nil, nil, err
	}
	if len(faces) == 0 {
		msg := fmt.Sprintf("has %s and no faces: a cloud, where a mesh is asked for", plural(cloud.Len(), "point"))
		if info.Faces > 0 {
			msg = "has no face with three finite corners"
		}
		return nil, nil, &SyntaxError{File: name, Msg: msg, Err: ErrFormat}
	}
	return &geom.Mesh{Vertices: cloud.Points, Faces: faces, Origin: cloud.Origin}, info, nil
}

// reading is what the format's reader works on: it defines the columns, fills
// the builder and the rest of info.
type reading struct {
	*source
	info  *Info
	plain bool // a mesh is wanted: coordinates and faces only

	chosen []string // the columns that were asked for, nil for those that names tell
	b      *builder
	first  int // the number that the format gives the first vertex

	sensor *geom.Vec // where the scan was taken from, in the file's coordinates; nil where unknown
	weld   bool      // corners that are equal become one vertex (STL)
	missed int       // points that read has left out and told of: missed returns (PTX)

	// after changes the cloud once its points are known, nil for nothing.
	after func(c *geom.Cloud, dropped []int32)
}

// begin sets the columns; each read calls it, or returns an error. hint is the number of points to expect, bounded by the
// bytes that are there.
func (r *reading) begin(cols []column, hint int) {
	r.b = newBuilder(cols, hint, r.plain)
	for _, c := range cols {
		r.info.Fields = append(r.info.Fields, c.name)
	}
}

func (o ReadOptions) decode(in io.Reader, name string, plain bool) (*geom.Cloud, [][3]int32, *Info, error) {
	if n := len(o.Columns); n != 0 && n != 3 && n != 6 {
		return nil, nil, nil, fmt.Errorf("columns: give three, those of x, y and z, or six with the normal's; there are %d", n)
	}
	s := newSource(in, name)
	f, err := sniff(s)
	if err = s.cause(err); err != nil {
		return nil, nil, nil, err
	}
	r := &reading{source: s, info: &Info{Kind: f.kind}, plain: plain, chosen: o.Columns}
	if err := s.cause(f.read(r)); err != nil {
		return nil, nil, nil, err
	}
	cloud, faces, err := r.finish()
	if err != nil {
		return nil, nil, nil, err
	}
	r.warnOfName()
	return cloud, faces, r.info, nil
}

// finish checks the faces, drops what is not finite and counts.
func (r *reading) finish() (*geom.Cloud, [][3]int32, error) {
	b := r.b
	cloud := b.cloud()
	if b.seen > maxPoints {
		return nil, nil, r.whole(ErrTooLarge, "holds more than %d points", maxPoints)
	}
	if err := b.checkRange(r.source, b.seen, r.first); err != nil {
		return nil, nil, err
	}
	if b.seen == 0 {
		return nil, nil, r.whole(ErrFormat, "holds no points")
	}
	if cloud.Len() == 0 {
		return nil, nil, r.whole(ErrFormat, "all coordinates are NaN, infinite or beyond float32 (%s)", plural(b.seen, "point"))
	}
	if r.after != nil && !r.plain {
		r.after(cloud, b.dropped)
	}
	lost := b.renumberFaces(b.seen, b.dropped)
	if r.plain {
		if bad := b.cutPolygons(cloud.Points); bad > 0 {
			r.info.warn("%s of more than three corners cross themselves or have no area; they were cut into fans from their first corners", plural(bad, "face"))
		}
	}
	if r.weld {
		cloud.Points = weldEqual(cloud.Points, b.faces)
	}
	info := r.info
	info.Faces, info.Dropped = b.polygons, len(b.dropped)+r.missed
	if n := len(b.dropped); n > 0 {
		info.warn("dropped %d of %s: not finite", n, plural(b.seen, "point"))
	}
	if lost > 0 {
		info.warn("dropped %s: a corner is not finite", plural(lost, "face"))
	}
	if b.skipped > 0 {
		info.warn("left out %s: fewer than three corners", plural(b.skipped, "face"))
	}
	info.Points = cloud.Len()
	r.placeSensor(cloud)
	r.tellMissed(cloud)
	return cloud, b.faces, nil
}

// placeSensor hands on where the scan was taken from.
func (r *reading) placeSensor(c *geom.Cloud) {
	if r.sensor == nil {
		return
	}
	at := r.sensor.Sub(geom.Vec{X: c.Origin[0], Y: c.Origin[1], Z: c.Origin[2]})
	c.Sensor = &at
}

// tellMissed counts the missed returns of a scan; the corner of a surface may well
// lie at 0 0 0 many times.
func (r *reading) tellMissed(c *geom.Cloud) {
	if r.plain || r.info.Faces > 0 || r.b.zeros < 3 { // fewer may be measured
		return
	}
	if r.info.Missed = len(c.MissedReturns()); r.info.Missed > 0 {
		r.info.warn("%d of %s stand at exactly 0 0 0: missed returns of the scanner, kept here", r.info.Missed, plural(c.Len(), "point"))
	}
}

// warnOfName tells where a name promises another format than the content. Names of text promise
// nothing: others are often called .txt or .asc, too.
func (r *reading) warnOfName() {
	named := Readable.format(r.name)
	if named != nil && named != textFormat && named.kind != r.info.Kind {
		r.info.warn("is named %s, but its content is %s", extensionOf(r.name), r.info.Kind)
	}
}
