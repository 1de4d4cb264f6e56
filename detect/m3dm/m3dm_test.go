package m3dm

import (
	"os"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/memory/memorytest"
	"blemish/pointmae"
	"blemish/weights"
)

func TestContract(t *testing.T) {
	for _, name := range []string{Reg3DAD, PatchCore, M3DM} {
		// One stands for all, which share their code and differ in what they remember: the
		// fixtures check that. BLEMISH_LONG=1 runs each.
		if os.Getenv("BLEMISH_LONG") == "" && name != M3DM {
			continue
		}
		t.Run(name, func(t *testing.T) {
			cfg := DefaultConfig(name)
			cfg.Groups = 1024
			detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(name, cfg) }, Open: Open, Scans: 3, Points: 6000, Contrast: 1.5, Loose: 0.3})
		})
	}
}

// As published, but for what is drawn by chance, and with a small network.
func TestScoresEqualTheScripts(t *testing.T) {
	f, err := weights.Read("../../pointmae/testdata/golden.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	shape := pointmae.Config{Width: 12, Encoder: 2, Decoder: 2, Heads: 2, GroupSize: 7, Embed: [3]int{8, 10, 14}, PosHidden: 6}
	for name, fixtures := range map[string][]string{
		M3DM:      {"m3dm"},
		PatchCore: {"patchcore-pointmae"},
		Reg3DAD:   {"patchcore-pointmae", "reg3dad-place"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := PublishedConfig(name)
			cfg.Groups, cfg.GroupSize, cfg.Blocks, cfg.Projection, cfg.Starts = 300, 32, []int{1, 2}, 0, 0
			cfg.Isometric = false
			if name != M3DM {
				cfg.Vectors = 100
			}
			net, err := load(cfg, shape, f, "init.")
			if err != nil {
				t.Fatal(err)
			}
			memorytest.Check(t, (&detector{name, cfg}).plan(net), fixtures...)
		})
	}
}
