package service_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"blemish/service"
)

// What docs/service.md shows runs as it stands there, but for the address.

// blocks are the fenced blocks of a language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile("../docs/service.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, part := range strings.Split(string(text), "```"+language+"\n")[1:] {
		code, _, _ := strings.Cut(part, "```")
		out = append(out, code)
	}
	return out
}

func TestLinesOfTheDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	s := serve(t, nil, "--data", filepath.Join(dir, "data"))
	if code, text, err := s.post("/api/v1/parts/bracket/models?name=bracket.model", service.PartModel(t)); code != 201 {
		t.Fatalf("%d %s %v", code, text, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bracket.ply"), service.PartScan(t, "b", true), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) (string, int) {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	here := func(code string) string { return strings.ReplaceAll(code, "http://127.0.0.1:8080", s.url) }
	t.Run("python", func(t *testing.T) {
		python, err := exec.LookPath("python3")
		if err != nil {
			t.Skip("no python3")
		}
		code := blocks(t, "python")[0]
		if n := strings.Count(strings.TrimSpace(code), "\n"); n > 13 {
			t.Errorf("%d lines: too many to read", n+1)
		}
		if out, code := run(python, "-c", here(code), "bracket.ply"); code != 0 || !strings.HasPrefix(out, "bracket.ply defective ") {
			t.Errorf("code %d: %s", code, out)
		}
	})
	t.Run("c#", func(t *testing.T) {
		dotnet, err := exec.LookPath("dotnet")
		if err != nil {
			t.Skip("no dotnet")
		}
		t.Setenv("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
		t.Setenv("DOTNET_NOLOGO", "1")
		if out, code := run(dotnet, "new", "console", "--force", "-o", "."); code != 0 {
			t.Fatalf("no console project: %s", out)
		}
		if err := os.WriteFile(filepath.Join(dir, "Program.cs"), []byte(here(blocks(t, "csharp")[0])), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, code := run(dotnet, "run"); code != 0 || !strings.Contains(out, "defective ") {
			t.Errorf("code %d: %s", code, out)
		}
	})
	t.Run("predict", func(t *testing.T) {
		text, err := os.ReadFile("../docs/service.md")
		if err != nil {
			t.Fatal(err)
		}
		_, line, _ := strings.Cut(string(text), "Without a service the same is `blemish ")
		line, _, _ = strings.Cut(line, "`")
		if err := os.WriteFile(filepath.Join(dir, "part.model"), service.PartModel(t), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := program(t, strings.Fields(line)...)
		cmd.Dir = dir
		if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 3 || !strings.Contains(string(out), "defective") {
			t.Errorf("%s: code %d: %s", line, cmd.ProcessState.ExitCode(), out)
		}
	})
	t.Run("curl", func(t *testing.T) {
		if _, err := exec.LookPath("curl"); err != nil {
			t.Skip("no curl")
		}
		shell := blocks(t, "sh")
		for i, line := range strings.Split(strings.TrimSpace(shell[0]), "\n") {
			out, code := run("sh", "-c", here(line))
			if code != 0 || strings.Contains(out, `"error"`) || !strings.Contains(out, `"verdict": "defective"`) {
				t.Errorf("line %d, code %d: %s", i+1, code, out)
			}
		}
		out, code := run("sh", "-c", here(shell[1]))
		if word, err := os.ReadFile(filepath.Join(dir, "verdict.txt")); code != 3 || string(word) != "defective\n" {
			t.Errorf("the script for a controller ends with %d, its file says %q %v: %s", code, word, err, out)
		}
		word, failed := filepath.Join(dir, "verdict.txt"), "failed\n"
		if out, code := run("sh", "-c", strings.ReplaceAll(shell[1], "127.0.0.1:8080", "127.0.0.1:1")); code != 1 {
			t.Errorf("without a service it ends with %d: %s", code, out)
		}
		if text, err := os.ReadFile(word); err != nil || string(text) != failed {
			t.Errorf("without a service its file says %q %v", text, err)
		}
		for _, c := range []struct {
			scan []byte
			code int
			word string
		}{{service.PartScan(t, "a", false), 0, "sound\n"}, {[]byte("1 2 3\nno scan\n"), 1, failed}} {
			if err := os.WriteFile(filepath.Join(dir, "bracket.ply"), c.scan, 0o644); err != nil {
				t.Fatal(err)
			}
			if out, code := run("sh", "-c", here(shell[1])); code != c.code {
				t.Errorf("the script for a controller ends with %d, want %d: %s", code, c.code, out)
			}
			if text, err := os.ReadFile(word); err != nil || string(text) != c.word {
				t.Errorf("its file says %q, want %q: %v", text, c.word, err)
			}
		}
	})
}

// Where there is no C# at hand, its lines still ask for what there is and read what comes.
func TestLinesOfCSharpNameWhatThereIs(t *testing.T) {
	code := strings.Join(blocks(t, "csharp"), "")
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name string }
		}
		Components struct {
			Schemas map[string]struct{ Required []string }
		}
	}
	if err := json.Unmarshal(text, &api); err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`PostAsync\("([^"?]+)\?([^"]+)"`).FindStringSubmatch(code)
	if address == nil {
		t.Fatalf("no upload in\n%s", code)
	}
	var known []string
	for _, p := range api.Paths[address[1]]["post"].Parameters {
		known = append(known, p.Name)
	}
	query, err := url.ParseQuery(address[2])
	if err != nil {
		t.Fatal(err)
	}
	for name := range query {
		if !slices.Contains(known, name) {
			t.Errorf("it sends %q; %s takes %v", name, address[1], known)
		}
	}
	fields := regexp.MustCompile(`GetProperty\("([^"]+)"\)`).FindAllStringSubmatch(code, -1)
	if len(fields) < 2 {
		t.Errorf("it reads %v", fields)
	}
	for _, f := range fields {
		if !slices.Contains(api.Components.Schemas["Entry"].Required, f[1]) {
			t.Errorf("it reads %q, which an entry need not have: %v", f[1], api.Components.Schemas["Entry"].Required)
		}
	}
}

// The tour: two commands fill the folder, the third serves ten judged scans.
func TestTourOfTheDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("learns and judges")
	}
	t.Parallel() // processes of its own
	text, err := os.ReadFile("../docs/service.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ran := 0
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if !strings.HasPrefix(line, "    blemish ") || ran == 2 {
			continue
		}
		ran++
		if at := slices.Index(words, "--points"); at > 0 {
			words[at+1] = "1000" // the same way, sooner
		}
		cmd := program(t, words[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	s := serve(t, nil, "--data", filepath.Join(dir, "station"))
	var list struct {
		Counts map[string]int
		Scans  []json.RawMessage
	}
	if s.get("/api/v1/scans?part=cup", &list); len(list.Scans) != 10 || list.Counts["sound"] != 6 || list.Counts["defective"] != 4 {
		t.Errorf("%d scans, %v", len(list.Scans), list.Counts)
	}
}
