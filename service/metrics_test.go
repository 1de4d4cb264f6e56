package service

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"blemish/history"
	"blemish/history/historytest"
)

var sample = regexp.MustCompile(`^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (\+Inf|-?[0-9.e+-]+)$`)

// Each line is a sample or a comment of the text format, and each sample has its type before it.
func TestMetricsAreInTheTextFormat(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	s.addModel()
	s.judge("a", false, "")
	_, _, text := s.ask("GET", "/metrics", nil)
	typed, samples := map[string]bool{}, map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if words := strings.Fields(line); len(words) > 3 && words[0] == "#" {
			if words[1] == "TYPE" {
				typed[words[2]] = true
			}
			continue
		}
		if !sample.MatchString(line) {
			t.Errorf("no sample: %q", line)
			continue
		}
		name := line[:strings.IndexAny(line, "{ ")]
		base := name
		for _, end := range []string{"_bucket", "_sum", "_count"} {
			base = strings.TrimSuffix(base, end)
		}
		if !typed[name] && !typed[base] {
			t.Errorf("%s has no type", name)
		}
		samples[line[:strings.LastIndex(line, " ")]] = line[strings.LastIndex(line, " ")+1:]
	}
	for name, want := range map[string]string{`blemish_scans_total{verdict="sound"}`: "1", `blemish_scans_total{verdict="defective"}`: "0", "blemish_judge_seconds_count": "1", `blemish_judge_seconds_bucket{le="+Inf"}`: "1",
		"blemish_queue_length": "0", "blemish_history_up": "1", `blemish_requests_total{method="POST",route="/api/v1/scans",status="200"}`: "1"} {
		if samples[name] != want {
			t.Errorf("%s is %q, want %s", name, samples[name], want)
		}
	}
}

// A PostgreSQL server that goes away is told; nothing that was accepted is lost, and the
// service goes on by itself when the server is back.
func TestLostPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("stops and starts a server")
	}
	t.Parallel() // mostly waits
	server := historytest.Start(t)
	s := start(t, Options{Open: true, History: server.Database()}, false)
	s.addModel()
	if e := s.judge("a", false, ""); e.Verdict != "sound" {
		t.Errorf("%+v", e)
	}
	var first struct{ ID string }
	s.want(202, "POST", "/api/v1/scans?part=ball", scanFile(t, "b", false), &first)
	server.Stop() // while it is judged, or before
	if code, header, _ := s.ask("POST", "/api/v1/scans?part=ball", scanFile(t, "c", false)); code != 503 || header.Get("Retry-After") == "" {
		t.Errorf("accepted without a history: %d", code)
	}
	if code, _, _ := s.ask("GET", "/healthz", nil); code != 503 {
		t.Errorf("health: %d", code)
	}
	time.Sleep(time.Second)
	server.Begin()
	var e history.Entry
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		code, _, text := s.ask("GET", "/api/v1/scans/"+first.ID, nil)
		if code == 200 {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("the server is back, and the scan is not judged: %d %s", code, text)
		}
	}
	s.want(200, "GET", "/api/v1/scans/"+first.ID, nil, &e)
	if e.Verdict != "sound" {
		t.Errorf("%+v", e)
	}
	s.want(200, "GET", "/healthz", nil, nil)
}
