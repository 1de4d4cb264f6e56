package simple3d

import (
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/memory/memorytest"
)

func TestContract(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Centres, cfg.Vectors = 2000, 500
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(cfg) }, Open: Open, Points: 3500, Contrast: 2, Loose: 0.3})
}

// As published, but for what is drawn by chance, and with fewer places.
func TestScoresEqualTheScripts(t *testing.T) {
	cfg := PublishedConfig()
	cfg.Isometric, cfg.Centres, cfg.Share, cfg.Spread = false, 500, 0.05, 200
	memorytest.Check(t, cfg.plan(), Name)
}
