package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"blemish/geom"
)

// TestPCDPeculiarities reads one file with what a PCD may have beside plain
// fields: padding, fields of several values, colours packed into a float, every
// type, and counts that contradict each other.
func TestPCDPeculiarities(t *testing.T) {
	var record bytes.Buffer
	put := func(v any) { binary.Write(&record, binary.LittleEndian, v) }
	for i := range 3 {
		put(float64(i))                                         // x
		put(float32(10 + i))                                    // y
		record.WriteString("pad")                               // _
		put([2]int16{int16(-i), int16(7 * i)})                  // hist
		put(math.Float32frombits(uint32(0xff<<24 | i<<16 | 5))) // rgb
		put(int8(-1 - i))                                       // z
		put(uint64(1 << (40 + i)))                              // stamp
	}
	head := "# comment\n\nversion .7\nFIELDS x y _ hist rgb z stamp\nSIZE 8 4 1 2 4 1 8\nTYPE F F U I F I U\nCOUNT 1 1 3 2 1 1 1\nWIDTH 7\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS 3\nDATA binary\n"
	c, info, err := DecodeCloud(strings.NewReader(head+record.String()), "a.pcd")
	if err != nil {
		t.Fatal(err)
	}
	want := &geom.Cloud{
		Points: []geom.Vec3{{X: 0, Y: 10, Z: -1}, {X: 1, Y: 11, Z: -2}, {X: 2, Y: 12, Z: -3}},
		Scalars: map[string][]float32{
			"hist[0]": {0, -1, -2}, "hist[1]": {0, 7, 14},
			"red": {0, 1, 2}, "green": {0, 0, 0}, "blue": {5, 5, 5},
			"stamp": {1 << 40, 1 << 41, 1 << 42},
		},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v", c)
	}
	if len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "POINTS was taken") {
		t.Errorf("%+v", info)
	}
}

func TestPCDOldHeaders(t *testing.T) {
	for _, head := range []string{
		"COLUMNS x y z\nPOINTS 2\nDATA ascii\n",
		"# .PCD v.5\nVERSION .5\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 2\nDATA ascii\n",
		"VERSION 0.6\r\nFIELDS z y x\r\nSIZE 4 4 4\r\nTYPE F F F\r\nCOUNT 1 1 1\r\nWIDTH 1\r\nHEIGHT 2\r\nDATA ASCII\r\n",
	} {
		c, _, err := DecodeCloud(strings.NewReader(head+"1 2 3\n\n4 5 6\n"), "a.pcd")
		if err != nil || c.Len() != 2 || c.Points[1].Y != 5 {
			t.Errorf("%q: %v %v", head, c, err)
		}
	}
}

// TestColoursInPCD writes colours from both sources and from a uint32 in text.
func TestColoursInPCD(t *testing.T) {
	c := &geom.Cloud{Points: []geom.Vec3{{X: 1}, {X: 2}}}
	rgb := [][3]uint8{{255, 128, 0}, {1, 2, 3}}
	for _, encoding := range []string{"ascii", "binary", "binary_compressed"} {
		var file bytes.Buffer
		if err := EncodeCloud(&file, "a.pcd", c, WriteOptions{Encoding: encoding, Colors: rgb}); err != nil {
			t.Fatal(err)
		}
		got, _, err := DecodeCloud(&file, "a.pcd")
		if err != nil || !reflect.DeepEqual(got.Scalar("red"), []float32{255, 1}) || !reflect.DeepEqual(got.Scalar("green"), []float32{128, 2}) {
			t.Errorf("%s: %v %v", encoding, got, err)
		}
	}
}

