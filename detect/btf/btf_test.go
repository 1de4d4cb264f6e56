package btf

import (
	"os"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/memory/memorytest"
)

func TestContract(t *testing.T) {
	for _, name := range []string{FPFH, PatchCore, Raw} {
		// One stands for all, which share their code and differ in what they remember: the
		// fixtures check that. BLEMISH_LONG=1 runs each.
		if os.Getenv("BLEMISH_LONG") == "" && name != FPFH {
			continue
		}
		t.Run(name, func(t *testing.T) {
			// Rounding changes which vectors a coreset has.
			detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(name, DefaultConfig(name)) }, Open: Open, Scans: 3, Points: 4000, Contrast: 2, Loose: 0.3})
		})
	}
}

// As published, but for what is drawn by chance.
func TestScoresEqualTheScripts(t *testing.T) {
	for _, name := range []string{Raw, FPFH, PatchCore} {
		t.Run(name, func(t *testing.T) {
			cfg := PublishedConfig(name)
			if name == PatchCore {
				cfg.Projection, cfg.Starts, cfg.Vectors = 0, 0, 300
			}
			memorytest.Check(t, (&detector{name, cfg}).plan(), name)
		})
	}
}
