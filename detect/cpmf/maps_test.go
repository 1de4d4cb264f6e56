package cpmf

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"strings"
	"testing"

	"blemish/tensor"
	"blemish/weights"
)

// drawnNet is the network of testdata/make_maps.py: tensors follow formulas, by their number.
func drawnNet() *weights.File {
	f := &weights.File{}
	count := 0.0
	add := func(name string, value func(i, t float64) float64, shape ...int) {
		n := 1
		for _, s := range shape {
			n *= s
		}
		data := make([]float32, n)
		for i := range data {
			data[i] = float32(value(float64(i), count))
		}
		count++
		f.Add(name, data, shape...)
	}
	conv := func(name, norm string, in, out, size int) {
		scale := math.Sqrt(2 / float64(in*size*size))
		add(name+".weight", func(i, t float64) float64 { return math.Sin(0.61803*i+t) * scale }, out, in, size, size)
		add(norm+".weight", func(i, t float64) float64 { return 1 + 0.1*math.Sin(i+t) }, out)
		add(norm+".bias", func(i, t float64) float64 { return 0.1 * math.Cos(i+t) }, out)
		add(norm+".running_mean", func(i, t float64) float64 { return 0.1 * math.Sin(2*i+t) }, out)
		add(norm+".running_var", func(i, t float64) float64 { return 1 + 0.5*math.Sin(i)*math.Sin(i) }, out)
	}
	conv("conv1", "bn1", 3, 64, 7)
	in := 64
	for s, width := range widths {
		for b := range 2 {
			name := "layer" + string(rune('1'+s)) + "." + string(rune('0'+b)) + "."
			conv(name+"conv1", name+"bn1", in, width, 3)
			conv(name+"conv2", name+"bn2", width, width, 3)
			if in != width {
				conv(name+"downsample.0", name+"downsample.1", in, width, 1)
			}
			in = width
		}
	}
	return f
}

// drawnPicture is the picture of the script.
func drawnPicture() *featureMap {
	const n = 64
	grey := &featureMap{channels: 1, width: n, height: n}
	for y := range n {
		for x := range n {
			v := 0.5 + 0.3*math.Sin(0.3*float64(x))*math.Cos(0.2*float64(y))
			if (x+2*y)%17 < 8 {
				v += 0.2
			}
			grey.data = append(grey.data, float32(v))
		}
	}
	return grey
}

func TestMapsEqualTheScripts(t *testing.T) {
	data, err := os.ReadFile("testdata/maps.f32")
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, len(data)/4)
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, want); err != nil {
		t.Fatal(err)
	}
	net, err := openResnet(drawnNet(), "")
	if err != nil {
		t.Fatal(err)
	}
	grey := drawnPicture()
	channels := 0
	for k, m := range append(filters(grey), net.look(grey, &tensor.Scratch{})...) {
		var size float64
		for _, v := range m.data {
			size = max(size, math.Abs(float64(v)))
		}
		for i := 0; i < len(m.data); i += 7 {
			if len(want) == 0 {
				t.Fatal("the script has fewer values")
			}
			if d := math.Abs(float64(m.data[i] - want[0])); !(d <= 1e-4*size) {
				t.Fatalf("map %d: value %d is %v, want %v; the largest is %v", k, i, m.data[i], want[0], size)
			}
			want = want[1:]
		}
		if k > 0 {
			channels += m.channels
		}
	}
	if len(want) != 0 || channels != resnetDim {
		t.Errorf("%d values are left, the network has %d channels", len(want), channels)
	}
	damaged := drawnNet()
	damaged.Find("layer3.1.conv2.weight").Name = "other"
	if _, err := openResnet(damaged, ""); err == nil || !strings.Contains(err.Error(), "layer3.1.conv2.weight") {
		t.Errorf("without a tensor: %v", err)
	}
}

// Half way between two pixels is the mean of both; beyond the border is the border.
func TestSampling(t *testing.T) {
	m := &featureMap{channels: 1, width: 2, height: 2, data: []float32{1, 3, 5, 11}}
	for _, c := range []struct{ x, y, want float64 }{{0.25, 0.25, 1}, {0.5, 0.25, 2}, {0.5, 0.5, 5}, {1, 1, 11}, {-3, 0, 1}, {0, 9, 5}} {
		sum := []float64{0}
		if m.sample(c.x, c.y, sum); sum[0] != c.want {
			t.Errorf("at %v %v: %v, want %v", c.x, c.y, sum[0], c.want)
		}
	}
}
