package service

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"blemish/history"
)

func tokenFor(t *testing.T, data, name string, role Role) string {
	t.Helper()
	text, err := MakeToken(data, name, role, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTokens(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	judge := tokenFor(t, data, "scanner", Judge)
	kept, err := os.ReadFile(filepath.Join(data, tokenFile))
	if err != nil || bytes.Contains(kept, []byte(judge)) || bytes.Contains(kept, []byte(strings.TrimPrefix(judge, "blm_"))) {
		t.Errorf("the file holds the token itself: %s %v", kept, err)
	}
	if info, _ := os.Stat(filepath.Join(data, tokenFile)); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v", info.Mode())
	}
	s := start(t, Options{Data: data, Open: true}, true) // on loopback, but there is a token
	ask := func(token, method, path string) int {
		code, _, _ := s.ask(method, path, []byte("{}"), "Authorization", "Bearer "+token)
		return code
	}
	for _, c := range []struct {
		token, method, path string
		want                int
	}{
		{"", "GET", "/api/v1/scans", 401},
		{"blm_wrong", "GET", "/api/v1/scans", 401},
		{judge[:len(judge)-1], "GET", "/api/v1/scans", 401},
		{judge + "x", "GET", "/api/v1/scans", 401},
		{judge, "GET", "/api/v1/scans", 200},
		{judge, "GET", "/metrics", 200},
		{judge, "POST", "/api/v1/scans?part=x", 404},
		{judge, "POST", "/api/v1/parts/x/models", 403},
		{"", "GET", "/", 200},
		{"", "GET", "/healthz", 200},
		{"", "GET", "/metrics", 401},
	} {
		if got := ask(c.token, c.method, c.path); got != c.want {
			t.Errorf("%s %s with %.8q…: %d, want %d", c.method, c.path, c.token, got, c.want)
		}
	}
	// Made anew, the old one ends at once; ended, none is left.
	time.Sleep(10 * time.Millisecond)
	again := tokenFor(t, data, "scanner", Reader)
	if ask(judge, "GET", "/api/v1/scans") != 401 || ask(again, "GET", "/api/v1/scans") != 200 || ask(again, "POST", "/api/v1/scans?part=x") != 403 {
		t.Error("a new token does not replace the old one")
	}
	if there, err := EndToken(data, "scanner"); !there || err != nil {
		t.Error(there, err)
	}
	if there, err := EndToken(data, "scanner"); there || err != nil {
		t.Error("ended twice", err)
	}
	for _, bad := range []string{"", "a\nb", strings.Repeat("x", 300)} {
		if _, err := MakeToken(data, bad, Judge, time.Now()); err == nil {
			t.Errorf("a token for %q", bad)
		}
	}
}

// A page of another site can have nothing done, with a session or on loopback without one.
func TestOtherSites(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	token := tokenFor(t, data, "Ada", Admin)
	shut, open := start(t, Options{Data: data}, true), start(t, Options{Open: true}, true)
	host := strings.TrimPrefix(shut.url, "http://")
	for _, c := range []struct {
		at     *station
		method string
		header []string
		want   int
	}{
		{shut, "PUT", []string{"Cookie", sessionCookie + "=" + token, "Origin", "http://evil.example"}, 403},
		{shut, "PUT", []string{"Cookie", sessionCookie + "=" + token, "Sec-Fetch-Site", "cross-site"}, 403},
		{shut, "PUT", []string{"Cookie", sessionCookie + "=" + token, "Sec-Fetch-Site", "same-site"}, 403},
		{shut, "PUT", []string{"Cookie", sessionCookie + "=" + token, "Origin", "null"}, 403},
		{shut, "PUT", []string{"Cookie", sessionCookie + "=" + token, "Origin", "http://" + host}, 404},
		{shut, "PUT", []string{"Authorization", "Bearer " + token, "Origin", "http://evil.example"}, 404},
		{open, "PUT", []string{"Origin", "http://evil.example"}, 403},
		{open, "PUT", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{open, "PUT", nil, 404},
		{open, "GET", []string{"Host", "rebound.example"}, 403},
		{open, "GET", []string{"Host", "localhost:1"}, 404},
		{open, "GET", []string{"Host", "[::1]:80"}, 404},
	} {
		path := "/api/v1/parts/x/model"
		if c.method == "GET" {
			path = "/api/v1/scans/none"
		}
		if got, _, text := c.at.ask(c.method, path, []byte(`{"id": "x"}`), c.header...); got != c.want {
			t.Errorf("%s with %v: %d %s, want %d", c.method, c.header, got, text, c.want)
		}
	}
	_, header, _ := shut.ask("POST", "/api/v1/session", []byte(`{"token": "`+token+`"}`))
	if c := header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") {
		t.Errorf("cookie %q", c)
	}
	for path, want := range map[string]string{"/": "script-src 'self'", "/api/v1/scans": "default-src 'none'"} {
		if _, header, _ := shut.ask("GET", path, nil); !strings.Contains(header.Get("Content-Security-Policy"), want) || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
}

// names that try to be paths, or markup.
var hostileNames = []string{"../../etc/passwd", `..\..\evil.ply`, "/etc/shadow", "a/../../b.ply", "<script>alert(1)</script>.ply", "x\x00y.ply", "\u202eylp.exe", strings.Repeat("n", 5000) + ".ply", "..", "", "con"}

func TestNamesAreNeverPaths(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{Open: true, Data: filepath.Join(dir, "in", "data")}, true)
	s.addModel()
	for i, name := range hostileNames {
		body, kind := formOf(t, map[string]string{"part": "ball"}, map[string][]byte{name: []byte(fmt.Sprint("scan ", i))})
		if code, _, text := s.ask("POST", "/api/v1/scans", body, "Content-Type", kind); code != 202 && code != 400 {
			t.Errorf("%q: %d %s", name, code, text)
		}
	}
	for _, path := range []string{"/api/v1/scans/..%2f..%2fetc%2fpasswd/file", "/api/v1/parts/..%2f../models", "/api/v1/parts/%2e%2e/models", "/web/..%2fopenapi.json", "/web/%2e%2e%2fweb%2fapp.js", "/api/v1/parts/ball/models/..%2f..%2ftokens.json"} {
		if code, _, text := s.ask("GET", path, nil); code == 200 && !bytes.Contains(text, []byte(`"models": []`)) {
			t.Errorf("%s: %d %.100s", path, code, text)
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(filepath.Join(dir, "in", "data"), path)
		if !d.IsDir() && strings.HasPrefix(rel, "..") {
			t.Errorf("written outside the data folder: %s", path)
		}
		if strings.Contains(d.Name(), "evil") || strings.Contains(d.Name(), "script") || strings.Contains(d.Name(), "passwd") {
			t.Errorf("a client has named the file %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Markup in names and fields comes out as text: in documents and in the report's page.
func TestMarkupIsText(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	s.addModel()
	const markup = `</script><script>alert(1)</script>`
	e := s.judge("%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", true, "&serial=%3Cscript%3Ealert(2)%3C%2Fscript%3E")
	if e.Serial != "<script>alert(2)</script>" || !strings.Contains(e.Name, "script>") {
		t.Fatalf("%q %q", e.Name, e.Serial)
	}
	for _, what := range []string{"", "/map", "/report"} {
		_, header, text := s.ask("GET", "/api/v1/scans/"+e.ID+what, nil)
		if bytes.Contains(text, []byte("<script>alert")) || bytes.Contains(text, []byte(markup)) {
			t.Errorf("%q holds the markup as it is", what)
		}
		if what != "" && !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s is not in a sandbox: %v", what, header)
		}
	}
	if _, header, _ := s.ask("GET", "/api/v1/scans/"+e.ID+"/file", nil); header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") {
		t.Errorf("an uploaded file may be shown as a page: %v", header)
	}
}

func TestFieldsAreChecked(t *testing.T) {
	s := start(t, Options{Open: true}, true)
	s.addModel()
	for _, query := range []string{"part=", "part=%FF", "part=a%0Ab", "part=" + strings.Repeat("x", 300), "part=ball&serial=%1b%5b31m", "part=ball&other=1", "part=ball&wait=-1", "part=ball&wait=1e9", "part=..", "part=+x"} {
		if code, _, text := s.ask("POST", "/api/v1/scans?"+query, []byte("x")); code != 400 || answerOf(text) == "" {
			t.Errorf("%s: %d %s", query, code, text)
		}
	}
	if n, _ := s.store.Waiting(t.Context(), s.data.id, judgeKind); n != 0 {
		t.Errorf("%d were queued all the same", n)
	}
}

// An upload of 10 GB is refused: at once where its length is told, and else as soon as it is
// more than what may come. Nothing of it stays.
func TestTenGigabytes(t *testing.T) {
	const most = 4 << 20
	s := start(t, Options{Open: true, MostBody: most}, true)
	s.addModel()
	const form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.ply\"\r\n\r\n"
	for _, c := range []struct {
		name, header, begin string
		told                bool
	}{
		{"told", "Content-Length: 10737418240\r\n", "", true},
		{"a form, told", "Content-Length: 10737418240\r\nContent-Type: multipart/form-data; boundary=b\r\n", form, true},
		{"not told", "Transfer-Encoding: chunked\r\n", "", false},
		{"a form, not told", "Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=b\r\n", form, false},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		fmt.Fprintf(conn, "POST /api/v1/scans?part=ball HTTP/1.1\r\nHost: localhost\r\n%s\r\n", c.header)
		var sent atomic.Int64
		if !c.told {
			go func() { // until the service wants no more
				piece := append([]byte(c.begin), bytes.Repeat([]byte("1 2 3\n"), 1<<16)...)
				for {
					if _, err := fmt.Fprintf(conn, "%x\r\n%s\r\n", len(piece), piece); err != nil {
						return
					}
					sent.Add(int64(len(piece)))
				}
			}()
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if answer.StatusCode != 413 {
			t.Errorf("%s: status %d", c.name, answer.StatusCode)
		}
		if n := sent.Load(); n > 16*most { // what the network holds may be some more than what is read
			t.Errorf("%s: %d bytes were taken before the answer", c.name, n)
		}
	}
	err := filepath.WalkDir(s.data.path, func(path string, d fs.DirEntry, err error) error {
		if info, _ := d.Info(); d.Type().IsRegular() && (info.Size() > most || strings.Contains(path, incoming)) {
			t.Errorf("%s is left, %d bytes", path, info.Size())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What lies outside the data folder is never read for a client, nor what of it is nobody's
// business: no address leads there, even one that no client library would send.
func TestNothingOutsideIsRead(t *testing.T) {
	dir := t.TempDir()
	const secret = "nobody may read this"
	data := filepath.Join(dir, "in", "data")
	s := start(t, Options{Open: true, Data: data}, true)
	s.addModel()
	secrets := []string{filepath.Join(dir, "in", "secret"), filepath.Join(dir, "secret"), filepath.Join(data, "secret"), filepath.Join(data, scanFiles, "secret"), filepath.Join(data, scanFiles, "se", "secret")}
	for _, path := range secrets {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"secret", secrets[0]}
	for _, up := range []string{"../", "..%2f", "%2e%2e/", "%2e%2e%2f", `..\`, "..%5c", "%252e%252e%252f", "....//", "..;/"} {
		for n := 1; n <= 4; n++ {
			names = append(names, strings.Repeat(up, n)+"secret")
		}
	}
	asked := 0
	for _, name := range names {
		for _, path := range []string{"/%s", "/web/%s", "/api/v1/scans/%s", "/api/v1/scans/%s/file", "/api/v1/scans/%s/map", "/api/v1/scans/%s/result", "/api/v1/parts/ball/models/%s", "/api/v1/parts/%s/models/x", "/api/v1/trainings/%s", "/api/v1/scans?part=ball&name=%s&after=%[1]s"} {
			conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			conn.SetDeadline(time.Now().Add(30 * time.Second))
			fmt.Fprintf(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", name)
			text, err := io.ReadAll(conn)
			conn.Close()
			if err != nil || !bytes.HasPrefix(text, []byte("HTTP/1.1 ")) {
				t.Errorf("%s of %q: %v %.100q", path, name, err, text)
			}
			if asked++; bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s of %q reads a file that is nobody's business", path, name)
			}
		}
	}
	if asked < 300 {
		t.Errorf("only %d were asked", asked)
	}
}

// A client that sends its header, or takes its answer, without end is let go.
func TestSlowClients(t *testing.T) {
	s := start(t, Options{Open: true, Patience: 300 * time.Millisecond}, true)
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	begun := time.Now()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
	c.SetReadDeadline(begun.Add(20 * time.Second))
	// It is answered that it was too slow, or simply let go.
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err == nil && answer.StatusCode < 400 {
		t.Errorf("status %d", answer.StatusCode)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("held for %v", took)
	}
}

// A client that sends a byte now and then, or takes its answer so, holds its place no longer.
func TestDrippingClients(t *testing.T) {
	const patience = 300 * time.Millisecond
	s := start(t, Options{Open: true, Patience: patience}, true)
	s.addModel()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	begun := time.Now()
	fmt.Fprintf(c, "POST /api/v1/scans?part=ball HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
	for time.Since(begun) < 10*time.Second {
		if _, err := c.Write([]byte("x")); err != nil {
			break
		}
		time.Sleep(patience / 10)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("a dripping upload was held for %v", took)
	}
	// A large answer that nobody takes.
	var e history.Entry
	big := bytes.Repeat([]byte("1 2 3\n"), 4<<20)
	k, err := s.data.keep(scanFiles, bytes.NewReader(big), int64(len(big)))
	if err != nil {
		t.Fatal(err)
	}
	e.ID, e.Scan, e.Verdict = history.EntryID(k.hash, "m"), k.hash, "sound"
	if _, err := s.store.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	c2, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c2.Close()
	fmt.Fprintf(c2, "GET /api/v1/scans/%s/file HTTP/1.1\r\nHost: localhost\r\n\r\n", e.ID)
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if begun := time.Since(begun); begun > 10*time.Second {
			t.Fatal("an answer that nobody takes is held")
		} else if begun > patience/2 && s.numbers.flight.Load() == 0 {
			break
		}
	}
}

// No answer tells where the data folder lies.
func TestPathsStayInside(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	first := s.addModel()
	tell := func(method, path string, body []byte) {
		t.Helper()
		if _, _, text := s.ask(method, path, body); bytes.Contains(text, []byte(s.data.path)) {
			t.Errorf("%s %s tells where the data folder is: %s", method, path, text)
		}
	}
	tell("POST", "/api/v1/parts/ball/models", []byte("no model"))
	tell("POST", "/api/v1/parts/ball/models", modelFile(t)[:1000])
	tell("POST", "/api/v1/scans?part=ball&wait=60", []byte("no scan"))
	if err := os.Remove(s.data.file(modelFiles, first.ID)); err != nil {
		t.Fatal(err)
	}
	s.loaded = newLoadedModels()
	tell("POST", "/api/v1/scans?part=ball&wait=60", scanFile(t, "a", false))
	tell("GET", "/api/v1/parts/ball/models/"+first.ID, nil)
	if code, _, text := s.ask("POST", "/api/v1/scans?part=ball", scanFile(t, "a", false)); code != 404 || !strings.Contains(answerOf(text), "upload its file") {
		t.Errorf("without the model's file: %d %s", code, text)
	}
	s.addModel() // the same file again
	if e := s.judge("a", false, ""); e.Verdict != "sound" || e.Model.Version != 1 {
		t.Errorf("%+v", e)
	}
}

// Files that unpack to far more than they are cost a message, not the memory.
func TestPackedBombs(t *testing.T) {
	s := start(t, Options{Open: true}, false)
	s.addModel()
	pcd := "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 300000000\nHEIGHT 1\nPOINTS 300000000\nDATA binary_compressed\n\x10\x00\x00\x00\x00\x93\x5c\xd6" + strings.Repeat("\xe0", 16)
	ply := "ply\nformat binary_little_endian 1.0\nelement vertex 2000000000\nproperty float x\nproperty float y\nproperty float z\nend_header\nabc"
	for name, text := range map[string]string{"pcd": pcd, "ply": ply, "gz": "\x1f\x8b\x08" + strings.Repeat("\x00", 100), "zip": "PK\x03\x04" + strings.Repeat("\x00", 100)} {
		var e history.Entry
		begun := time.Now()
		s.want(200, "POST", "/api/v1/scans?part=ball&wait=60&name=bomb."+name, []byte(text), &e)
		if e.Verdict != history.Failed || time.Since(begun) > 20*time.Second {
			t.Errorf("%s: %s after %v: %s", name, e.Verdict, time.Since(begun), e.Error)
		}
	}
}
