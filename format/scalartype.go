package format

import (
	"encoding/binary"
	"math"
)

// scalarType is how one binary number is stored.
type scalarType struct {
	kind byte // 'i', 'u' or 'f'
	size int  // bytes
}

// valid reports whether the type is one that can be decoded.
func (t scalarType) valid() bool {
	switch t.size {
	case 1, 2:
		return t.kind == 'i' || t.kind == 'u'
	case 4, 8:
		return t.kind == 'i' || t.kind == 'u' || t.kind == 'f'
	}
	return false
}

// decode reads len(dst) little-endian numbers from raw, the first at offset off,
// stride bytes apart.
func (t scalarType) decode(dst []float64, raw []byte, off, stride int) {
	if len(dst) == 0 {
		return
	}
	_ = raw[off+(len(dst)-1)*stride+t.size-1]
	le := binary.LittleEndian
	switch t {
	case scalarType{'f', 4}:
		for i := range dst {
			dst[i] = float64(math.Float32frombits(le.Uint32(raw[off+i*stride:])))
		}
	case scalarType{'f', 8}:
		for i := range dst {
			dst[i] = math.Float64frombits(le.Uint64(raw[off+i*stride:]))
		}
	default:
		for i := range dst {
			v := t.bits(raw[off+i*stride:])
			if t.kind == 'u' {
				dst[i] = float64(v)
			} else {
				dst[i] = float64(t.signed(v))
			}
		}
	}
}

// bits reads one little-endian number as it stands.
func (t scalarType) bits(raw []byte) uint64 {
	switch t.size {
	case 1:
		return uint64(raw[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(raw))
	case 4:
		return uint64(binary.LittleEndian.Uint32(raw))
	}
	return binary.LittleEndian.Uint64(raw)
}

// signed extends the sign of a number of t's size.
func (t scalarType) signed(v uint64) int64 {
	shift := 64 - 8*t.size
	return int64(v<<shift) >> shift
}

// index reads one little-endian number as an index; false where it is negative,
// not whole or beyond int32.
func (t scalarType) index(raw []byte) (int32, bool) {
	var v int64
	switch t.kind {
	case 'f':
		var f [1]float64
		t.decode(f[:], raw, 0, t.size)
		v = int64(f[0])
		if float64(v) != f[0] {
			return 0, false
		}
	case 'u':
		u := t.bits(raw)
		if u > math.MaxInt32 {
			return 0, false
		}
		return int32(u), true
	default:
		v = t.signed(t.bits(raw))
	}
	if v < 0 || v > math.MaxInt32 {
		return 0, false
	}
	return int32(v), true
}

// swap reverses the bytes of n numbers in place: big-endian to little-endian.
func (t scalarType) swap(raw []byte, off, stride, n int) {
	if t.size == 1 {
		return
	}
	for i := 0; i < n; i++ {
		b := raw[off+i*stride : off+i*stride+t.size]
		for l, r := 0, t.size-1; l < r; l, r = l+1, r-1 {
			b[l], b[r] = b[r], b[l]
		}
	}
}
