package format

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

func TestLZFRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Pieces that repeat, near and far.
		var in []byte
		piece := rapid.SliceOfN(rapid.Byte(), 1, 400)
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			p := piece.Draw(t, "piece")
			in = append(in, bytes.Repeat(p, rapid.IntRange(1, 40).Draw(t, "times"))...)
		}
		packed := lzfCompress(in)
		if len(packed) > len(in)+len(in)/32+2 {
			t.Fatalf("%d bytes became %d", len(in), len(packed))
		}
		out := make([]byte, len(in))
		if at, err := lzfExpand(out, packed); err != nil {
			t.Fatalf("at %d: %v", at, err)
		}
		if !bytes.Equal(in, out) {
			t.Fatal("read back differs")
		}
		if len(in) > 0 {
			if _, err := lzfExpand(out[:len(in)-1], packed); err == nil {
				t.Fatal("too much data goes unnoticed")
			}
			if _, err := lzfExpand(append(out, 0), packed); err == nil {
				t.Fatal("too little data goes unnoticed")
			}
		}
	})
}

func TestLZFPacks(t *testing.T) {
	in := make([]byte, 1<<20)
	if n := len(lzfCompress(in)); n > len(in)/lzfMaxMatch*3+10 {
		t.Errorf("a million zeros become %d bytes", n)
	}
}

// TestLZFKnown unpacks bytes written by hand after the format's description.
func TestLZFKnown(t *testing.T) {
	packed := []byte{2, 'a', 'b', 'c', 1 << 5, 2, 7 << 5, 1, 0, 0, '!'} // abc, 3 from 3 back, 10 from 1 back, !
	out := make([]byte, 17)
	if _, err := lzfExpand(out, packed); err != nil || string(out) != "abcabccccccccccc!" {
		t.Fatalf("%q %v", out, err)
	}
}
