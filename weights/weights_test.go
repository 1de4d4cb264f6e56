package weights

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// raw builds a safetensors file from a header text and data.
func raw(header string, data ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

func sample() *File {
	f := &File{Metadata: map[string]string{"blemish": `{"version":1}`, "a": "ü<>&"}}
	f.Add("b.weight", []float32{1, -2, 3.5, float32(math.Inf(1)), 5, 6}, 2, 3)
	f.Add("a.scalar", []float32{math.MaxFloat32})
	f.Add("c.empty", nil, 0, 4)
	return f
}

func equal(a, b *File) bool {
	same := func(x, y Tensor) bool {
		// Which NaN it is may change where half precision is written.
		bits := func(p, q float32) bool {
			return math.Float32bits(p) == math.Float32bits(q) || x.Half && p != p && q != q
		}
		return x.Name == y.Name && x.Half == y.Half && slices.Equal(x.Shape, y.Shape) && slices.EqualFunc(x.Data, y.Data, bits)
	}
	if len(a.Metadata) != len(b.Metadata) {
		return false
	}
	for k, v := range a.Metadata {
		if w, ok := b.Metadata[k]; !ok || v != w {
			return false
		}
	}
	return slices.EqualFunc(a.Tensors, b.Tensors, same)
}

func TestWriteAndReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	for range 2 { // the second write replaces the first
		if err := Write(path, sample()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	want := sample()
	want.Tensors[0], want.Tensors[1] = want.Tensors[1], want.Tensors[0] // sorted by name
	if !equal(got, want) {
		t.Fatalf("read %+v, wrote %+v", got, want)
	}
	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 {
		t.Fatalf("%d files left behind, want 1", len(left))
	}
}

func TestDataAreAlignedAndOrderDoesNotMatter(t *testing.T) {
	a, b := sample(), sample()
	slices.Reverse(b.Tensors)
	var x, y bytes.Buffer
	if err := errors.Join(Encode(&x, a), Encode(&y, b)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x.Bytes(), y.Bytes()) {
		t.Fatal("the order of tensors changes the bytes")
	}
	if n := binary.LittleEndian.Uint64(x.Bytes()); n%8 != 0 {
		t.Fatalf("header of %d bytes leaves the data unaligned", n)
	}
}

func TestHalfPrecisionIsWidened(t *testing.T) {
	// 1, -2, 65504 (largest), 2^-24 (smallest), -0, +Inf
	data := []byte{0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80, 0x00, 0x7c}
	f, err := Decode(bytes.NewReader(raw(`{"h":{"dtype":"F16","shape":[6],"data_offsets":[0,12]}}  `, data...)))
	if err != nil {
		t.Fatal(err)
	}
	want := []float32{1, -2, 65504, 1.0 / (1 << 24), float32(math.Copysign(0, -1)), float32(math.Inf(1))}
	got, err := f.Get("h", 6)
	if err != nil || !slices.Equal(got, want) || !math.Signbit(float64(got[4])) {
		t.Fatalf("%v %v", got, err)
	}
	if v := widen(0x7e00); v == v {
		t.Fatalf("half NaN became %v", v)
	}
}

// TestHalfPrecisionRoundTrip narrows and widens every half, and rounds in between.
func TestHalfPrecisionRoundTrip(t *testing.T) {
	for h := 0; h <= 0xffff; h++ {
		v := widen(uint16(h))
		back := narrow(v)
		if v != v {
			if w := widen(back); w == w {
				t.Fatalf("NaN %#x became %v", h, w)
			}
			continue
		}
		if back != uint16(h) {
			t.Fatalf("%#x → %v → %#x", h, v, back)
		}
		if h&0x7fff >= 0x7bff {
			continue
		}
		// Halfway to the next one goes to the even one, a little further to the next.
		next := widen(uint16(h + 1))
		mid := v + (next-v)/2
		even := uint16(h + h&1)
		if got := narrow(mid); got != even {
			t.Fatalf("%v lies between %#x and %#x and became %#x", mid, h, h+1, got)
		}
		if got := narrow(math.Nextafter32(mid, next)); got != uint16(h+1) {
			t.Fatalf("above the middle of %#x and %#x: %#x", h, h+1, got)
		}
		if got := narrow(math.Nextafter32(mid, v)); got != uint16(h) {
			t.Fatalf("below the middle of %#x and %#x: %#x", h, h+1, got)
		}
	}
	for v, want := range map[float32]uint16{65519: 0x7bff, 65520: 0x7c00, 1e30: 0x7c00, -1e-30: 0x8000, 1e-45: 0, 0x1p-25: 0} {
		if got := narrow(v); got != want {
			t.Errorf("%v became %#x, want %#x", v, got, want)
		}
	}
}

func TestHalvedFiles(t *testing.T) {
	var f File
	f.Add("a.bias", []float32{1.0 / 3}, 1)
	f.Add("a.weight", []float32{1.0 / 3, -2, 3.5, 0.1, 5, 6, 7}, 1, 7)
	f.Add("z.running_var", []float32{1e-7, 1e5}, 2)
	f.Halve()
	var b bytes.Buffer
	if err := Encode(&b, &f); err != nil {
		t.Fatal(err)
	}
	got, err := Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	want := File{}
	want.Add("a.bias", []float32{1.0 / 3}, 1)
	want.Add("a.weight", []float32{0.33325195, -2, 3.5, 0.099975586, 5, 6, 7}, 1, 7)
	want.Add("z.running_var", []float32{1e-7, 1e5}, 2)
	want.Halve()
	if !equal(got, &want) {
		t.Fatalf("%+v", got)
	}
	f.Find("a.weight").Data[3] = 65520
	if err := Encode(&b, &f); err == nil || !strings.Contains(err.Error(), `"a.weight": value 3 is 65520`) {
		t.Errorf("65520 in half precision: %v", err)
	}
}

func TestOtherNumberFormatsAreRead(t *testing.T) {
	cases := []struct {
		dtype string
		data  []byte
		want  float32
	}{
		{"BF16", []byte{0xc0, 0xbf}, -1.5},
		{"F64", []byte{0, 0, 0, 0, 0, 0, 0xf8, 0xbf}, -1.5},
		{"I64", []byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, -2},
		{"I32", []byte{0xfe, 0xff, 0xff, 0xff}, -2},
		{"I16", []byte{0xfe, 0xff}, -2},
		{"I8", []byte{0xfe}, -2},
		{"U8", []byte{0xfe}, 254},
		{"BOOL", []byte{1}, 1},
	}
	for _, c := range cases {
		header := fmt.Sprintf(`{"a":{"dtype":"%s","shape":[1],"data_offsets":[0,%d]}}`, c.dtype, len(c.data))
		f, err := Decode(bytes.NewReader(raw(header, c.data...)))
		if err != nil {
			t.Errorf("%s: %v", c.dtype, err)
		} else if got := f.Find("a").Data[0]; got != c.want {
			t.Errorf("%s: %v, want %v", c.dtype, got, c.want)
		}
	}
}

func TestBrokenFilesAreRefused(t *testing.T) {
	one := `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	cases := []struct {
		name, says string
		file       []byte
	}{
		{"empty", "shorter", nil},
		{"text", "header length", []byte("# a point cloud\n1 2 3\n")},
		{"header too long", "header length", binary.LittleEndian.AppendUint64(nil, 1<<60)},
		{"header cut off", "header ends", raw(one)[:20]},
		{"no object", "not a JSON object", raw(`[1,2]`)},
		{"bad JSON", "header", raw(`{"a":}`)},
		{"text after", "text after", raw(one + "x")},
		{"twice", `"a" is there twice`, raw(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`)},
		{"dtype", `"a" has dtype "C64"`, raw(`{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}`, make([]byte, 8)...)},
		{"no shape", `"a" lacks`, raw(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, make([]byte, 4)...)},
		{"one offset", `"a" lacks`, raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, make([]byte, 4)...)},
		{"negative", "impossible shape", raw(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, make([]byte, 4)...)},
		{"overflow", "impossible shape", raw(`{"a":{"dtype":"F32","shape":[2000000000,2000000000,2000000000],"data_offsets":[0,4]}}`)},
		{"size", "needs 8 bytes", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, make([]byte, 4)...)},
		{"backwards", "needs 4 bytes", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, make([]byte, 4)...)},
		{"gap", `"a" starts at byte 4`, raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, make([]byte, 8)...)},
		{"overlap", `starts at byte 0 of the data, want 4`, raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, make([]byte, 4)...)},
		{"data cut off", `end of tensor "a"`, raw(one, 1, 2)},
		{"a promise of 400 MB", `end of tensor "a"`, raw(`{"a":{"dtype":"F32","shape":[100000000],"data_offsets":[0,400000000]}}`, 1, 2)},
		{"a promise of 4 GB", `at most 134217728 are read`, raw(`{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}`, 1, 2)},
		{"many axes", "100000 axes, at most 16", raw(`{"a":{"dtype":"F32","shape":[1`+strings.Repeat(",1", 99999)+`],"data_offsets":[0,4]}}`, 1, 2, 3, 4)},
		{"a long name", "10000000 bytes, at most 1024", raw(`{"`+strings.Repeat("n", 10_000_000)+`":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 1, 2, 3, 4)},
		{"a header of 100 MB", "header length 100000000", binary.LittleEndian.AppendUint64(nil, 100_000_000)},
		{"nested deeply", "header", raw(`{"a":` + strings.Repeat(`[`, 1_000_000))},
		{"rest", "go on after", raw(one, 1, 2, 3, 4, 5)},
	}
	for _, c := range cases {
		_, err := Decode(bytes.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
		if c.name != "dtype" && !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v is no ErrFormat", c.name, err)
		}
	}
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
	path := filepath.Join(t.TempDir(), "x.pcd")
	os.WriteFile(path, []byte("# .PCD v0.7"), 0o644)
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v does not name the file", err)
	}
}

func TestEncodeRefusesWhatItCouldNotReadBack(t *testing.T) {
	for _, f := range []File{
		{Tensors: []Tensor{{Name: "a", Shape: []int{2}, Data: []float32{1}}}},
		{Tensors: []Tensor{{Name: "", Shape: []int{1}, Data: []float32{1}}}},
		{Tensors: []Tensor{{Name: metadataKey, Shape: []int{1}, Data: []float32{1}}}},
		{Tensors: []Tensor{{Name: "a\xff", Shape: []int{1}, Data: []float32{1}}}},
		{Tensors: []Tensor{{Name: "a", Shape: []int{-1, -1}, Data: []float32{1}}}},
		{Tensors: []Tensor{{Name: "a", Shape: []int{1}, Data: []float32{1}}, {Name: "a", Shape: []int{1}, Data: []float32{1}}}},
		{Metadata: map[string]string{"k": "\xff"}},
	} {
		if err := Encode(&bytes.Buffer{}, &f); err == nil {
			t.Errorf("%+v was written", f)
		}
	}
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if Write(path, &File{Tensors: []Tensor{{Name: "a", Shape: []int{2}, Data: nil}}}) == nil {
		t.Error("a broken tensor was written")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 0 {
		t.Errorf("a failed write left %v", left)
	}
}

func TestGetChecksNameAndShape(t *testing.T) {
	f := sample()
	if _, err := f.Get("b.weight", -1, 3); err != nil {
		t.Error(err)
	}
	for _, shape := range [][]int{{3, 2}, {6}, {2, 3, 1}} {
		if _, err := f.Get("b.weight", shape...); err == nil || !strings.Contains(err.Error(), "[2 3]") {
			t.Errorf("shape %v: %v", shape, err)
		}
	}
	if _, err := f.Get("nothing", 1); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := Encode(&b, sample()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(raw(`{"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}`, 1, 2))
	f.Add(raw(`{}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := Decode(bytes.NewReader(file))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := Encode(&out, got); err != nil {
			if got.Find("") != nil {
				return // an empty name can be read, not written
			}
			t.Fatal(err)
		}
		again, err := Decode(&out)
		if err != nil || !equal(got, again) {
			t.Fatalf("round trip: %v", err)
		}
	})
}

func Example() {
	var f File
	f.Metadata = map[string]string{"made-by": "an example"}
	f.Add("layer.weight", []float32{1, 2, 3, 4, 5, 6}, 2, 3)
	var stream bytes.Buffer
	if err := Encode(&stream, &f); err != nil {
		panic(err)
	}
	back, err := Decode(&stream)
	if err != nil {
		panic(err)
	}
	w, err := back.Get("layer.weight", -1, 3) // any number of rows of 3
	fmt.Println(w, err, back.Metadata["made-by"])
	// Output: [1 2 3 4 5 6] <nil> an example
}
