package service

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blemish/history"
)

// openapi.json is true: it has every route and no other, and the running server gives every
// status of it, with a body that is as the document says.

type apiDoc struct {
	Paths map[string]map[string]struct {
		Role       string `json:"x-role"`
		Parameters []struct{ Name, In string }
		Responses  map[string]struct {
			Content map[string]struct{ Schema map[string]any }
			Headers map[string]any
		}
	}
	Components struct{ Schemas map[string]map[string]any }
}

func readAPI(t *testing.T) *apiDoc {
	t.Helper()
	doc := &apiDoc{}
	if err := json.Unmarshal(openAPI, doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOpenAPIHasEveryRoute(t *testing.T) {
	doc := readAPI(t)
	s := &Service{}
	routes := map[string]Role{}
	for _, rt := range s.routes() {
		routes[rt.method+" "+strings.ReplaceAll(rt.path, "/{$}", "/")] = rt.role
	}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			role, there := routes[strings.ToUpper(method)+" "+path]
			if !there {
				t.Errorf("%s %s is documented, and there is no such route", method, path)
			} else if role.String() != op.Role {
				t.Errorf("%s %s needs the role %s, documented is %s", method, path, role, op.Role)
			}
			delete(routes, strings.ToUpper(method)+" "+path)
		}
	}
	for rt := range routes {
		t.Errorf("%s is not documented", rt)
	}
}

