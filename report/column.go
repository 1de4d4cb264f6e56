package report

// How numbers travel to the page: quantised columns, differences where they are
// smaller, bytes of equal weight together, gzip, base64.

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"math"
)

// column is one quantity of every point: value = Lo + Step·q.
type column struct {
	Name  string  `json:"name"`
	N     int     `json:"n"`
	Bytes int     `json:"bytes"` // 1 or 2 a value
	Delta bool    `json:"delta"` // stored as differences, modulo 256 or 65536
	Lo    float64 `json:"lo"`
	Step  float64 `json:"step"`
	q     []uint16
}

// quantise rounds values to lo + step·q with q in 0…top; what lies outside goes
// to the ends, NaN to the lower. With floor the value is rounded down instead, so
// that it stays on its side of any threshold that is a multiple of step above lo.
func quantise(name string, values []float64, lo, step float64, top int, floor bool) column {
	c := column{Name: name, N: len(values), Bytes: 1, Lo: lo, Step: step, q: make([]uint16, len(values))}
	if top > 255 {
		c.Bytes = 2
	}
	shift := 0.5
	if floor {
		shift = 1e-6 // a value on the grid must not fall below it
	}
	for i, v := range values {
		q := math.Floor((v-lo)/step + shift)
		if !(q > 0) {
			q = 0
		}
		c.q[i] = uint16(min(q, float64(top)))
	}
	return c
}

// packColumns chooses the smaller spelling of each column and returns the stream
// as base64 of gzip.
func packColumns(columns []column) (string, error) {
	var raw bytes.Buffer
	for i := range columns {
		c := &columns[i]
		plain := planes(c.q, c.Bytes)
		delta := planes(differences(c.q), c.Bytes)
		if entropy(delta) < entropy(plain) {
			c.Delta = true
			plain = delta
		}
		for _, p := range plain {
			raw.Write(p)
		}
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(raw.Bytes()); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

func differences(q []uint16) []uint16 {
	out := make([]uint16, len(q))
	last := uint16(0)
	for i, v := range q {
		out[i] = v - last
		last = v
	}
	return out
}

// planes splits values into their low and, for two bytes, their high bytes.
func planes(q []uint16, width int) [][]byte {
	out := make([][]byte, width)
	for b := range out {
		out[b] = make([]byte, len(q))
		for i, v := range q {
			out[b][i] = byte(v >> (8 * b))
		}
	}
	return out
}

// entropy is the Shannon entropy of the planes in bits, each byte by itself.
func entropy(planes [][]byte) float64 {
	total := 0.0
	for _, p := range planes {
		var count [256]int
		for _, b := range p {
			count[b]++
		}
		for _, n := range count {
			if n > 0 {
				total -= float64(n) * math.Log2(float64(n)/float64(len(p)))
			}
		}
	}
	return total
}
