package cli

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blemish/weights"
)

// spoil are ways in which a file of weights can be wrong, and what the message must
// say beside the name of the file.
var spoil = []struct {
	name string
	do   func(f *weights.File)
	says []string
}{
	{"missing", func(f *weights.File) {
		f.Tensors = slices.DeleteFunc(f.Tensors, func(t weights.Tensor) bool { return t.Name == spoiled })
	}, []string{spoiled, "missing"}},
	{"extra", func(f *weights.File) { f.Add("MAE_encoder.blocks.blocks.7.mlp.fc1.bias", make([]float32, 4), 4) },
		[]string{"MAE_encoder.blocks.blocks.7.mlp.fc1.bias"}},
	{"shape", func(f *weights.File) { t := f.Find(spoiled); t.Shape = []int{t.Shape[1], t.Shape[0]} }, []string{spoiled, "shape"}},
	{"not a number", func(f *weights.File) { f.Find(spoiled).Data[5] = float32(math.NaN()) }, []string{spoiled, "NaN"}},
	{"infinite", func(f *weights.File) { f.Find(spoiled).Data[5] = float32(math.Inf(1)) }, []string{spoiled, "Inf"}},
	{"another scale", func(f *weights.File) {
		f.Metadata["blemish.pretrained"] = strings.Replace(f.Metadata["blemish.pretrained"], `"scale":30`, `"scale":7`, 1)
	}, []string{"scale 7", "30"}},
}

const spoiled = "MAE_encoder.blocks.blocks.0.attn.qkv.weight"

// TestSpoiledWeights trains from files that are wrong in one thing each, and opens
// models with the same faults.
func TestSpoiledWeights(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	runMain(t, "synth", "--builtin", "--classes", "cup0", "--train", "1", "--sound", "1", "--kinds", "bulge", "--per-kind", "1", "--points", "700", "--pose", "fixed", "--quiet", "-o", data)
	sound, scan := filepath.Join(data, "cup0", "train"), filepath.Join(data, "cup0", "test", "cup0_positive0.pcd")
	good := filepath.Join(dir, "good.model")
	train := []string{"train", "--sound", sound, "--detector", "imrnet", "--quiet", "--workers", "1", "--set", "register=false", "--set", "steps=1", "--set", "patches=64", "--set", "reference=64", "--set", "points=600"}
	runMain(t, append(slices.Clone(train), "-o", good)...) // a class of one training scan
	runMain(t, "predict", "--model", good, scan, "--quiet", "--workers", "1")

	for _, s := range spoil {
		weightsFile, modelFile := filepath.Join(dir, s.name+".safetensors"), filepath.Join(dir, s.name+".model")
		writeSpoiled(t, filepath.Join("..", "..", "pointmae", "pretrained", "built-in.safetensors"), weightsFile, s.do)
		out := filepath.Join(dir, "out.model")
		fails(t, append([]string{weightsFile}, s.says...), append(slices.Clone(train), "--pretrained", weightsFile, "-o", out)...)
		for _, left := range []string{out, out + ".checkpoint"} {
			if _, err := os.Stat(left); err == nil {
				t.Errorf("%s: %s was written", s.name, left)
			}
		}
		if s.name == "another scale" || s.name == "extra" { // a model has tensors of its own beside the network's
			continue
		}
		writeSpoiled(t, good, modelFile, s.do)
		fails(t, append([]string{modelFile}, s.says...), "predict", "--model", modelFile, scan, "--quiet")
	}
	cut := filepath.Join(dir, "cut.safetensors")
	content, err := os.ReadFile(filepath.Join("..", "..", "pointmae", "pretrained", "built-in.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, content[:len(content)-1000], 0o644); err != nil {
		t.Fatal(err)
	}
	fails(t, []string{cut}, append(slices.Clone(train), "--pretrained", cut, "-o", filepath.Join(dir, "out.model"))...)
	fails(t, []string{"sound scan 1 (cup0_template0.pcd)", "too few points", "2000 patches"}, append(slices.Clone(train), "--set", "patches=2000", "--set", "points=0", "-o", filepath.Join(dir, "out.model"))...)

	// A scan with too few points cannot be judged, and why is said.
	few := filepath.Join(dir, "few.xyz")
	if err := os.WriteFile(few, []byte(strings.Repeat("1 2 3\n4 5 7\n1 1 9\n", 20)), 0o644); err != nil {
		t.Fatal(err)
	}
	if printed := runMain(t, "predict", "--model", good, few, "--quiet"); !strings.Contains(printed, "unsure") || !strings.Contains(printed, "too few points: 60, at least 100 are needed") {
		t.Errorf("a scan of 60 points: %s", printed)
	}
}

func writeSpoiled(t *testing.T, from, to string, do func(*weights.File)) {
	t.Helper()
	f, err := weights.Read(from)
	if err != nil {
		t.Fatal(err)
	}
	do(f)
	if err := weights.Write(to, f); err != nil {
		t.Fatal(err)
	}
}

// fails runs a command that must end with exit code 1 and say all of that.
func fails(t *testing.T, says []string, args ...string) {
	t.Helper()
	var out, errors bytes.Buffer
	code := Main(context.Background(), args, nil, &out, &errors)
	if code != 1 {
		t.Errorf("blemish %s: exit code %d, want 1\n%s", strings.Join(args, " "), code, errors.String())
	}
	for _, s := range says {
		if !strings.Contains(errors.String(), s) {
			t.Errorf("the message does not say %q: %s", s, errors.String())
		}
	}
}
