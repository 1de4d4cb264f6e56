package archtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// mayImport is the table of docs/architecture.md: what each package may import of
// the project's own. "*" stands for every public package; a trailing "/…" for a
// folder's packages. Tests may import more.
var mayImport = map[string][]string{
	"":                    {"geom", "format", "weights", "detect", "detect/all", "detect/deviation", "task"},
	"geom":                {},
	"task":                {},
	"seed":                {},
	"metric":              {},
	"metric/pod":          {},
	"weights":             {},
	"format":              {"geom"},
	"spatial":             {"geom", "task"},
	"mesh":                {"geom", "spatial", "task", "seed"},
	"shape":               {"geom", "mesh", "seed"},
	"feature":             {"geom", "spatial", "task"},
	"register":            {"geom", "spatial", "mesh", "feature", "task", "seed"},
	"defect":              {"geom", "mesh", "spatial", "task", "seed"},
	"defect/inscan":       {"geom", "spatial", "feature", "task", "seed"},
	"dataset":             {"geom", "format", "spatial", "mesh", "shape", "defect", "defect/inscan", "internal/partial", "task", "seed"},
	"tensor":              {"task"},
	"nn":                  {"tensor", "seed", "task"},
	"pointmae":            {"geom", "nn", "tensor", "spatial", "weights", "task", "seed"},
	"pointmae/pretrained": {"weights", "pointmae"},
	"detect/scene":        {"geom", "spatial", "mesh", "feature", "task", "seed"},
	"detect":              {"geom", "detect/scene", "weights", "task", "seed"},
	"detect/scoring":      {"geom", "spatial", "mesh", "feature", "register", "detect", "detect/scene", "weights", "task", "seed"},
	// Every detector; they never import each other.
	"detect/…": {"geom", "spatial", "feature", "register", "detect", "detect/scene", "detect/scoring", "detect/bank", "detect/memory", "weights", "pointmae", "pointmae/pretrained", "nn", "tensor", "render", "task", "seed"},
	// It stands above the detectors that it joins.
	"detect/auto":         {"geom", "spatial", "detect", "detect/scoring", "detect/deviation", "detect/imrnet", "detect/memory", "detect/simple3d", "weights", "task"},
	"detect/bank":         {"geom", "spatial", "tensor", "task", "seed"},
	"detect/all":          {"detect", "weights", "detect/…"},
	"detect/detecttest":   {"detect", "geom", "seed", "weights", "task"},
	"render":              {"geom", "spatial", "task"},
	"distance":            {"geom", "spatial", "mesh", "feature", "task", "seed"},
	"inspection":          {"geom", "spatial", "feature", "detect", "detect/scene", "task"},
	"report":              {"inspection", "geom", "format", "detect", "detect/scene", "metric", "render", "spatial", "feature", "task", "report/plot", "report/workbook"},
	"report/plot":         {},
	"report/workbook":     {},
	"history":             {"report"},
	"history/historytest": {},
	"service":             {"history", "judge", "report", "detect", "detect/all", "detect/deviation", "format", "geom", "internal/filelock", "jobs", "jobs/kind", "storage", "task"},
	"judge":               {"geom", "mesh", "seed", "format", "detect", "detect/all", "inspection", "render", "report", "weights", "task"},
	"storage":             {"format"},
	"jobs":                {"storage"},
	"jobs/jetstream":      {"jobs", "format", "internal/filelock"},
	"jobs/kind":           {"benchmark", "dataset", "detect", "detect/all", "detect/deviation", "format", "geom", "inspection", "jobs", "judge", "report", "storage", "task"},
	"jobs/jobstest":       {"jobs", "storage"},
	"watch":               {"format", "judge", "report", "internal/filelock", "task"},
	"capability":          {"geom", "format", "spatial", "feature", "defect/inscan", "detect", "detect/scene", "internal/partial", "metric/pod", "render", "task", "seed"},
	"pretrain":            {"geom", "mesh", "shape", "defect", "spatial", "weights", "pointmae", "detect/imrnet", "seed", "task"},
	"benchmark":           {"geom", "dataset", "detect", "detect/deviation", "format", "internal/partial", "metric", "render", "report", "spatial", "task"},
	"benchmark/external":  {"detect", "format", "geom"},
	"benchmark/ablation":  {"benchmark", "dataset", "detect", "detect/imrnet", "format", "geom", "report", "report/plot"},
	"internal/filelock":   {},
	"internal/kernels":    {},
	"internal/logtest":    {},
	"internal/pages":      {},
	"internal/partial":    {"format"},
	"internal/plainyaml":  {},
	"internal/schema":     {},
	"internal/setting":    {},
	"internal/stat":       {},
	"internal/version":    {},
	"internal/archtest":   {},
	"internal/cli":        {"*"},
	"cmd/blemish":         {"internal/cli"},
}

