package simple3d

import (
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/memory/memorytest"
)

func TestContract(t *testing.T) {
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(DefaultConfig()) }, Open: Open, Points: 4500, Contrast: 2})
}

// As published, but for what is drawn by chance, and with fewer places.
func TestScoresEqualTheScripts(t *testing.T) {
	cfg := PublishedConfig()
	cfg.Isometric, cfg.Centres, cfg.Share, cfg.Spread = false, 500, 0.05, 200
	memorytest.Check(t, cfg.plan(), Name)
}
