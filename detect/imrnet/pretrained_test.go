package imrnet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/pointmae/pretrained"
	"blemish/weights"
)

func TestBuiltInWeightsFitTheDefault(t *testing.T) {
	c := DefaultConfig()
	c.Pretrained = BuiltIn
	net, told, err := newNetwork(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	if net.Count() < 100000 || told.Pretrained != BuiltIn {
		t.Errorf("%d values, told as %q", net.Count(), told.Pretrained)
	}
}

func TestPretrainedWeightsThatDoNotFit(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte("no weights"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		turn func(c *Config)
		want string
	}{
		"shape":   {func(c *Config) { c.Width, c.Embed = 48, []int{32, 64, 128, 48} }, "tensor"},
		"scale":   {func(c *Config) { c.Scale = 1 }, "scale 30"},
		"missing": {func(c *Config) { c.Pretrained = filepath.Join(t.TempDir(), "none.safetensors") }, "none.safetensors"},
		"junk":    {func(c *Config) { c.Pretrained = junk }, "junk"},
	} {
		c := DefaultConfig()
		c.Pretrained = BuiltIn
		x.turn(&c)
		if _, _, err := newNetwork(c, 1); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: error %v, want one that says %s", name, err, x.want)
		}
	}
	path := filepath.Join(t.TempDir(), "own.safetensors")
	file, _, err := pretrained.Read(BuiltIn)
	if err != nil {
		t.Fatal(err)
	}
	if err := weights.Write(path, file); err != nil {
		t.Fatal(err)
	}
	c := DefaultConfig()
	c.Pretrained = path
	if _, told, err := newNetwork(c, 1); err != nil || !strings.HasPrefix(told.Pretrained, "sha256:") {
		t.Errorf("a file's weights are told as %q, error %v", told.Pretrained, err)
	}
}
