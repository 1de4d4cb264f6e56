package archtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// user is a program of somebody who takes the module for a library.
const user = `package main

import (
	"context"
	"fmt"
	"os"

	"blemish"
)

func main() {
	ctx := context.Background()
	model, err := blemish.OpenModel(ctx, os.Args[1], blemish.Options{})
	if err != nil {
		panic(err)
	}
	scan, err := blemish.ReadCloud(os.Args[2])
	if err != nil {
		panic(err)
	}
	result, err := model.Score(ctx, scan)
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Verdict, result.Object)
}
`

// A program that scores scans is small, and needs no module that draws or prints. It is
// built as README.md says, in a module of its own with a replace line.
func TestTheLibraryIsLight(t *testing.T) {
	const most = 6 << 20 // bytes; 4.2 MiB when this was written, 14 MB with plots
	dir := t.TempDir()
	sums, err := os.ReadFile(filepath.Join(root(t), "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"main.go": user, "go.sum": string(sums),
		"go.mod": "module user\n\ngo 1.26.0\n\nrequire blemish v0.0.0\n\nreplace blemish => " + root(t) + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-mod=mod", "-ldflags=-s -w", "-o", "user")
	build.Dir = dir
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(filepath.Join(dir, "user"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > most {
		t.Errorf("the program has %d bytes, at most %d", info.Size(), most)
	}
	for _, p := range list(t, "-deps", ".") {
		if !p.Standard && p.Module != nil && p.Module.Path != "blemish" && p.Module.Path != "golang.org/x/sys" {
			t.Errorf("the root links %s of module %s", p.ImportPath, p.Module.Path)
		}
	}
}
