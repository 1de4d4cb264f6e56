package weights

import (
	"encoding/binary"
	"math"
)

// dtype is a number format of tensors on disk, under its safetensors name. All are
// little-endian; all become float32 in memory.
type dtype struct {
	name string
	size int                             // bytes a value
	read func(src []byte, dst []float32) // len(dst) values
}

// dtypes lists what can be read. Float64 and whole numbers beyond 2²⁴ are rounded
// to the nearest float32.
var dtypes = []dtype{
	{"F32", 4, each(4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })},
	{"F16", 2, each(2, func(b []byte) float32 { return widen(binary.LittleEndian.Uint16(b)) })},
	{"BF16", 2, each(2, func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) })},
	{"F64", 8, each(8, func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) })},
	{"I64", 8, each(8, func(b []byte) float32 { return float32(int64(binary.LittleEndian.Uint64(b))) })},
	{"I32", 4, each(4, func(b []byte) float32 { return float32(int32(binary.LittleEndian.Uint32(b))) })},
	{"I16", 2, each(2, func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) })},
	{"I8", 1, each(1, func(b []byte) float32 { return float32(int8(b[0])) })},
	{"U8", 1, each(1, func(b []byte) float32 { return float32(b[0]) })},
	{"BOOL", 1, each(1, func(b []byte) float32 { return float32(b[0]) })},
}

// each makes a reader of many values from a reader of one.
func each(size int, one func([]byte) float32) func([]byte, []float32) {
	return func(src []byte, dst []float32) {
		for i := range dst {
			dst[i] = one(src[i*size : i*size+size])
		}
	}
}

// dtypeOf returns the format of that name, nil for one that is not understood.
func dtypeOf(name string) *dtype {
	for i := range dtypes {
		if dtypes[i].name == name {
			return &dtypes[i]
		}
	}
	return nil
}

// widen converts IEEE half precision to single, exactly.
func widen(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10&31), uint32(h&1023)
	switch exponent {
	case 0: // zero and subnormal: fraction · 2⁻²⁴
		v := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31: // infinity and NaN
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// narrow converts single to IEEE half precision, rounding to nearest, ties to even;
// beyond 65519 it gives infinity.
func narrow(v float32) uint16 {
	bits := math.Float32bits(v)
	sign, exponent, fraction := uint16(bits>>16)&0x8000, int(bits>>23&255)-127+15, bits&(1<<23-1)
	if exponent == 255-127+15 && fraction != 0 {
		return sign | 0x7e00 // NaN
	}
	whole, shift := uint32(max(exponent, 0))<<10, 13
	switch {
	case exponent >= 31:
		return sign | 0x7c00
	case exponent < -10:
		return sign
	case exponent <= 0: // subnormal
		fraction |= 1 << 23
		shift = 14 - exponent
	}
	rest, half := fraction&(1<<shift-1), uint32(1)<<(shift-1)
	whole += fraction >> shift
	if rest > half || rest == half && whole&1 == 1 {
		whole++ // a carry moves into the exponent, as it should
	}
	return sign | uint16(whole)
}
