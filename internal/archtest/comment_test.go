package archtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A package is explained in one place, doc.go, or main.go of a command. What stands above
// another file's package line would be a part of that text in `go doc`.
func TestPackagesAreExplainedOnce(t *testing.T) {
	for _, p := range everyPackage(t) {
		home, begin := "doc.go", "Package "+p.Name+" "
		if p.Name == "main" {
			home, begin = "main.go", "Command "+filepath.Base(p.Dir)+" "
		}
		explained := false
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			name := filepath.Base(path)
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			switch text := file.Doc.Text(); {
			case text == "":
			case name != home:
				t.Errorf("%s/%s: its comment joins that of the package; put it below the imports", p.ImportPath, name)
			case !strings.HasPrefix(text, begin):
				t.Errorf("%s/%s: begins with %s, want %q", p.ImportPath, name, fmt.Sprintf("%.40q", text), begin+"…")
			default:
				explained = true
			}
		}
		if !explained {
			t.Errorf("%s: no comment in %s that says what the package is for", p.ImportPath, home)
		}
	}
}
