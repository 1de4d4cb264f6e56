package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/history"
	"blemish/seed"
)

// The part of these tests: a bumpy ball of 50 mm without symmetry, whose model is learnt
// once for all of them.

const pointsOfScan = 1500

// bumpy is a scan of the part where it always stands, so that no pose is looked for; with a bulge
// where one is asked for.
func bumpy(name string, bulge bool) *geom.Cloud {
	r := seed.Stream(1, "bumpy", name)
	toward := geom.Vec{X: 0.7, Y: 0.6, Z: 0.39}.Unit()
	cloud := &geom.Cloud{}
	for cloud.Len() < pointsOfScan {
		x, y, z := r.Direction()
		d := geom.Vec{X: x, Y: y, Z: z}
		radius := 50 * (1 + 0.12*d.X + 0.1*math.Sin(3*d.Y+1) + 0.08*math.Cos(4*d.Z+d.X))
		radius += 0.05 * r.Norm()
		if angle := math.Acos(math.Min(1, d.Dot(toward))); bulge && angle < 0.33 {
			radius += 4 * math.Pow(math.Cos(angle/0.33*math.Pi/2), 2)
		}
		cloud.Points = append(cloud.Points, d.Scale(radius).Add(geom.Vec{X: 10, Y: 20, Z: 30}).F())
	}
	return cloud
}

// scanFile is a scan as a PLY.
func scanFile(t testing.TB, name string, bulge bool) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scan.ply")
	if err := format.WriteCloud(path, bumpy(name, bulge), format.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var learnt struct {
	once sync.Once
	file []byte
	err  error
}

// modelFile is a model of the part.
func modelFile(t testing.TB) []byte {
	t.Helper()
	learnt.once.Do(func() {
		d, err := all.Configured("", []byte(`{"sites": 2000, "reference_points": 4000, "pose": "fixed"}`))
		if err != nil {
			learnt.err = err
			return
		}
		var clouds []*geom.Cloud
		opt := detect.FitOptions{Class: "ball", Unit: "mm", Seed: 1}
		for i := range 4 {
			clouds = append(clouds, bumpy(fmt.Sprint("sound", i), false))
			opt.Files = append(opt.Files, detect.SourceFile{Name: fmt.Sprintf("sound%d.ply", i), Points: pointsOfScan})
		}
		vetted, err := deviation.Vet(t.Context(), d, clouds, opt, false)
		if err != nil {
			learnt.err = err
			return
		}
		m, err := vetted.Fit(t.Context(), d, opt)
		if err != nil {
			learnt.err = err
			return
		}
		var out bytes.Buffer
		learnt.err = m.Save(&out)
		learnt.file = out.Bytes()
	})
	if learnt.err != nil {
		t.Fatal(learnt.err)
	}
	return learnt.file
}

// station is a running service.
type station struct {
	testing.TB
	*Service
	url    string
	header http.Header // of every request
	stop   func()      // ends the workers
}

// start opens a service over HTTP. Its workers run unless idle.
func start(t testing.TB, opt Options, idle bool) *station {
	t.Helper()
	if opt.Data == "" {
		opt.Data = filepath.Join(t.TempDir(), "data")
	}
	if opt.Grace == 0 {
		opt.Grace = 20 * time.Second
	}
	s, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = s.Server()
	server.Start()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if !idle {
			s.Run(ctx)
		}
	}()
	st := &station{TB: t, Service: s, url: server.URL, header: http.Header{}}
	st.stop = sync.OnceFunc(func() {
		stop()
		server.Close()
		<-done
		s.Close()
	})
	t.Cleanup(st.stop)
	return st
}

// ask sends a request and returns status, headers and body.
func (s *station) ask(method, path string, body []byte, header ...string) (int, http.Header, []byte) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for k, v := range s.header {
		r.Header[k] = v
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer.StatusCode, answer.Header, text
}

// want sends a request that must be answered with a status, and reads the document.
func (s *station) want(status int, method, path string, body []byte, doc any) {
	s.Helper()
	got, _, text := s.ask(method, path, body)
	if got != status {
		s.Fatalf("%s %s: status %d, want %d: %s", method, path, got, status, text)
	}
	if doc != nil {
		if err := json.Unmarshal(text, doc); err != nil {
			s.Fatalf("%s %s: %v\n%s", method, path, err, text)
		}
	}
}

// addModel gives the part "ball" its model.
func (s *station) addModel() history.Model {
	s.Helper()
	var m history.Model
	s.want(201, "POST", "/api/v1/parts/ball/models?name=ball.model&by=Ada", modelFile(s), &m)
	return m
}

// judge uploads a scan and waits for its entry.
func (s *station) judge(name string, bulge bool, more string) history.Entry {
	s.Helper()
	var e history.Entry
	s.want(200, "POST", "/api/v1/scans?part=ball&wait=120&name="+name+".ply"+more, scanFile(s, name, bulge), &e)
	return e
}

// answerOf is the error of an answer.
func answerOf(text []byte) string {
	var doc struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(text, &doc) != nil {
		return strings.TrimSpace(string(text))
	}
	return doc.Error
}
