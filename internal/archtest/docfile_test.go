package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var fileName = regexp.MustCompile(`\b[a-z][a-z0-9_]*\.go\b`)

// A file that a package's text names is there, in the package or below it.
func TestFilesNamedInPackageTextsAreThere(t *testing.T) {
	for _, p := range everyPackage(t) {
		text, err := os.ReadFile(filepath.Join(p.Dir, "doc.go"))
		if err != nil {
			continue // a command
		}
		for _, name := range fileName.FindAllString(string(text), -1) {
			here, err := filepath.Glob(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			below, err := filepath.Glob(filepath.Join(p.Dir, "*", name))
			if err != nil {
				t.Fatal(err)
			}
			if len(here)+len(below) == 0 {
				t.Errorf("%s: doc.go names %s, which is not there", p.ImportPath, name)
			}
		}
	}
}
