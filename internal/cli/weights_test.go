package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/weights"
)

// TestConvertCheckpoint converts files that PyTorch wrote (weights/testdata).
func TestConvertCheckpoint(t *testing.T) {
	data := filepath.Join("..", "..", "weights", "testdata")
	dir := t.TempDir()
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := Main(context.Background(), append([]string{"convert"}, args...), nil, &out, &out)
		return code, out.String()
	}
	out := filepath.Join(dir, "w.safetensors")
	for _, name := range []string{"pointmae.pth", "pointmae_legacy.pth"} {
		code, text := run(filepath.Join(data, name), out)
		if code != 0 || !strings.Contains(text, "Point-MAE of width 4, 2 + 1 blocks, 2 points a patch") ||
			!strings.Contains(text, "left out: optimizer, epoch, metrics, best_metrics") {
			t.Fatalf("%s: code %d: %s", name, code, text)
		}
		f, err := weights.Read(out)
		if err != nil || f.Find("MAE_encoder.blocks.blocks.1.attn.qkv.weight") == nil {
			t.Fatalf("%v; %v", err, f)
		}
	}
	half := filepath.Join(dir, "half.safetensors")
	if code, text := run(out, half, "--encoding", "f16"); code != 0 {
		t.Fatal(text)
	}
	if f, err := weights.Read(half); err != nil || !f.Find("increase_dim.0.weight").Half || f.Find("MAE_encoder.norm.weight").Half {
		t.Errorf("half precision: %v", err)
	}
	for _, c := range []struct {
		says string
		code int
		args []string
	}{
		{`asks for "posix.system"`, 1, []string{filepath.Join(data, "hostile.pth"), filepath.Join(dir, "x.safetensors")}},
		{"this is neither", 1, []string{filepath.Join(data, "make_checkpoints.py"), filepath.Join(dir, "x.safetensors")}},
		{"written as f32 or f16", 2, []string{out, filepath.Join(dir, "x.safetensors"), "--encoding", "ascii"}},
		{"OUT must end with .safetensors", 2, []string{filepath.Join(data, "pointmae.pth"), filepath.Join(dir, "x.ply")}},
	} {
		if code, text := run(c.args...); code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%v: code %d, want %d: %s", c.args, code, c.code, text)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("%d files in the folder, want 2", len(left))
	}
}
