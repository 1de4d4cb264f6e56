package benchmark

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/scene/scenetest"
	"blemish/seed"
)

// A scan with a bump among the sound ones is left out, whatever the detector, and the document
// says so.
func TestAWrongSoundScanIsLeftOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "set")
	for i, name := range []string{"train/0.xyz", "train/1.xyz", "train/2.xyz", "train/3.xyz", "train/4.xyz", "test/good/0.xyz", "test/bump/0.xyz"} {
		points, side := scenetest.Slab(2000, 1, 0.7, 0.3, 0.0005, seed.Stream(9, i))
		var text bytes.Buffer
		for k, p := range points {
			if (i == 3 || i == 6) && side[k].Z > 0.5 {
				p.Z += 0.05 * float32(math.Exp(-(math.Pow(float64(p.X)-0.2, 2)+math.Pow(float64(p.Y), 2))/0.005))
			}
			fmt.Fprintf(&text, "%.5f %.5f %.5f\n", p.X, p.Y, p.Z)
		}
		put(t, filepath.Join(dir, "slab", filepath.FromSlash(name)), text.String())
	}
	set, err := dataset.Open(dir, "auto")
	if err != nil {
		t.Fatal(err)
	}
	fits := 0
	out, err := Run(context.Background(), set, []detect.Detector{heights{"heights", 1, &fits, nil}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	class := out.Document.Detectors[0].Classes[0]
	if class.Train != 5 || len(class.LeftOut) != 1 || !strings.HasSuffix(class.LeftOut[0].File, "3.xyz") || !strings.Contains(class.LeftOut[0].Why, "times what the others allow") {
		t.Errorf("of %d left out: %+v", class.Train, class.LeftOut)
	}
	// Learnt from, the bump would hide the one that is to be found.
	for _, s := range class.Scans {
		if s.Defective && s.Verdict != "defective" {
			t.Errorf("%s: %s, score %v", s.File, s.Verdict, s.Score)
		}
	}
}
