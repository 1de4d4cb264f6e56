package main

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
	"strconv"
	"strings"
	"time"
)

// A process of the program, and asking it.

// run runs a verb to its end.
func (m *measurement) run(ctx context.Context, args ...string) error {
	out, err := exec.CommandContext(ctx, m.tool, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", args[0], err, out)
	}
	return nil
}

// server is a process that serves.
type server struct {
	cmd *exec.Cmd
	url string
	log bytes.Buffer
}

// serve starts one on a free port and waits until it answers.
func (m *measurement) serve(ctx context.Context, data string, more ...string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, m.tool, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", data, "--quiet"}, more...)...)}
	s.cmd.Stderr = &s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("serve ended: %s", s.log.String())
	}
	s.url = strings.TrimSuffix(strings.TrimSpace(line), "/")
	return s, nil
}

// kill ends it at once.
func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// peak is the most memory that it has had, in MiB (Linux).
func (s *server) peak() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	return peakOf(string(text))
}

func peakOf(status string) float64 {
	for _, line := range strings.Split(status, "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}

var client = &http.Client{Timeout: 10 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// ask sends a request and reads the document where the status is below 300.
func (s *server) ask(ctx context.Context, method, path string, body []byte, doc any) (int, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && doc != nil && answer.StatusCode < 300 {
		err = json.Unmarshal(text, doc)
	}
	return answer.StatusCode, err
}

// text sends a GET and reads the body.
func (s *server) text(ctx context.Context, path string, into *bytes.Buffer) error {
	r, err := http.NewRequestWithContext(ctx, "GET", s.url+path, nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = into.ReadFrom(answer.Body)
	return err
}

// addModel gives the part its model, under a name.
func (m *measurement) addModel(ctx context.Context, s *server, name string) error {
	text, err := os.ReadFile(m.model)
	if err != nil {
		return err
	}
	code, err := s.ask(ctx, "POST", "/api/v1/parts/tap/models?name="+name, text, nil)
	if err == nil && code != 201 {
		err = fmt.Errorf("the model was answered with %d", code)
	}
	return err
}
