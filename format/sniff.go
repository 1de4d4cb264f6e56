package format

import "bytes"

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

// opening is how a file begins, as formats are asked whether it is theirs.
type opening struct {
	window   []byte   // its first bytes, up to sniffWindow, after a byte order mark
	eol      byte     // what ends its lines
	ext      string   // of its name, in lower case with the dot
	comments [][]byte // the lines before the first word that begin with #
	word     []byte   // the first word that stands in no comment; empty for none
	text     bool     // there is no zero byte
}

// openingOf looks at the lines up to the first word.
func openingOf(window []byte, eol byte, name string) *opening {
	o := &opening{window: window, eol: eol, ext: extensionOf(name), text: bytes.IndexByte(window, 0) < 0}
	for rest := window; len(rest) > 0 && len(o.word) == 0; {
		var line []byte
		line, rest = cutLine(rest, eol)
		word, _ := nextToken(line)
		switch {
		case len(word) == 0:
		case word[0] == '#':
			o.comments = append(o.comments, line)
		default:
			o.word = word
		}
	}
	return o
}

// sniff tells the format of a file from its content; the name's extension decides
// only where the content leaves a choice.
func sniff(s *source) (*fileFormat, error) {
	window := s.peek(sniffWindow)
	if len(window) == 0 {
		return nil, s.whole(ErrFormat, "the file is empty")
	}
	for _, f := range formats {
		if f.magic != nil && f.magic(s, window) {
			return f, nil
		}
	}
	for _, f := range foreign {
		if bytes.HasPrefix(window, []byte(f.magic)) {
			return nil, s.whole(ErrFormat, "%s", f.advice)
		}
	}
	if bytes.HasPrefix(window, []byte("\xef\xbb\xbf")) { // a UTF-8 byte order mark
		s.take(3)
		window = window[3:]
	}
	s.chooseEOL(window)
	o := openingOf(window, s.eol, s.name)
	for _, f := range formats {
		if f.sniff != nil && f.sniff(o) {
			return o.explained(f), nil
		}
	}
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return nil, s.whole(ErrFormat, "is of no format that is read: %s (lines of numbers)", either(names))
}

// explained is f, or where that is text and words stand where numbers should be, the
// format that the name asks for: its reader says best what is wrong, and OBJ may begin
// with statements that few files have.
func (o *opening) explained(f *fileFormat) *fileFormat {
	if _, number := parseFloat(o.word); f != textFormat || number || len(o.word) == 0 {
		return f
	}
	if named := Readable.format(o.ext); named != nil && named.explains {
		return named
	}
	return f
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
