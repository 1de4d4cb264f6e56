package service_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"blemish/internal/cli"
	"blemish/service"
)

// The whole program as a process: this test binary is it where asProgram is set.

const asProgram = "BLEMISH_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+t.TempDir()) // the killed leave folders
	return cmd
}

// serving is a process that serves.
type serving struct {
	testing.TB
	cmd  *exec.Cmd
	url  string
	logs *bytes.Buffer
}

// serve starts one on a free port and waits until it answers.
func serve(t testing.TB, change func(*exec.Cmd), args ...string) *serving {
	t.Helper()
	s := &serving{TB: t, cmd: program(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), logs: &bytes.Buffer{}}
	if change != nil {
		change(s.cmd)
	}
	s.cmd.Stderr = s.logs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.cmd.Wait()
		t.Fatalf("serve ended: %s", s.logs)
	}
	s.url = strings.TrimSuffix(strings.TrimSpace(line), "/")
	return s
}

// kill ends it as a power cut would.
func (s *serving) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// post sends a body; an error where nobody answers.
func (s *serving) post(path string, body []byte) (int, []byte, error) {
	return send("POST", s.url+path, body)
}

func send(method, url string, body []byte) (int, []byte, error) {
	r, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	answer, err := (&http.Client{Timeout: 2 * time.Minute}).Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

// get reads a document.
func (s *serving) get(path string, doc any) {
	s.Helper()
	code, text, err := send("GET", s.url+path, nil)
	if err == nil && code != 200 {
		err = fmt.Errorf("status %d: %s", code, text)
	}
	if err == nil {
		err = json.Unmarshal(text, doc)
	}
	if err != nil {
		s.Fatalf("%s: %v\n%s", path, err, s.logs)
	}
}

func (s *serving) addModel() {
	s.Helper()
	if code, text, err := s.post("/api/v1/parts/ball/models?name=ball.model", service.PartModel(s)); code != 201 {
		s.Fatalf("%d %s %v", code, text, err)
	}
}

var secondsOf = regexp.MustCompile(`"seconds": [0-9.e-]+`)

// The service says what predict says: the same document, byte by byte, but for how long it took.
func TestTheSameAsPredict(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"ball.model": service.PartModel(t), "sound.ply": service.PartScan(t, "a", false), "bulge.ply": service.PartScan(t, "b", true), "few.ply": service.SmallScan(t, "c"),
		"none.xyz": []byte("1 2 3\nx y z\n"), "tiny.xyz": []byte("0 0 0\n1 0 0\n0 1 0\n"), "named.pcd": service.PartScan(t, "d", false),
		"few.off": []byte("OFF\n4 4 0\n0 0 0\n90 0 0\n0 90 0\n0 0 90\n3 0 2 1\n3 0 1 3\n3 1 2 3\n3 2 0 3\n")} // a mesh, whose surface is the scan
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, nil, "--data", filepath.Join(dir, "data"))
	s.addModel()
	for name, text := range files {
		if name == "ball.model" {
			continue
		}
		predict := program(t, "predict", "--model", "ball.model", name, "--json", "--quiet")
		predict.Dir = dir
		want, _ := predict.Output() // the code tells of scans that cannot be judged
		code, body, err := s.post("/api/v1/scans?part=ball&wait=120&name="+name, text)
		if code != 200 {
			t.Fatalf("%s: %d %s %v", name, code, body, err)
		}
		var e struct{ ID string }
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		_, got, err := send("GET", s.url+"/api/v1/scans/"+e.ID+"/result", nil)
		if err != nil {
			t.Fatal(err)
		}
		if secondsOf.ReplaceAllString(string(got), "") != secondsOf.ReplaceAllString(string(want), "") || len(want) < 200 {
			t.Errorf("%s: the service says\n%s\npredict says\n%s", name, got, want)
		}
	}
}