// fits says where a value is not as a schema says.
func (d *apiDoc) fits(schema map[string]any, v any, at string) error {
	if ref, ok := schema["$ref"].(string); ok {
		return d.fits(d.Components.Schemas[ref[strings.LastIndex(ref, "/")+1:]], v, at)
	}
	types, many := schema["type"].([]any)
	if !many {
		types = []any{schema["type"]}
	}
	kind := map[bool]string{true: "integer", false: "number"}
	is := "null"
	switch v := v.(type) {
	case string:
		is = "string"
	case bool:
		is = "boolean"
	case float64:
		is = kind[v == float64(int64(v))]
	case []any:
		is = "array"
	case map[string]any:
		is = "object"
	}
	if !slices.Contains(types, any(is)) && !(is == "integer" && slices.Contains(types, any("number"))) {
		return fmt.Errorf("%s is %s, want %v", at, is, types)
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		return fmt.Errorf("%s is %v, want one of %v", at, v, enum)
	}
	if list, ok := v.([]any); ok {
		for i, item := range list {
			if err := d.fits(schema["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range asList(schema["required"]) {
		if _, there := object[name.(string)]; !there {
			return fmt.Errorf("%s has no %q", at, name)
		}
	}
	for name, value := range object {
		inner, known := properties[name].(map[string]any)
		if !known {
			if extra, ok := schema["additionalProperties"].(map[string]any); ok {
				inner = extra
			} else if schema["additionalProperties"] == false {
				return fmt.Errorf("%s has %q, which the schema does not know", at, name)
			} else {
				continue
			}
		}
		if err := d.fits(inner, value, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

// brokenStore is a history whose server has gone.
type brokenStore struct{ history.Store }

func (brokenStore) err() error { return fmt.Errorf("%w: gone", history.ErrUnreachable) }
func (b brokenStore) List(context.Context, history.Filter, history.Page) ([]history.Entry, string, error) {
	return nil, "", b.err()
}
func (b brokenStore) Check(context.Context) error { return b.err() }

// walk is what the requests of the walk are made of.
type walk struct {
	*testing.T
	doc              *apiDoc
	open, idle, shut *station // without tokens; without workers; with tokens
	tokens           map[Role]string
	sound, bad       history.Entry
	failed           history.Entry
	waiting          string // a scan that waits on idle
	model            history.Model
	training         string
}

func newWalk(t *testing.T) *walk {
	w := &walk{T: t, doc: readAPI(t), tokens: map[Role]string{}}
	w.open = start(t, Options{Open: true, Patience: 500 * time.Millisecond, MostBody: 1 << 20}, false)
	w.model = w.open.addModel()
	w.sound, w.bad = w.open.judge("a", false, ""), w.open.judge("b", true, "&serial=S")
	w.open.want(200, "POST", "/api/v1/scans?part=ball&wait=60", []byte("no scan"), &w.failed)
	w.open.want(200, "PUT", "/api/v1/scans/"+w.bad.ID+"/label", []byte(`{"value": "defective"}`), nil)
	status, header, text := w.open.ask("POST", "/api/v1/parts/ball/trainings?entry="+w.sound.ID, nil)
	if status != 202 {
		t.Fatalf("%d %s", status, text)
	}
	w.training = header.Get("Location")
	waitTraining(w.open, w.training)
	w.idle = start(t, Options{Open: true, MostQueued: 1}, true)
	w.idle.addModel()
	data := filepath.Join(t.TempDir(), "shut")
	for _, role := range []Role{Reader, Judge, Admin} {
		text, err := MakeToken(data, role.String(), role, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		w.tokens[role] = text
	}
	w.shut = start(t, Options{Data: data}, true)
	return w
}

// request is one of the walk.
type request struct {
	at     *station
	path   string // "": as documented, with the names filled in
	body   []byte
	header []string
}

// path fills names into a documented path.
func (w *walk) path(path string) string {
	id := w.bad.ID
	if strings.Contains(path, "/models/") {
		id = w.model.ID
	}
	if strings.HasPrefix(path, "/api/v1/trainings") {
		return w.training
	}
	return strings.NewReplacer("{id}", id, "{part}", "ball", "{file}", "app.js").Replace(path)
}

// good is the request that succeeds.
func (w *walk) good(method, path string) request {
	r := request{at: w.open}
	switch method + " " + path {
	case "POST /api/v1/session":
		r.at, r.body = w.shut, []byte(`{"token": "`+w.tokens[Judge]+`"}`)
	case "POST /api/v1/scans":
		r.path, r.body = "/api/v1/scans?part=ball&wait=60", scanFile(w, "a", false)
	case "PUT /api/v1/scans/{id}/label":
		r.body = []byte(`{"value": "defective", "by": "Eve"}`)
	case "POST /api/v1/parts/{part}/models":
		r.body = modelFile(w)
	case "PUT /api/v1/parts/{part}/model":
		r.body = []byte(`{"id": "` + w.model.ID + `"}`)
	case "POST /api/v1/parts/{part}/trainings":
		r.path = "/api/v1/parts/ball/trainings?entry=" + w.sound.ID
	}
	return r
}

// other is the request that is answered with a status beyond success.
func (w *walk) other(method, path, status string, role Role) (request, bool) {
	key := method + " " + path
	r := w.good(method, path)
	switch status {
	case "202": // of GET /scans/{id} and POST /scans
		if method == "POST" && w.waiting == "" {
			r.at, r.path, r.body = w.idle, "/api/v1/scans?part=ball", scanFile(w, "c", false)
		} else {
			r.at, r.path = w.idle, "/api/v1/scans/"+w.waiting
		}
	case "400":
		switch {
		case strings.Contains(path, "{part}"):
			r.path = strings.Replace(w.path(path), "ball", "%07", 1)
		case strings.HasSuffix(key, "/label"):
			r.body = []byte(`{"value": "perhaps"}`)
		case key == "POST /api/v1/session":
			r.body = []byte(`{`)
		default:
			r.path = w.path(path) + "?nonsense=1"
		}
	case "401":
		if r.at = w.shut; key == "POST /api/v1/session" {
			r.body = []byte(`{"token": "wrong"}`)
		}
	case "403":
		r.header = []string{"Host", "evil.example", "Sec-Fetch-Site", "cross-site"}
	case "404":
		switch {
		case strings.HasPrefix(path, "/api/v1/trainings"):
			r.path = "/api/v1/trainings/none"
		case key == "POST /api/v1/parts/{part}/trainings":
			r.path = "/api/v1/parts/ball/trainings?entry=none"
		case strings.Contains(path, "{id}"):
			r.path = strings.Replace(w.path(path), w.bad.ID, strings.Repeat("0", 64), 1)
			r.path = strings.Replace(r.path, w.model.ID, strings.Repeat("0", 64), 1)
		case key == "PUT /api/v1/parts/{part}/model":
			r.body = []byte(`{"id": "none"}`)
		case key == "POST /api/v1/scans":
			r.path = "/api/v1/scans?part=unknown"
		case strings.Contains(path, "{file}"):
			r.path = "/web/none.js"
		default:
			r.path = strings.Replace(w.path(path), "ball", "unknown", 1)
		}
	case "409":
		r.path = strings.Replace(w.path(path), w.bad.ID, w.failed.ID, 1)
	case "413":
		r.body = bytes.Repeat([]byte(" "), 1<<20+1)
		r.body = append(r.body, '{')
	case "415":
		r.header = []string{"Content-Encoding", "gzip"}
	default:
		return r, false
	}
	return r, true
}

func TestOpenAPIIsTrue(t *testing.T) {
	w := newWalk(t)
	for _, path := range keysOf(w.doc.Paths) {
		for _, method := range keysOf(w.doc.Paths[path]) {
			op := w.doc.Paths[path][method]
			role, _ := ParseRole(op.Role)
			for _, status := range keysOf(op.Responses) {
				if status != "503" { // last, below: it breaks the station
					w.check(strings.ToUpper(method), path, status, role)
				}
			}
		}
	}
	// Whoever reads or writes anything is told when tokens cannot be read.
	if err := os.WriteFile(filepath.Join(w.open.data.path, tokenFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range keysOf(w.doc.Paths) {
		for _, method := range keysOf(w.doc.Paths[path]) {
			r := w.good(strings.ToUpper(method), path)
			r.at = w.open
			w.send(strings.ToUpper(method), path, "503", r)
		}
	}
	w.open.want(503, "GET", "/healthz", nil, nil)
}

// check asks for one status of one operation.
func (w *walk) check(method, path, status string, role Role) {
	w.Helper()
	switch {
	case status == "408":
		w.slow(method, path)
		return
	case status == "429":
		w.crowded(method, path)
		return
	case status == "403" && role > Reader: // also by a token with too small a role
		r := w.good(method, path)
		r.at, r.header = w.shut, []string{"Authorization", "Bearer " + w.tokens[role-1]}
		w.send(method, path, status, r)
	}
	success := status == "200" || status == "201" || status == "202" && strings.HasSuffix(path, "/trainings")
	r := w.good(method, path)
	if !success {
		var known bool
		if r, known = w.other(method, path, status, role); !known {
			w.Errorf("%s %s: no request of this walk is answered with %s", method, path, status)
			return
		}
	}
	text := w.send(method, path, status, r)
	if method == "POST" && status == "202" && path == "/api/v1/scans" {
		var p pending
		if err := json.Unmarshal(text, &p); err != nil {
			w.Fatal(err)
		}
		w.waiting = p.ID
	}
}

// send sends a request, and holds the answer against the document.
func (w *walk) send(method, path, status string, r request) []byte {
	w.Helper()
	if r.path == "" {
		r.path = w.path(path)
	}
	got, header, text := r.at.ask(method, r.path, r.body, r.header...)
	if fmt.Sprint(got) != status {
		w.Errorf("%s %s: status %d, want %s: %.200s", method, r.path, got, status, text)
		return text
	}
	w.body(method, path, status, header, text)
	return text
}

func (w *walk) body(method, path, status string, header http.Header, text []byte) {
	w.Helper()
	said := w.doc.Paths[path][strings.ToLower(method)].Responses[status]
	media, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	content, ok := said.Content[media]
	if !ok {
		w.Errorf("%s %s %s: the body is %s, documented is %v", method, path, status, media, keysOf(said.Content))
		return
	}
	for name := range said.Headers {
		if header.Get(name) == "" {
			w.Errorf("%s %s %s: no header %s", method, path, status, name)
		}
	}
	if media != "application/json" {
		return
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		w.Errorf("%s %s %s: %v", method, path, status, err)
		return
	}
	if err := w.doc.fits(content.Schema, v, "body"); err != nil {
		w.Errorf("%s %s %s: %v\n%.600s", method, path, status, err, text)
	}
}

// slow sends the beginning of a body and then nothing.
func (w *walk) slow(method, path string) {
	w.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.open.url, "http://"))
	if err != nil {
		w.Fatal(err)
	}
	defer c.Close()
	target := w.path(path)
	if path == "/api/v1/scans" {
		target += "?part=ball"
	}
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 1000\r\n\r\n{", method, target, strings.TrimPrefix(w.open.url, "http://"))
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		w.Errorf("%s %s, sent slowly: %v", method, path, err)
		return
	}
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	if answer.StatusCode != 408 {
		w.Errorf("%s %s, sent slowly: %d %s", method, path, answer.StatusCode, text.Bytes())
		return
	}
	w.body(method, path, "408", answer.Header, text.Bytes())
}

// crowded asks while every place is taken.
func (w *walk) crowded(method, path string) {
	w.Helper()
	places := w.open.uploads
	if method == "GET" {
		places = w.open.drawing
		os.RemoveAll(filepath.Join(w.open.data.path, mapFiles)) // what was drawn is not drawn again
	}
	for range cap(places) {
		places <- struct{}{}
	}
	w.send(method, path, "429", w.good(method, path))
	for range cap(places) {
		<-places
	}
	if path == "/api/v1/scans" { // and while the queue is full
		w.send(method, path, "429", request{at: w.idle, path: "/api/v1/scans?part=ball", body: scanFile(w, "d", false)})
	}
}

func keysOf[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A history that has gone is told, and the service is well again when it is back.
func TestHistoryGone(t *testing.T) {
	s := start(t, Options{Open: true}, true)
	good := s.store
	s.store = brokenStore{good}
	for _, path := range []string{"/healthz", "/api/v1/scans"} {
		status, header, text := s.ask("GET", path, nil)
		if status != 503 || header.Get("Retry-After") == "" || strings.Contains(answerOf(text), "gone") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	s.store = good
	s.want(200, "GET", "/healthz", nil, nil)
}
