package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var scriptName = regexp.MustCompile(`\b(?:scripts|measure)/[\w./-]*\w\.(?:sh|py|go|md)`)

// What the documents and scripts name is there.
func TestScriptsThatAreNamedAreThere(t *testing.T) {
	named := 0
	err := filepath.WalkDir(root(t), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); strings.HasPrefix(name, ".") && name != ".ci" && path != root(t) {
				return fs.SkipDir
			}
			return nil
		}
		switch filepath.Ext(path) {
		case ".md", ".sh", ".py", "":
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, name := range scriptName.FindAllString(string(text), -1) {
			named++
			if _, err := os.Stat(filepath.Join(root(t), name)); err != nil && !strings.HasSuffix(path, "CHANGELOG.md") {
				t.Errorf("%s names %s, which is not there", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if named < 20 {
		t.Errorf("only %d names were found", named)
	}
}
