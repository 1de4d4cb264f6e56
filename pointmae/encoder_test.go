package pointmae

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"testing"
)

// testdata/make_encoder.py says what the encoder's blocks give, in NumPy.
func TestEncoderFeaturesEqualTheScripts(t *testing.T) {
	data, err := os.ReadFile("testdata/encoder.f32")
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, len(data)/4)
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, want); err != nil {
		t.Fatal(err)
	}
	f := golden(t)
	m, err := Load(goldenConfig, f, "init.")
	if err != nil {
		t.Fatal(err)
	}
	batch := goldenBatch(t, f)
	for i := range batch {
		batch[i].Masked = nil
	}
	s := NewSession(m, 2)
	got, err := s.EncoderFeatures(context.Background(), batch, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	size := len(batch[0].Centres) * goldenConfig.Width
	for b := range 2 {
		for i := range batch {
			at := (b*len(batch) + i) * size
			near(t, "encoder's block", got[i][b], want[at:at+size], 1e-4)
		}
	}
	// A session goes on as before.
	if _, err := s.Features(context.Background(), batch, 1); err != nil {
		t.Error(err)
	}
	if _, err := s.EncoderFeatures(context.Background(), batch, 3); err == nil {
		t.Error("there is a third block")
	}
	batch[1].Masked = make([]bool, len(batch[1].Centres))
	if _, err := s.EncoderFeatures(context.Background(), batch, 1); err == nil {
		t.Error("a mask is taken")
	}
}