// TestViewpointIsTheSensor writes and reads the scanner's place, near and far from 0.
func TestViewpointIsTheSensor(t *testing.T) {
	for _, origin := range [][3]float64{{}, {450000, -5.4e6, 300}} {
		for _, encoding := range []string{"ascii", "binary", "binary_compressed"} {
			c := &geom.Cloud{Origin: origin, Sensor: &geom.Vec{X: 1.25, Y: -2, Z: 3.5}}
			for i := range 50 {
				c.Points = append(c.Points, geom.Vec3{X: float32(i), Y: float32(i % 7), Z: float32(i % 5)})
			}
			var file bytes.Buffer
			if err := EncodeCloud(&file, "a.pcd", c, WriteOptions{Encoding: encoding}); err != nil {
				t.Fatal(err)
			}
			got, _, err := DecodeCloud(&file, "a.pcd")
			if err != nil || got.Sensor == nil {
				t.Fatalf("%s: no sensor (%v)", encoding, err)
			}
			was, is := geom.Pose{R: geom.Identity3(), T: *c.Sensor}.Absolute([3]float64{}, c.Origin), geom.Pose{R: geom.Identity3(), T: *got.Sensor}.Absolute([3]float64{}, got.Origin)
			if was.T.Sub(is.T).Norm() > 1e-9 {
				t.Errorf("%s: the sensor was at %v and came back at %v", encoding, was.T, is.T)
			}
		}
	}
	head := "FIELDS x y z\nVIEWPOINT %s\nPOINTS 1\nDATA ascii\n1 2 3\n"
	for viewpoint, warns := range map[string]bool{"0 0 0 1 0 0 0": false, "0 0 0 0.5 0.5 0.5 0.5": false, "1 2 3": true, "nan 0 0 1 0 0 0": true, "a b c d e f g": true} {
		c, info, err := DecodeCloud(strings.NewReader(fmt.Sprintf(head, viewpoint)), "a.pcd")
		if err != nil || c.Sensor != nil || len(info.Warnings) > 0 != warns {
			t.Errorf("VIEWPOINT %s: sensor %v, warnings %q, error %v", viewpoint, c.Sensor, info.Warnings, err)
		}
	}
}

// TestZerosBehindACompressedBlock: PCL leaves some, and they mean nothing.
func TestZerosBehindACompressedBlock(t *testing.T) {
	var file bytes.Buffer
	if err := EncodeCloud(&file, "a.pcd", &geom.Cloud{Points: []geom.Vec3{{X: 1}, {X: 2}, {Y: 3}}}, WriteOptions{Encoding: "binary_compressed"}); err != nil {
		t.Fatal(err)
	}
	for tail, warns := range map[string]bool{"": false, strings.Repeat("\x00", 3870): false, strings.Repeat("\x00", 3870) + "a": true} {
		c, info, err := DecodeCloud(strings.NewReader(file.String()+tail), "a.pcd")
		if err != nil || c.Len() != 3 || len(info.Warnings) > 0 != warns {
			t.Errorf("%d bytes behind the block: %+v %v", len(tail), info, err)
		}
	}
}

// TestMissedReturnsAreTold reads a scan with points at 0 0 0, near and far.
func TestMissedReturnsAreTold(t *testing.T) {
	for _, far := range []int{0, 5400000} {
		var near, file strings.Builder
		for i := range 60 {
			fmt.Fprintf(&near, "%d %d %d\n", i, i%7+1, i%5)
			fmt.Fprintf(&file, "%d %d %d\n", far+i, far+i%7+1, i%5)
			if i%6 == 0 {
				file.WriteString("0 0 0\n")
			}
		}
		c, info, err := DecodeCloud(strings.NewReader(file.String()), "a.xyz")
		if err != nil || c.Len() != 70 || info.Missed != 10 || len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "10 of 70 points") {
			t.Errorf("%d away: %+v %v", far, info, err)
		}
		if _, info, err := DecodeCloud(strings.NewReader(near.String()+"0 0 0\n"), "a.xyz"); err != nil || info.Missed != 0 || info.Warnings != nil {
			t.Errorf("one point at 0 0 0: %+v %v", info, err)
		}
	}
}

