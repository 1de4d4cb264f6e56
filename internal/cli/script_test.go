package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"blemish/format"
	"blemish/internal/schema"
	"blemish/report"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"blemish": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"code":    code,
		"stable":  stable,
		"fields":  fields,
		"files":   files,
		"killed":  killed,
		"untimed": untimed,
		"toy":     toy,
		"valid":   valid,
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

// fields prints the name of every field of a JSON document, and what it holds, one a line:
// fields results.json. Entries of a list count as one.
func fields() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		panic(err)
	}
	kinds := map[string]map[string]bool{}
	var walk func(name string, value any)
	walk = func(name string, value any) {
		kind := "null"
		switch v := value.(type) {
		case map[string]any:
			for key, inner := range v {
				walk(strings.TrimPrefix(name+"."+key, "."), inner)
			}
			return
		case []any:
			for _, inner := range v {
				walk(name+"[]", inner)
			}
			return
		case float64:
			kind = "number"
		case string:
			kind = "text"
		case bool:
			kind = "yes or no"
		}
		if kinds[name] == nil {
			kinds[name] = map[string]bool{}
		}
		kinds[name][kind] = true
	}
	walk("", doc)
	for _, name := range sortedKeys(kinds) {
		if strings.HasPrefix(name, "model.config.") {
			continue // docs/settings.md has them, and a test that it has
		}
		if len(kinds[name]) > 1 {
			delete(kinds[name], "null") // not known for some
		}
		fmt.Println(name+":", strings.Join(sortedKeys(kinds[name]), ", "))
	}
}

// valid holds a results.json of predict against its schema: valid results.json. The
// environment says where that is.
func valid() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	described, err := os.ReadFile(os.Getenv("PREDICT_SCHEMA"))
	if err != nil {
		panic(err)
	}
	if err := schema.Validate(described, text); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

// files lists the files below a folder, in order: files out.
func files() {
	err := filepath.WalkDir(os.Args[1], func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			fmt.Println(filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		panic(err)
	}
}

// killed runs blemish with --resume over and over and kills it, with no warning, a few
// milliseconds after it has recorded one more unit, until a run gets to its end:
// killed DIR.partial/done verb…
func killed() {
	records := func() int {
		entries, _ := os.ReadDir(os.Args[1])
		return len(entries)
	}
	kills := 0
	for {
		run := exec.Command("blemish", append(os.Args[2:], "--resume")...)
		run.Stderr = os.Stderr
		before := records()
		if err := run.Start(); err != nil {
			panic(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- run.Wait() }()
		for waiting := true; waiting; {
			select {
			case err := <-ended:
				if err != nil {
					panic(err)
				}
				fmt.Printf("killed %d times\n", kills)
				return
			default:
				waiting = records() <= before
				time.Sleep(time.Duration(1+kills) * time.Millisecond / 2)
			}
		}
		if run.Process.Kill() == nil && <-ended != nil {
			kills++
		}
	}
}

// untimed copies what benchmark has written without what no two runs share, seconds and
// bytes of memory: untimed FROM TO.
func untimed() {
	timed := regexp.MustCompile(`"(fit_s|score_s|seconds|peak_bytes)": [-+.e0-9]+`)
	sheet := regexp.MustCompile(`(?s)(## |\\caption\{|\n)(Time and memory|Seconds).*`)
	from, to := os.Args[1], os.Args[2]
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		target := filepath.Join(to, strings.TrimPrefix(name, from))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(target, 0o755))
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, sheet.ReplaceAll(timed.ReplaceAll(text, []byte("$1")), nil), 0o644)
	})
	if err != nil {
		panic(err)
	}
}

// toy is a detector as --external takes it. A point's score is its height; a scan of the
// class "cup0" cannot be judged.
func toy() {
	if os.Args[1] == "train" {
		if os.Getenv("BLEMISH_CLASS") == "tap0" {
			fmt.Fprintln(os.Stderr, "taps are not for me")
			os.Exit(5)
		}
		return
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		in, out, _ := strings.Cut(lines.Text(), "\t")
		scan, _, err := format.ReadCloud(in)
		if err != nil {
			panic(err)
		}
		var scores strings.Builder
		for _, p := range scan.Points {
			fmt.Fprintln(&scores, p.Z)
		}
		if os.Getenv("BLEMISH_CLASS") == "cup0" {
			fmt.Fprintln(&scores, 1)
		}
		if err := os.WriteFile(out, []byte(scores.String()), 0o644); err != nil {
			panic(err)
		}
		fmt.Println("ok", scan.Len())
	}
}

var update = flag.Bool("update", false, "write what commands print into the scripts' own files that cmp compares with")

// TestScripts runs each command-line session of testdata/script.
func TestScripts(t *testing.T) {
	runScripts(t, "script")
}

// pythonWithNumPy is a Python that has NumPy; "" where none is at hand.
var pythonWithNumPy = sync.OnceValue(func() string {
	for _, p := range []string{os.Getenv("BLEMISH_PYTHON"), "python3", "/usr/bin/python3"} {
		if p != "" && exec.Command(p, "-c", "import numpy").Run() == nil {
			return p
		}
	}
	return ""
})

func runScripts(t *testing.T, folder string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", folder),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			described, err := filepath.Abs("../../docs/schema/predict.json")
			env.Setenv("PREDICT_SCHEMA", described)
			if err != nil {
				return err
			}
			env.Setenv("PYTHON", pythonWithNumPy())
			env.Setenv("LINES", filepath.Join(env.WorkDir, "lines.py"))
			text, err := os.ReadFile("../../docs/formats.md")
			if err != nil {
				return err
			}
			_, lines, _ := strings.Cut(string(text), "```python\n")
			lines, _, _ = strings.Cut(lines, "```")
			return os.WriteFile(filepath.Join(env.WorkDir, "lines.py"), []byte(lines), 0o644)
		},
		Condition: func(name string) (bool, error) {
			if name == "numpy" {
				return pythonWithNumPy() != "", nil
			}
			return false, fmt.Errorf("there is no condition %q", name)
		},
	})
}
