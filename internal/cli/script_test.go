package cli

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"blemish": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"code":    code,
	})
}

// code runs blemish and checks its exit code: code 2 verb…
func code() {
	want := os.Args[1]
	got := Main(context.Background(), os.Args[2:], os.Stdin, os.Stdout, os.Stderr)
	if text := string(rune('0' + got)); text != want {
		os.Stderr.WriteString("exit code " + text + ", want " + want + "\n")
		os.Exit(1)
	}
}

var long = flag.Bool("long", false, "run the scripts that take minutes too")

// TestScripts runs each command-line session of testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Condition: func(cond string) (bool, error) {
			return cond == "long" && *long, nil
		},
	})
}
