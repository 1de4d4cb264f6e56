package all

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blemish/detect"
	"blemish/detect/btf"
	"blemish/detect/detecttest"
	"blemish/detect/m3dm"
	"blemish/geom"
	"blemish/internal/setting"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/weights"
)

// small has the settings that make detectors learn in a moment whose own take longer. One whose
// own do not needs no line.
var small = map[string]string{
	"deviation": `{"sites": 100}`,
	"auto":      `{"sites": 100, "companions": ["imrnet", "simple3d"], "simple3d.vectors": 50, "imrnet": ` + tiny + `}}`,
	"imrnet":    tiny + `}`,
	"cpmf":      `{"views": 2, "size": 32}`,
	// The choices that the default configuration does not make.
	"imrnet, literal": tiny + `, "reference": 0, "region": 0, "mask_ratio": 0.5, "template": true, "fusion": "mean", "object": "max",
		"masks": "random", "target": "own", "compare": "chamfer", "sampler": "gps", "register": false, "coverage": false, "scatter": 0}`,
}

// alike are detectors whose models another one's test goes through: the same code reads
// the same tensors.
var alike = []string{btf.Raw, btf.FPFH, btf.PatchCore, m3dm.M3DM, m3dm.PatchCore}

// tinyWeights writes the weights of a network that takes no time, and returns settings that
// use them.
func tinyWeights(t testing.TB) string {
	t.Helper()
	shape := pointmae.Config{Width: 8, Encoder: 1, Decoder: 1, Heads: 1, GroupSize: 4, Embed: [3]int{4, 4, 8}, PosHidden: 4}
	net, err := pointmae.New(shape, 1)
	if err != nil {
		t.Fatal(err)
	}
	f := &weights.File{}
	net.Save(f, "")
	path := filepath.Join(t.TempDir(), "tiny.safetensors")
	if err := weights.Write(path, f); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"weights": %q, "blocks": [1], "groups": 12, "group_size": 8, "scale": 0}`, path)
}

// tiny is a network that learns in a moment.
const tiny = `{"width": 8, "encoder_depth": 1, "decoder_depth": 1, "heads": 2, "embed": [4, 4, 8, 8], "patches": 12, "patch_size": 8,
		"points": 100, "steps": 1, "passes": 1, "reference": 12, "pretrained": "none", "iterations": 1`

// egg is n points of an ellipsoid with a dent.
func egg(n int, stream int) *geom.Cloud {
	r := seed.Stream(1, "egg", stream)
	c := &geom.Cloud{}
	for range n {
		x, y, z := r.Direction()
		if x > 0.8 {
			x = 1.6 - x
		}
		c.Points = append(c.Points, geom.Vec{X: x, Y: 2 * y, Z: 3 * z}.F())
	}
	return c
}

// files are what small models of each detector were saved as, by name: learnt once for all tests.
var files = map[string]*weights.File{}

func learnt(t testing.TB) map[string]*weights.File {
	t.Helper()
	if len(files) > 0 {
		return files
	}
	settings := maps.Clone(small)
	for _, name := range Names() {
		if !slices.Contains(alike, name) {
			settings[name] = cmp.Or(small[name], "{}")
		}
	}
	settings[m3dm.Reg3DAD] = tinyWeights(t)
	for name, settings := range settings {
		detector, _, _ := strings.Cut(name, ",")
		d, err := Configured(detector, []byte(settings))
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.Fit(context.Background(), []*geom.Cloud{egg(120, 1), egg(120, 2)}, detect.FitOptions{Class: "egg", Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		files[name] = detecttest.File(t, m)
		if _, err := Open(context.Background(), files[name], detect.OpenOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// changed is a copy of a model's file with another configuration.
func changed(t *testing.T, f *weights.File, change func(config map[string]any)) *weights.File {
	t.Helper()
	card, err := detect.ReadCard(f)
	if err != nil {
		t.Fatal(err)
	}
	config := map[string]any{}
	if err := json.Unmarshal(card.Config, &config); err != nil {
		t.Fatal(err)
	}
	change(config)
	if card.Config, err = json.Marshal(config); err != nil {
		t.Fatal(err)
	}
	out := &weights.File{Tensors: f.Tensors, Metadata: map[string]string{}}
	if err := card.Put(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// No number of a model's settings may be absurd.
func TestSettingsOfModelsAreChecked(t *testing.T) {
	for name, f := range learnt(t) {
		card, err := detect.ReadCard(f)
		if err != nil {
			t.Fatal(err)
		}
		config := map[string]any{}
		if err := json.Unmarshal(card.Config, &config); err != nil {
			t.Fatal(err)
		}
		tried := map[string]bool{}
		absurdities(t, name, f, config, tried, func(c map[string]any) map[string]any { return c })
		for key, value := range config {
			if own, ok := value.(map[string]any); ok { // of a detector that this one is made of
				absurdities(t, name, f, own, tried, func(c map[string]any) map[string]any { return c[key].(map[string]any) })
			}
		}
		detector, _, _ := strings.Cut(name, ",")
		d, err := New(detector)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range d.Config().(interface{ Ranges() []setting.Range }).Ranges() {
			if !tried[r.Name] {
				t.Errorf("%s: Ranges has %s, and a model's settings hold no number of that name; is its JSON tag another?", name, r.Name)
			}
		}
		if len(tried) == 0 {
			t.Errorf("%s: a model's settings hold no number; Config wants JSON tags, Ranges a line for each number", name)
		}
	}
}

// absurdities puts absurd values in place of each number of a model's settings, or of an object
// within them, and notes in tried what those are called. A name that ends with _radius is a length.
func absurdities(t *testing.T, name string, f *weights.File, config map[string]any, tried map[string]bool, within func(map[string]any) map[string]any) {
	t.Helper()
	for key, value := range config {
		for _, absurd := range []float64{-1, 1e9, 1e17, 1e38, 1e300} {
			length := strings.HasPrefix(key, "tolerance_") && key != "tolerance_neighbors" || strings.HasSuffix(key, "_radius")
			if absurd == 1e9 && length {
				continue // a length, which in some unit is no larger than a part
			}
			if absurd == -1 && key == "tau" {
				continue // standard deviations below the mean
			}
			var instead any = absurd
			switch v := value.(type) {
			case float64:
			case []any:
				if _, words := v[0].(string); words {
					continue
				}
				instead = []any{absurd, absurd, absurd, absurd}
			default:
				continue
			}
			tried[key] = true
			_, err := Open(context.Background(), changed(t, f, func(c map[string]any) { within(c)[key] = instead }), detect.OpenOptions{})
			if err == nil || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: a model with %s %v opens with error %v, want one that names %s: Ranges should have it, and Open call Validate", name, key, absurd, err, key)
			}
		}
	}
}

// What a tensor holds is checked, or does no harm.
func TestTensorsOfModelsAreChecked(t *testing.T) {
	inf := float32(math.Inf(1))
	for name, f := range learnt(t) {
		fixed := inOnePose(t, f)
		for i, tensor := range f.Tensors {
			with := func(from *weights.File, put func(x *weights.Tensor)) *weights.File {
				out := &weights.File{Tensors: slices.Clone(from.Tensors), Metadata: from.Metadata}
				x := &out.Tensors[i]
				x.Data, x.Shape = slices.Clone(x.Data), slices.Clone(x.Shape)
				put(x)
				return out
			}
			refused := func(what string, put func(x *weights.Tensor)) {
				if _, err := Open(context.Background(), with(f, put), detect.OpenOptions{}); err == nil {
					t.Errorf("%s: tensor %q %s is accepted", name, tensor.Name, what)
				}
			}
			if strings.HasSuffix(tensor.Name, "num_batches_tracked") || os.Getenv("BLEMISH_LONG") == "" && i%5 > 0 {
				continue
			}
			refused("with NaN", func(x *weights.Tensor) { x.Data[len(x.Data)-1] = float32(math.NaN()) })
			refused("with one axis more", func(x *weights.Tensor) { x.Shape = append(x.Shape, 1) })
			refused("empty", func(x *weights.Tensor) { x.Data, x.Shape[0] = nil, 0 })
			refused("under another name", func(x *weights.Tensor) { x.Name += "_" })
			if strings.HasSuffix(tensor.Name, "template.features") {
				refused("with a feature less", func(x *weights.Tensor) {
					x.Shape[1]--
					x.Data = x.Data[:x.Shape[0]*x.Shape[1]]
				})
			}
			for axis := range tensor.Shape {
				// One less along an axis: refused, or such as the model might have been.
				from := fixed
				if strings.HasPrefix(tensor.Name, "frame.") {
					from = f
				}
				m, err := Open(context.Background(), with(from, func(x *weights.Tensor) {
					x.Data = x.Data[:len(x.Data)/x.Shape[axis]*(x.Shape[axis]-1)]
					x.Shape[axis]--
				}), detect.OpenOptions{})
				if err != nil {
					continue
				}
				if _, err := m.Score(context.Background(), egg(120, 3)); err != nil {
					t.Logf("%s: tensor %q with one less along axis %d: %v", name, tensor.Name, axis, err)
				}
			}
			if strings.HasSuffix(tensor.Name, "points") || strings.HasSuffix(tensor.Name, "centres") {
				refused("with 1e20", func(x *weights.Tensor) { x.Data[7] = 1e20 })
				refused("with infinity", func(x *weights.Tensor) { x.Data[7] = inf })
			}
		}
		oddValuesDoNoHarm(t, name, f)
	}
}

// inOnePose is a model that takes poses as they are, which saves most of the time.
func inOnePose(t *testing.T, f *weights.File) *weights.File {
	t.Helper()
	return changed(t, f, func(c map[string]any) {
		for key, value := range map[string]any{"pose": "fixed", "register": false, "align": false, "sets": false} {
			if _, there := c[key]; there {
				c[key] = value
			}
		}
	})
}

// oddValuesDoNoHarm puts values into tensors that may be odd, but must be neither a
// crash nor a wait. Poses are looked for where the frame is what is tried.
func oddValuesDoNoHarm(t *testing.T, name string, f *weights.File) {
	scan := egg(120, 3)
	inf := float32(math.Inf(1))
	fixed := inOnePose(t, f)
	for i, tensor := range f.Tensors {
		from := fixed
		if strings.HasPrefix(tensor.Name, "frame.") {
			from = f
		}
		for k, odd := range []float32{0, -1e15, 1e38, -inf} {
			if os.Getenv("BLEMISH_LONG") == "" && (i+k)%4 > 0 {
				continue // one of the next tensors has it
			}
			for _, whole := range []bool{false, true} {
				out := &weights.File{Tensors: slices.Clone(from.Tensors), Metadata: from.Metadata}
				x := &out.Tensors[i]
				x.Data = slices.Clone(x.Data)
				for k := range x.Data {
					if whole || k == 7%len(x.Data) {
						x.Data[k] = odd
					}
				}
				m, err := Open(context.Background(), out, detect.OpenOptions{})
				if err != nil {
					continue
				}
				begun := time.Now()
				_, err = m.Score(context.Background(), scan)
				if d := time.Since(begun); d > 10*time.Second {
					t.Errorf("%s: tensor %q with %v takes %v", name, tensor.Name, odd, d)
				} else if err != nil {
					t.Logf("%s: tensor %q with %v: %v", name, tensor.Name, odd, err)
				}
			}
		}
	}
}

// FuzzModel opens any bytes as a model, and scores a scan with what opens.
func FuzzModel(f *testing.F) {
	for _, file := range learnt(f) {
		var b bytes.Buffer
		if err := weights.Encode(&b, file); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	scan := egg(120, 3)
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := weights.Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		m, err := Open(context.Background(), file, detect.OpenOptions{})
		if err != nil {
			return
		}
		if _, err := m.Score(context.Background(), scan); err != nil {
			t.Skip(err)
		}
	})
}
