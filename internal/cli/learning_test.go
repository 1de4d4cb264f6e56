package cli

import (
	"strings"
	"testing"

	"blemish/detect"
)

// That scans were left where they stand is told, where it is so.
func TestTableTellsWhetherScansStand(t *testing.T) {
	for _, stand := range []bool{false, true} {
		var b strings.Builder
		if err := writeLearning(&b, []detect.LearntScan{{Name: "a", Used: true, Standing: stand}, {Name: "b", Used: true}}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "stand in one frame") != stand {
			t.Errorf("standing %v:\n%s", stand, b.String())
		}
	}
}
