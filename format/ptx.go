package format

import (
	"math"

	"blemish/geom"
)

var ptxFormat = &fileFormat{
	kind: "ptx", name: "PTX", extensions: []string{".ptx"}, encodings: []string{"ascii"},
	sniff: isPTX, read: readPTX,
}

// ptxScan is the head of one scan of a PTX file.
type ptxScan struct {
	points   int64
	position geom.Vec
	matrix   [4][4]float64 // file = (x y z 1) · matrix: its last row moves
}

// ptxHeadLines are the lines of a head: columns, rows, the scanner's place, its three
// axes, and the matrix.
const ptxHeadLines = 10

// ptxWidths are how many numbers stand on those lines.
var ptxWidths = [ptxHeadLines]int{1, 1, 3, 3, 3, 3, 4, 4, 4, 4}

// readPTX reads Leica's PTX: scans in their scanners' frames, one after the other,
// each with a head. The matrix of a head brings its points into the common frame. A
// point 0 0 0 is a missed return and is left out.
func readPTX(r *reading) error {
	r.info.Encoding = "ascii"
	p := &ptxReader{reading: r}
	for n := 1; ; n++ {
		scan, err := p.head(n)
		if err != nil {
			return err
		}
		if scan == nil {
			break
		}
		if err := p.points(scan, n); err != nil {
			return err
		}
	}
	r.warnOfCut()
	switch missed := int64(r.missed); {
	case p.promised == 0:
		return r.whole(ErrFormat, "holds no points: the heads of its scans promise none")
	case missed == p.promised:
		return r.whole(ErrFormat, "holds no points: all %d are 0 0 0, missed returns of the scanner", missed)
	case missed > 0:
		r.info.warn("left out %d of %s at 0 0 0: missed returns of the scanner", missed, plural(int(p.promised), "point"))
	}
	return nil
}

type ptxReader struct {
	*reading
	width    int // values of a point, 0 before the first
	promised int64
	moved    bool // scans were taken from several places
	extra    bool // a later scan has more values than the first
}

// head reads a scan's head; nil at the end of the file.
func (p *ptxReader) head(n int) (*ptxScan, error) {
	var v [ptxHeadLines][4]float64
	for i, width := range ptxWidths {
		line, ok := p.nextLine()
		for ok && (blank(line) || isComment(line)) {
			line, ok = p.nextLine()
		}
		if !ok {
			if i == 0 && n > 1 && !p.lineTooLong() {
				return nil, nil
			}
			return nil, p.ended("the file ends within the head of scan %d", n)
		}
		got, bad := rowParser{}.parse(line, v[i][:width], nil)
		if bad != nil || got != width {
			return nil, p.atLine(ErrFormat, "line %d of the head of scan %d should be %s", i+1, n, ptxLine(i))
		}
		for _, x := range v[i][:width] {
			if i < 2 && (x != math.Trunc(x) || !(x >= 0 && x <= maxPoints)) || x-x != 0 {
				return nil, p.atLine(ErrFormat, "line %d of the head of scan %d should be %s", i+1, n, ptxLine(i))
			}
		}
	}
	s := &ptxScan{position: geom.Vec{X: v[2][0], Y: v[2][1], Z: v[2][2]}, matrix: [4][4]float64(v[6:])}
	if s.points = int64(v[0][0]) * int64(v[1][0]); s.points > maxPoints || p.promised+s.points > maxPoints {
		return nil, p.atLine(ErrTooLarge, "scan %d promises %.0f × %.0f points; at most %d are read", n, v[0][0], v[1][0], maxPoints)
	}
	p.promised += s.points
	return s, p.check(s, n)
}

// ptxLine says what a line of the head holds.
func ptxLine(i int) string {
	switch {
	case i == 0:
		return "the number of columns of the scan"
	case i == 1:
		return "the number of rows of the scan"
	case i == 2:
		return "the scanner's place, three numbers"
	case i < 6:
		return "an axis of the scanner, three numbers"
	}
	return "a row of the matrix, four numbers"
}

