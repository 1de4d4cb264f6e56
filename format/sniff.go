package format

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"
)

const sniffWindow = 64 << 10

// foreign are formats that are not read, by how they begin, and what helps.
var foreign = []struct{ magic, advice string }{
	{"\x1f\x8b", "is compressed with gzip; unpack it first"},
	{"PK\x03\x04", "is a zip archive (or .npz, .xlsx, .3mf); unpack or export it to PLY first"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it first"},
	{"BZh", "is compressed with bzip2; unpack it first"},
	{"\xfd7zXZ", "is compressed with xz; unpack it first"},
	{"LASF", "is a LAS or LAZ file; convert it to PLY or PCD first"},
	{"ASTM-E57", "is an E57 file; convert it to PLY or PCD first"},
	{"glTF", "is a binary glTF file; convert it to PLY or OBJ first"},
	{"\x89HDF", "is an HDF5 file; export the points to NPY or PLY first"},
	{"\x89PNG", "is a PNG image, not a cloud or mesh"},
	{"\xff\xd8\xff", "is a JPEG image, not a cloud or mesh"},
	{"%PDF", "is a PDF document, not a cloud or mesh"},
	{"Kaydara FBX", "is an FBX file; convert it to PLY or OBJ first"},
	{"\xff\xfe", "is text in UTF-16; save it as UTF-8 or ASCII"},
	{"\xfe\xff", "is text in UTF-16; save it as UTF-8 or ASCII"},
	{"ISO-10303-21", "is a STEP file; export it as STL or OBJ first"},
	{"<?xml", "is XML, which no format that is read here uses; convert it to PLY or OBJ first"},
	{"# vtk DataFile", "is a legacy VTK file; convert it to PLY first"},
}

// sniff tells the kind of a file from its content; the name's extension decides
// only where the content leaves a choice.
func sniff(s *source) (string, error) {
	window := s.peek(sniffWindow)
	if len(window) == 0 {
		return "", s.whole(ErrFormat, "the file is empty")
	}
	if isBinarySTL(s, window) {
		return "stl", nil
	}
	for _, f := range foreign {
		if bytes.HasPrefix(window, []byte(f.magic)) {
			return "", s.whole(ErrFormat, "%s", f.advice)
		}
	}
	if bytes.HasPrefix(window, []byte("\x93NUMPY")) {
		return "npy", nil
	}
	if bytes.HasPrefix(window, []byte("\xef\xbb\xbf")) { // a UTF-8 byte order mark
		s.take(3)
		window = window[3:]
	}
	s.chooseEOL(window)
	kind := sniffText(window, s.eol, strings.ToLower(filepath.Ext(s.name)))
	if kind == "" {
		return "", s.whole(ErrFormat, "is of no format that is read: PCD, PLY, OBJ, STL, OFF, NPY or lines of numbers")
	}
	return kind, nil
}

// sniffText tells the kinds that begin with a line of text, "" for none.
func sniffText(window []byte, eol byte, ext string) string {
	if first, _ := nextToken(firstLine(window, eol)); string(first) == "ply" || string(first) == "PLY" {
		return "ply"
	}
	kind := ""
	var word []byte
	for rest := window; len(rest) > 0 && kind == ""; {
		var line []byte
		line, rest = cutLine(rest, eol)
		word, _ = nextToken(line)
		if len(word) == 0 {
			continue
		}
		if word[0] == '#' {
			if len(line) < 80 && bytes.Contains(line, []byte(".PCD")) {
				return "pcd"
			}
			continue
		}
		kind = kindOfWord(word)
	}
	switch {
	case kind == "pcd" || kind == "off":
		return kind // binary data may follow
	case bytes.IndexByte(window, 0) >= 0:
		return ""
	case kind != "text" && kind != "":
		return kind
	case ext == ".off": // the first word is optional there
		return "off"
	case kind == "text" && (ext == ".ptx" || isPTX(window, eol)):
		return "ptx"
	}
	// Words where numbers should be: the reader that the name asks for says best
	// what is wrong, and OBJ may begin with statements that few files have.
	if _, number := parseFloat(word); kind == "text" && !number {
		switch ext {
		case ".pcd", ".ply", ".obj":
			return ext[1:]
		}
	}
	return "text"
}

// kindOfWord judges the first word of a text file.
func kindOfWord(word []byte) string {
	switch strings.ToUpper(string(word[:min(len(word), 8)])) {
	case "VERSION", "FIELDS", "COLUMNS":
		return "pcd"
	}
	switch string(word) {
	case "v", "vn", "vt", "vp", "f", "o", "g", "s", "l", "p", "mtllib", "usemtl":
		return "obj"
	}
	if _, _, ok := offKeyword(word); ok {
		return "off"
	}
	if strings.EqualFold(string(word), "solid") {
		return "stl"
	}
	return "text"
}

// isBinarySTL knows a binary STL by its size, which follows from its count, and
// where the size is unknown or wrong by its name. That its text begins with
// "solid" means nothing: many programs write that into the header.
func isBinarySTL(s *source, window []byte) bool {
	if len(window) < stlHeader+4 {
		return false
	}
	count := int64(binary.LittleEndian.Uint32(window[stlHeader:]))
	if count > 0 && s.size == stlHeader+4+count*stlFacet {
		return true
	}
	if bytes.IndexByte(window, 0) < 0 {
		return false // text, or nothing that is read
	}
	head := strings.ToLower(string(bytes.TrimLeft(window[:stlHeader], " \t\r\n")))
	return strings.HasPrefix(head, "solid") || strings.ToLower(filepath.Ext(s.name)) == ".stl"
}

func firstLine(b []byte, eol byte) []byte {
	line, _ := cutLine(b, eol)
	return line
}

func cutLine(b []byte, eol byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, eol); i >= 0 {
		return trimEOL(b[:i]), b[i+1:]
	}
	return trimEOL(b), nil
}
