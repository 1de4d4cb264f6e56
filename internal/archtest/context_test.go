package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// A library that makes a context of its own cannot be stopped by those who call it.
func TestContextsComeFromTheCaller(t *testing.T) {
	for _, p := range list(t, "./...") {
		if p.Name == "main" || p.ImportPath == "blemish/detect/detecttest" {
			continue
		}
		for _, name := range p.GoFiles {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if pkg, ok := call.X.(*ast.Ident); ok && pkg.Name == "context" && (call.Sel.Name == "Background" || call.Sel.Name == "TODO") {
					t.Errorf("%s: context.%s: take a context from the caller", files.Position(n.Pos()), call.Sel.Name)
				}
				return true
			})
		}
	}
}
