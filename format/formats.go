package format

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"blemish/geom"
)

// formats is the table of all formats. A new one is a file that defines a fileFormat
// and a word here: reading, writing, sniffing, folders of scans, messages and help go
// by this table alone. Files are offered to them in this order; text, which takes any
// line of numbers, is last.
var formats = []*fileFormat{pcdFormat, plyFormat, objFormat, stlFormat, offFormat, ptxFormat, npyFormat, textFormat}

// fileFormat is one format: how its files are named and known, read and written.
type fileFormat struct {
	kind string // Info.Kind: "pcd"
	name string // in messages: "PCD"

	extensions []string // of its files, in lower case with the dot, the usual one first; it is written under these, where it is written
	readOnly   []string // extensions under which it is read and not written
	encodings  []string // how it can be spelled, the default first; see WriteOptions.Encoding

	faces         bool // files may hold faces: meshes are read
	columns       bool // a cloud is written with its normals and scalars
	vertexColumns bool // a mesh is written with what is known of its vertices

	// magic knows a binary file by its first bytes, before all that sniff is asked about;
	// nil for none.
	magic func(s *source, window []byte) bool
	// sniff knows a file by how it begins, and where that leaves a choice by its name.
	// nil where magic tells.
	sniff func(o *opening) bool
	// explains says that text that begins with words, in a file with the format's
	// extension, is given to this reader: its error says best what is wrong.
	explains bool

	read       func(r *reading) error
	writeCloud func(w io.Writer, c *geom.Cloud, how writing) error // nil where clouds are not written
	writeMesh  func(w io.Writer, m *geom.Mesh, how writing) error  // nil where meshes are not written
}

// writing is how a file is to be spelled.
type writing struct {
	ext      string       // of its name, in lower case
	encoding string       // one of the format's
	opt      WriteOptions // what was asked for
}

// extensionOf is the extension of a path as the table has them.
func extensionOf(path string) string { return strings.ToLower(filepath.Ext(path)) }

// encodingOf checks the wish against what the format has.
func (f *fileFormat) encodingOf(opt WriteOptions) (string, error) {
	if opt.Encoding == "" {
		return f.encodings[0], nil
	}
	if slices.Contains(f.encodings, opt.Encoding) {
		return opt.Encoding, nil
	}
	return "", fmt.Errorf("%s has no encoding %q; it has %s", f.name, opt.Encoding, strings.Join(f.encodings, ", "))
}

// Ability is something that some formats can. Has asks for a file's, by its extension.
type Ability int

const (
	Readable              Ability = iota // a cloud is read; of a mesh, its vertices
	ReadableMesh                         // a mesh is read
	WritableCloud                        // a cloud is written
	WritableColumns                      // a cloud is written with its normals and scalars
	WritableMesh                         // a mesh is written
	WritableVertexColumns                // a mesh is written with WriteOptions.Vertices
)

// extensions are those of a format for that ability.
func (a Ability) extensions(f *fileFormat) []string {
	can := false
	switch a {
	case Readable, ReadableMesh:
		if a == Readable || f.faces {
			return append(slices.Clone(f.extensions), f.readOnly...)
		}
	case WritableCloud:
		can = f.writeCloud != nil
	case WritableColumns:
		can = f.writeCloud != nil && f.columns
	case WritableMesh:
		can = f.writeMesh != nil
	case WritableVertexColumns:
		can = f.writeMesh != nil && f.vertexColumns
	}
	if can {
		return f.extensions
	}
	return nil
}

// Extensions lists the extensions, in lower case with their dots, of files of the
// formats that have the ability.
func (a Ability) Extensions() []string {
	var all []string
	for _, f := range formats {
		all = append(all, a.extensions(f)...)
	}
	return all
}

// Has reports whether a file's extension, in any case, is one of Extensions.
func (a Ability) Has(path string) bool { return a.format(path) != nil }

// format is the first with the ability and path's extension, nil for none.
func (a Ability) format(path string) *fileFormat {
	for _, f := range formats {
		if slices.Contains(a.extensions(f), extensionOf(path)) {
			return f
		}
	}
	return nil
}

// String lists the extensions for a message: ".ply, .obj or .stl".
func (a Ability) String() string { return either(a.Extensions()) }

// EncodingList names the encodings of all formats for a message or a help text, with the
// format where only one has it: "binary, ascii or binary_compressed (PCD)".
func EncodingList() string {
	var names []string
	having := map[string][]string{}
	for _, f := range formats {
		for _, e := range f.encodings {
			if having[e] == nil {
				names = append(names, e)
			}
			having[e] = append(having[e], f.name)
		}
	}
	for i, e := range names {
		if formats := having[e]; len(formats) == 1 {
			names[i] += " (" + formats[0] + ")"
		}
	}
	return either(names)
}

// either is "a, b or c".
func either(items []string) string {
	if n := len(items) - 1; n > 0 {
		return strings.Join(items[:n], ", ") + " or " + items[n]
	}
	return strings.Join(items, "")
}
