package pointmae

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"blemish/weights"
)

// TestPublishedCheckpoint loads a checkpoint that PyTorch wrote in the layout of the
// published ones (weights/testdata/make_checkpoints.py) and runs it.
func TestPublishedCheckpoint(t *testing.T) {
	c, err := weights.ReadTorch(filepath.Join("..", "weights", "testdata", "pointmae.pth"))
	if err != nil {
		t.Fatal(err)
	}
	shape, err := ShapeOf(&c.File, "")
	want := Config{Width: 4, Encoder: 2, Decoder: 1, Heads: 1, GroupSize: 2, Embed: [3]int{3, 5, 6}, PosHidden: 7}
	if err != nil || shape != want {
		t.Fatalf("shape %+v (%v), want %+v", shape, err, want)
	}
	m, err := Load(shape, &c.File, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := m.embed.Norm1.Batches; got != 1 {
		t.Errorf("%v batches tracked, want 1", got)
	}
	points, err := NewSession(m, 1).Reconstruct(context.Background(), randomClouds(1, 10, 5, 2))
	if err != nil || len(points[0]) != 4*2 || !points[0][0].Finite() {
		t.Errorf("reconstruction %v, %v", points, err)
	}
}

func TestShapeOfOtherFiles(t *testing.T) {
	var f weights.File
	if _, err := ShapeOf(&f, ""); err == nil || !strings.Contains(err.Error(), "first_conv.0.weight") {
		t.Errorf("an empty file: %v", err)
	}
	newModel(t, smallConfig).Save(&f, "")
	f.Find("increase_dim.0.weight").Shape = nil
	if _, err := ShapeOf(&f, ""); err == nil || !strings.Contains(err.Error(), "increase_dim.0.weight") {
		t.Errorf("a head without a shape: %v", err)
	}
}

// TestBadWeights breaks a good file in every way that Load must name.
func TestBadWeights(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	cases := []struct {
		name   string
		says   []string
		change func(f *weights.File)
	}{
		{"missing", []string{`"MAE_encoder.norm.bias"`, "missing"}, func(f *weights.File) { f.Find("MAE_encoder.norm.bias").Name = "other" }},
		{"missing statistics", []string{`"MAE_encoder.encoder.first_conv.1.running_var"`, "missing"}, func(f *weights.File) {
			f.Find("MAE_encoder.encoder.first_conv.1.running_var").Name = "other"
		}},
		{"extra", []string{`"MAE_encoder.blocks.blocks.9.norm1.bias"`, "no place"}, func(f *weights.File) {
			f.Add("MAE_encoder.blocks.blocks.9.norm1.bias", make([]float32, 3), 3)
		}},
		{"shape", []string{`"mask_token"`, "shape [1 2]", "want [1 1 "}, func(f *weights.File) {
			x := f.Find("mask_token")
			x.Shape, x.Data = []int{1, 2}, x.Data[:2]
		}},
		{"NaN", []string{`"decoder_pos_embed.2.weight"`, "value 3 is NaN"}, func(f *weights.File) { f.Find("decoder_pos_embed.2.weight").Data[3] = nan }},
		{"infinity", []string{`"MAE_encoder.encoder.second_conv.1.running_mean"`, "value 1 is +Inf"}, func(f *weights.File) {
			f.Find("MAE_encoder.encoder.second_conv.1.running_mean").Data[1] = inf
		}},
		{"negative variance", []string{`"MAE_encoder.encoder.first_conv.1.running_var"`, "variance 0 is -1"}, func(f *weights.File) {
			f.Find("MAE_encoder.encoder.first_conv.1.running_var").Data[0] = -1
		}},
	}
	for _, prefix := range []string{"", "net."} {
		for _, c := range cases {
			var plain, f weights.File
			newModel(t, smallConfig).Save(&plain, "")
			c.change(&plain)
			for _, x := range plain.Tensors {
				f.Add(prefix+x.Name, x.Data, x.Shape...)
			}
			f.Add("beside", []float32{1}, 1) // not the network's
			_, err := Load(smallConfig, &f, prefix)
			for _, says := range c.says {
				says = strings.Replace(says, `"`, `"`+prefix, 1)
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("%s: error %v, want one that says %s", c.name, err, says)
				}
			}
		}
	}
}
