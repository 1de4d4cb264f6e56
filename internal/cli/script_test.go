package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"testing"

	"blemish/report"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"blemish": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"code":    code,
		"stable":  stable,
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

// stable prints of results.json what no machine and no small change of a detector
// decides: stable results.json. Scores are left out, metrics rounded.
func stable() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var p report.Predict
	if json.Unmarshal(text, &p) == nil && p.Scans != nil {
		fmt.Printf("%s %s, %d sound scans learnt\n", p.Model.Detector, p.Model.Class, len(p.Model.Training))
		for _, s := range p.Scans {
			fmt.Printf("%s: %s, %d points\n", path.Base(filepath.ToSlash(s.File)), s.Verdict, s.Points)
		}
		fmt.Printf("%+v\n", p.Counts)
		return
	}
	var b report.Benchmark
	if err := json.Unmarshal(text, &b); err != nil {
		panic(err)
	}
	for _, d := range b.Detectors {
		for _, c := range d.Classes {
			fmt.Printf("%s %s: train %d, test %d, O-AUROC %.2f, P-AUROC %.1f, %d kinds\n", d.Name, c.Class, c.Train, c.Test, c.OAUROC, c.PAUROC, len(c.Kinds))
		}
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
