package cli

import (
	"os"
	"testing"
)

// TestLongScripts runs the sessions of testdata/long, which take ten seconds and more of
// processor time and go the ways of TestScripts with another detector, more scans or worse ones.
func TestLongScripts(t *testing.T) {
	if os.Getenv("BLEMISH_LONG") == "" {
		t.Skip("takes long: set BLEMISH_LONG")
	}
	runScripts(t, "long")
}
