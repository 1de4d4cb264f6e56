// Release makes the archives of a release: for each system the program, static and without
// paths of the machine that built it, shell completion, the licence and those of what is
// linked in. The same sources and the same Go give the same bytes.
//
//	go run ./release -from .. -to ../dist -targets linux/amd64,windows/amd64
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const everyTarget = "linux/amd64,linux/arm64,windows/amd64,darwin/amd64,darwin/arm64"

func main() {
	from := flag.String("from", "..", "the module")
	to := flag.String("to", "../dist", "folder for the archives, which are replaced")
	targets := flag.String("targets", everyTarget, "systems, as GOOS/GOARCH")
	flag.Parse()
	if err := run(*from, *to, strings.Split(*targets, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(from, to string, targets []string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	host := filepath.Join(work, "blemish")
	if err := build(from, host, runtime.GOOS, runtime.GOARCH); err != nil {
		return err
	}
	version, err := output(exec.Command(host, "version"))
	if err != nil {
		return err
	}
	fields := strings.Fields(string(version))
	if len(fields) < 2 {
		return fmt.Errorf("blemish version says %q", version)
	}
	shared, err := documents(from, host)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, target := range targets {
		system, processor, ok := strings.Cut(target, "/")
		if !ok {
			return fmt.Errorf("target %q: want GOOS/GOARCH", target)
		}
		name, err := release(from, to, work, fields[1], system, processor, shared)
		if err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
		data, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
		fmt.Printf("%8d KiB  %s\n", len(data)>>10, name)
	}
	return os.WriteFile(filepath.Join(to, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// release makes one archive and returns its name.
func release(from, to, work, version, system, processor string, shared []entry) (string, error) {
	program := "blemish"
	if system == "windows" {
		program += ".exe"
	}
	built := filepath.Join(work, system+"-"+processor+"-"+program)
	if err := build(from, built, system, processor); err != nil {
		return "", err
	}
	data, err := os.ReadFile(built)
	if err != nil {
		return "", err
	}
	licences, err := licencesOf(from, system, processor)
	if err != nil {
		return "", err
	}
	folder := strings.Join([]string{"blemish", version, system, processor}, "-")
	entries := slices.Concat([]entry{{program, data, true}}, shared, licences)
	for i := range entries {
		entries[i].name = path.Join(folder, entries[i].name)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	var out bytes.Buffer
	name := folder + ".tar.gz"
	if system == "windows" {
		name = folder + ".zip"
		err = writeZip(&out, entries)
	} else {
		err = writeTar(&out, entries)
	}
	if err != nil {
		return "", err
	}
	return name, os.WriteFile(filepath.Join(to, name), out.Bytes(), 0o644)
}

// build compiles the program for a system.
func build(from, to, system, processor string) error {
	absolute, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", absolute, "./cmd/blemish")
	cmd.Dir = from
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor, "GOFLAGS=")
	_, err = output(cmd)
	return err
}

// documents are what every archive holds: text with the pictures of the README, whose links
// lead there, and completion for each shell.
func documents(from, host string) ([]entry, error) {
	var out []entry
	names := []string{"LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "scripts/external_example.py"}
	readme, err := os.ReadFile(filepath.Join(from, "README.md"))
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(os.DirFS(from), "docs", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (!strings.HasPrefix(path, "docs/images/") || bytes.Contains(readme, []byte("("+path+")"))) {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name, data, false})
	}
	for shell, name := range map[string]string{"bash": "blemish.bash", "zsh": "_blemish", "fish": "blemish.fish", "powershell": "blemish.ps1"} {
		text, err := output(exec.Command(host, "completion", shell))
		if err != nil {
			return nil, err
		}
		out = append(out, entry{"completion/" + name, text, false})
	}
	return out, nil
}

// licencesOf are the licences of Go and of the modules that are linked into the program.
func licencesOf(from, system, processor string) ([]entry, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Module,Standard", "./cmd/blemish")
	cmd.Dir = from
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	text, err := output(cmd)
	if err != nil {
		return nil, err
	}
	folders := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var p struct {
			Module *struct {
				Path, Version, Dir string
				Main               bool
			}
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if m := p.Module; m != nil && !m.Main {
			folders[m.Path+"@"+m.Version] = m.Dir
		}
	}
	root, err := output(exec.Command("go", "env", "GOROOT"))
	if err != nil {
		return nil, err
	}
	folders["go"] = strings.TrimSpace(string(root))
	var out []entry
	for module, dir := range folders {
		found, err := licenceFiles(dir)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s has no file with its licence in %s", module, dir)
		}
		for _, name := range found {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return nil, err
			}
			out = append(out, entry{"licences/" + module + "/" + name, data, false})
		}
	}
	return out, nil
}

func licenceFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		for _, begin := range []string{"LICENSE", "LICENCE", "UNLICENSE", "COPYING", "NOTICE", "PATENTS"} {
			if !e.IsDir() && strings.HasPrefix(upper, begin) {
				out = append(out, e.Name())
				break
			}
		}
	}
	return out, nil
}

// output runs a command, whose complaints become the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, complaints.String())
	}
	return out, nil
}