// TestReadErrorsAreNotTruncation fails while reading: the cause must come out.
func TestReadErrorsAreNotTruncation(t *testing.T) {
	counted, open := cutFiles(t)
	broken := errors.New("cable pulled")
	for _, files := range []map[string][]byte{counted, open} {
		for name, data := range files {
			for _, n := range []int{0, 3, len(data) / 2, len(data) - 1} {
				_, _, err := DecodeCloud(&failing{bytes.NewReader(data[:n]), broken}, name)
				if !errors.Is(err, broken) {
					t.Errorf("%s after %d bytes: %v", name, n, err)
				}
			}
		}
	}
}

type failing struct {
	r   *bytes.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.r.Len() == 0 {
		return 0, f.err
	}
	return f.r.Read(p)
}

func TestNPYRefusals(t *testing.T) {
	file := func(dict string) []byte {
		dict += "\n"
		return append(append([]byte(npyMagic+"\x01\x00"), byte(len(dict)), byte(len(dict)>>8)), dict...)
	}
	for dict, says := range map[string]string{
		"{'descr': '<f4', 'fortran_order': True, 'shape': (5, 3), }":                     "ascontiguousarray",
		"{'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, 'shape': (5,)}": "structured",
		"{'descr': '<c8', 'fortran_order': False, 'shape': (5, 3), }":                    "save it as float32",
		"{'descr': '|O', 'fortran_order': False, 'shape': (5, 3), }":                     "save it as float32",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 50), }":                   "",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }":                    "a.T",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (15,), }":                     "N rows",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 3), }":                   "no length",
		"{'descr': '<f4'}": "no shape",
		"":                 "not read",
	} {
		_, _, err := DecodeCloud(bytes.NewReader(file(dict)), "a.npy")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", dict, err)
		}
	}
	for descr, raw := range map[string]string{"<f4": "\x00\x00\x80\x3f", ">f4": "\x3f\x80\x00\x00", "<f8": "\x00\x00\x00\x00\x00\x00\xf0\x3f", "|b1": "\x01", "|i1": "\x01", ">u2": "\x00\x01", "<i8": "\x01\x00\x00\x00\x00\x00\x00\x00"} {
		in := append(file("{'descr': '"+descr+"', 'fortran_order': False, 'shape': (2, 3), }"), strings.Repeat(raw, 6)...)
		c, _, err := DecodeCloud(bytes.NewReader(in), "a.npy")
		if err != nil || c.Points[1] != (geom.Vec3{X: 1, Y: 1, Z: 1}) {
			t.Errorf("%s: %v %v", descr, c, err)
		}
	}
}

// TestBinaryFacesOfAllTypes reads corner numbers in every integer type and refuses
// those that are none, naming the byte.
func TestBinaryFacesOfAllTypes(t *testing.T) {
	for typ, st := range plyTypes {
		for _, bad := range []bool{false, true} {
			if bad && st.kind == 'u' {
				continue
			}
			var file bytes.Buffer
			file.WriteString("ply\nformat binary_big_endian 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list ushort " + typ + " vertex_index\nend_header\n")
			binary.Write(&file, binary.BigEndian, []float32{0, 0, 0, 1, 0, 0, 0, 1, 0})
			start := file.Len()
			binary.Write(&file, binary.BigEndian, uint16(3))
			for k := range 3 {
				if bad {
					k = -1 - k
				}
				bits := uint64(k)
				if st == (scalarType{'f', 4}) {
					bits = uint64(math.Float32bits(float32(k)))
				} else if st.kind == 'f' {
					bits = math.Float64bits(float64(k))
				}
				for b := st.size - 1; b >= 0; b-- {
					file.WriteByte(byte(bits >> (8 * b)))
				}
			}
			m, _, err := DecodeMesh(&file, "a.ply")
			var syntax *SyntaxError
			if !bad && (err != nil || m.Faces[0] != [3]int32{0, 1, 2}) {
				t.Errorf("%s: %v %v", typ, m, err)
			}
			if bad && (!errors.As(err, &syntax) || syntax.Offset != int64(start)) {
				t.Errorf("%s below 0: %v", typ, err)
			}
		}
	}
}
