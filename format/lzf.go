package format

import (
	"encoding/binary"
	"errors"
)

// LZF is Marc Lehmann's LibLZF format, which binary_compressed PCD uses: a
// control byte below 32 is followed by that many bytes, plus one, as they are;
// otherwise its upper three bits are a length (7: another byte is added), its
// lower five and the next byte how far back to copy from.
const (
	lzfMaxLiteral = 32
	lzfMaxOffset  = 1 << 13
	lzfMaxMatch   = 2 + 7 + 255
	lzfMaxRatio   = lzfMaxMatch/3 + 1 // the longest match takes three bytes
	lzfHashBits   = 15

	// Beyond lzfTrusted bytes, more than lzfUsual times the packed ones are refused:
	// points compress two or three times, and a small file must not fill the memory.
	lzfTrusted = 256 << 20
	lzfUsual   = 16
)

// lzfExpand unpacks in, which must fill out exactly. at is the place of the
// fault in in.
func lzfExpand(out, in []byte) (at int, err error) {
	i, o := 0, 0
	for i < len(in) {
		control := int(in[i])
		i++
		if control < lzfMaxLiteral {
			n := control + 1
			if n > len(in)-i {
				return i, errors.New("a run of bytes leaves the input")
			}
			if n > len(out)-o {
				return i, errors.New("more data than announced")
			}
			copy(out[o:o+n], in[i:i+n])
			i, o = i+n, o+n
			continue
		}
		n := control >> 5
		if n == 7 {
			if i == len(in) {
				return i, errors.New("a length is missing")
			}
			n += int(in[i])
			i++
		}
		if i == len(in) {
			return i, errors.New("a distance is missing")
		}
		back := control&31<<8 | int(in[i]) + 1
		i++
		n += 2
		if back > o {
			return i, errors.New("a copy begins before the data")
		}
		if n > len(out)-o {
			return i, errors.New("more data than announced")
		}
		if back >= n {
			copy(out[o:o+n], out[o-back:])
			o += n
			continue
		}
		for ; n > 0; n-- { // the copy overlaps itself
			out[o] = out[o-back]
			o++
		}
	}
	if o != len(out) {
		return i, errors.New("less data than announced")
	}
	return 0, nil
}

// lzfCompress packs in, which must be shorter than 4 GiB. The result is never longer than in by more than one byte
// in 32, and two.
func lzfCompress(in []byte) []byte {
	out := make([]byte, 0, len(in)/2+len(in)/32+16)
	var table [1 << lzfHashBits]uint32 // place after the last one of each hash
	from := 0                          // where the pending run of bytes begins
	for i := 0; i+4 <= len(in); {
		word := binary.LittleEndian.Uint32(in[i:]) & 0xffffff
		h := word * 0x9e3779b1 >> (32 - lzfHashBits)
		ref := int(table[h]) - 1
		table[h] = uint32(i + 1)
		if ref < 0 || i-ref > lzfMaxOffset || binary.LittleEndian.Uint32(in[ref:])&0xffffff != word {
			i++
			continue
		}
		n := 3
		for most := min(lzfMaxMatch, len(in)-i); n < most && in[ref+n] == in[i+n]; {
			n++
		}
		out = lzfLiteral(out, in[from:i])
		back := i - ref - 1
		if n < 9 {
			out = append(out, byte((n-2)<<5|back>>8), byte(back))
		} else {
			out = append(out, byte(7<<5|back>>8), byte(n-9), byte(back))
		}
		i += n
		from = i
	}
	return lzfLiteral(out, in[from:])
}

func lzfLiteral(out, run []byte) []byte {
	for len(run) > 0 {
		n := min(len(run), lzfMaxLiteral)
		out = append(append(out, byte(n-1)), run[:n]...)
		run = run[n:]
	}
	return out
}