// everywhere are packages that all may import: kernels are chosen in one place, large slices
// are made in one way, settings checked in one way, medians have one rule, and there is one version.
var everywhere = map[string]bool{"internal/kernels": true, "internal/pages": true, "internal/plainyaml": true, "internal/setting": true, "internal/stat": true, "internal/version": true}

type goPackage struct {
	ImportPath   string
	Name         string
	Dir          string
	Imports      []string
	CgoFiles     []string
	GoFiles      []string
	IgnoredGo    []string `json:"IgnoredGoFiles"`
	Standard     bool
	Module       *struct{ Path string }
	DepOnly      bool
	ForTest      string
	XTestGoFiles []string
}

func list(t *testing.T, args ...string) []goPackage {
	t.Helper()
	return listIn(t, ".", args...)
}

// everyPackage are those of this module and of the nested one with the measurements.
func everyPackage(t *testing.T) []goPackage {
	t.Helper()
	return append(list(t, "./..."), listIn(t, "measure", "./...")...)
}

// listIn lists packages of the module in a folder.
func listIn(t *testing.T, folder string, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json"}, args...)...)
	cmd.Dir = filepath.Join(root(t), folder)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestImportsRunInOneDirection(t *testing.T) {
	for _, p := range list(t, "./...") {
		from := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "blemish"), "/")
		allowed, known := rule(from)
		if !known {
			t.Errorf("package %s is not in the table of docs/architecture.md", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			to, own := strings.CutPrefix(imported, "blemish/")
			if own && !permits(allowed, to) {
				t.Errorf("%s imports %s, which stands right of it (may import: %s)", p.ImportPath, imported, strings.Join(allowed, ", "))
			}
		}
	}
}

func rule(pkg string) ([]string, bool) {
	if allowed, ok := mayImport[pkg]; ok {
		return allowed, true
	}
	for key, allowed := range mayImport {
		if folder, ok := strings.CutSuffix(key, "…"); ok && strings.HasPrefix(pkg, folder) {
			return allowed, true
		}
	}
	return nil, false
}

func permits(allowed []string, to string) bool {
	for _, a := range allowed {
		folder, whole := strings.CutSuffix(a, "…")
		switch {
		case a == to, whole && strings.HasPrefix(to, folder):
			return true
		case a == "*" && !strings.HasPrefix(to, "internal/cli"):
			return true
		}
	}
	return everywhere[to]
}

func TestEveryModuleHasItsReason(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range list(t, "-deps", "./cmd/blemish") {
		if p.Standard {
			continue
		}
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s needs cgo", p.ImportPath)
		}
		if p.Module != nil && p.Module.Path != "blemish" {
			seen[p.Module.Path] = true
		}
	}
	var modules []string
	for m := range seen {
		modules = append(modules, m)
	}
	sort.Strings(modules)
	for _, m := range modules {
		if !strings.Contains(string(doc), m) {
			t.Errorf("module %s is linked into the program but has no line in docs/dependencies.md", m)
		}
	}
}

// The names say what a file holds; these say nothing.
var emptyNames = map[string]bool{"util.go": true, "utils.go": true, "common.go": true, "helpers.go": true, "helper.go": true, "types.go": true, "misc.go": true}

func TestFilesAreNamedAndSized(t *testing.T) {
	for _, p := range everyPackage(t) {
		for _, name := range append(p.GoFiles, p.IgnoredGo...) {
			if emptyNames[name] {
				t.Errorf("%s/%s: name the file for what it holds", p.ImportPath, name)
			}
			data, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(string(data), "\n")
			if lines > 500 && !strings.HasPrefix(string(data), "// Code generated") {
				t.Errorf("%s/%s has %d lines; 500 is the limit: is there a second noun in it?", p.ImportPath, name, lines)
			}
		}
	}
}

// A row for a folder that does not exist protects nothing.
func TestEveryRowOfTheTableIsAPackage(t *testing.T) {
	known := map[string]bool{}
	for _, p := range list(t, "./...") {
		known[strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "blemish"), "/")] = true
	}
	for row, allowed := range mayImport {
		for _, name := range append([]string{row}, allowed...) {
			folder, many := strings.CutSuffix(name, "…")
			found := name == "*" || known[name]
			for pkg := range known {
				found = found || many && strings.HasPrefix(pkg, folder)
			}
			if !found {
				t.Errorf("row %q names %q, which is no package", row, name)
			}
		}
	}
}

// One package decides which kernels run; a second opinion would differ one day.
func TestKernelsAreChosenOnce(t *testing.T) {
	for _, p := range list(t, "./...") {
		if p.ImportPath != "blemish/internal/kernels" && slices.Contains(p.Imports, "golang.org/x/sys/cpu") {
			t.Errorf("%s asks for the processor's instructions itself; kernels.Active() has the answer", p.ImportPath)
		}
	}
}