// check decides the matrix's convention and the scanner's place.
func (p *ptxReader) check(s *ptxScan, n int) error {
	m := &s.matrix
	right, below := [4]float64{m[0][3], m[1][3], m[2][3], m[3][3]}, m[3]
	corner := [4]float64{0, 0, 0, 1}
	if right != corner && below == corner {
		p.info.warn("the matrix of scan %d has its shift in the last column; it was taken so", n)
		for i := range m {
			for j := range i {
				m[i][j], m[j][i] = m[j][i], m[i][j]
			}
		}
	} else if right != corner {
		return p.atLine(ErrFormat, "the matrix of scan %d is no motion: its last column should be 0 0 0 1", n)
	}
	// The scanner stands at 0 of its own frame, wherever the matrix takes that. Where the
	// points are in the common frame already, only the head tells.
	place := geom.Vec{X: m[3][0], Y: m[3][1], Z: m[3][2]}
	if *m == [4][4]float64{{1}, {0, 1}, {0, 0, 1}, {0, 0, 0, 1}} {
		place = s.position
	}
	if p.moved = p.moved || p.sensor != nil && *p.sensor != place; p.moved {
		p.sensor = nil
		return nil
	}
	p.sensor = &place
	return nil
}

// points reads the points of a scan.
func (p *ptxReader) points(s *ptxScan, n int) error {
	var vals [8]float64
	m := &s.matrix
	for i := int64(0); i < s.points; i++ {
		line, ok := p.nextLine()
		for ok && blank(line) {
			line, ok = p.nextLine()
		}
		if !ok {
			return p.ended("the file ends after %d of the %d points of scan %d", i, s.points, n)
		}
		got, bad := rowParser{}.parse(line, vals[:7], nil)
		if bad != nil {
			return p.atLine(ErrFormat, "%s is no number (value %d of point %d of scan %d)", clip(bad), got+1, i+1, n)
		}
		if got < 3 || got > 7 || got == 5 {
			return p.atLine(ErrFormat, "point %d of scan %d has %s; it should be x y z, intensity, and red green blue", i+1, n, moreThan(got, 7))
		}
		if p.width == 0 {
			p.width = got
			p.beginPoints(got)
		}
		if got > p.width && !p.extra {
			p.extra = true
			p.info.warn("from line %d on points have more values than before; they are left out", p.line)
		}
		if vals[0] == 0 && vals[1] == 0 && vals[2] == 0 {
			p.missed++
			continue
		}
		b := p.b
		x, y, z := vals[0], vals[1], vals[2]
		for k := range 3 {
			b.cols[k].block[b.n] = float64(x*m[0][k]) + float64(y*m[1][k]) + float64(z*m[2][k]) + m[3][k]
		}
		for k := 3; k < p.width; k++ {
			if c := &b.cols[k]; c.role != roleSkip {
				c.block[b.n] = math.NaN()
				if k < got {
					c.block[b.n] = vals[k]
				}
			}
		}
		b.advance(1)
	}
	return nil
}

// beginPoints sets the columns by how many values the first point has.
func (p *ptxReader) beginPoints(width int) {
	names := []string{"x", "y", "z"}
	if width == 4 || width == 7 {
		names = append(names, "intensity")
	}
	if width >= 6 {
		names = append(names, colourNames[:]...)
	}
	cols := columnsOf(names)
	assignRoles(cols)
	p.begin(cols, p.hintText(p.promised, width))
}

// isPTX reports whether lines of text begin as a PTX file does.
func isPTX(o *opening) bool {
	return o.text && len(o.word) > 0 && (o.ext == ".ptx" || beginsWithPTXHead(o.window, o.eol))
}

func beginsWithPTXHead(window []byte, eol byte) bool {
	var vals [4]float64
	for _, width := range ptxWidths {
		var line []byte
		for blank(line) {
			if len(window) == 0 {
				return false
			}
			line, window = cutLine(window, eol)
		}
		n, bad := rowParser{}.parse(line, vals[:], nil)
		if bad != nil || n != width {
			return false
		}
	}
	return true
}
