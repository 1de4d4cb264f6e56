package service

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"blemish/history"
)

// Taking scans in: streamed to the disk, hashed on the way, queued, and only then answered.

// maxWait is how long an upload may wait for its verdict.
const maxWait = 5 * time.Minute

// leastPace is how many bytes a second a body must bring on average, so that nobody holds a
// place by sending a byte now and then.
const leastPace = 16 << 10

// paced reads a body whose sender may pause, but not for long.
type paced struct {
	r        io.Reader
	deadline *http.ResponseController
	patience time.Duration
	begun    time.Time
	n        int64
}

func (p *paced) Read(b []byte) (int, error) {
	until := time.Now().Add(p.patience)
	if whole := p.begun.Add(p.patience + time.Duration(p.n)*time.Second/leastPace); whole.Before(until) {
		until = whole
	}
	p.deadline.SetReadDeadline(until)
	n, err := p.r.Read(b)
	if p.n += int64(n); err == nil || err == io.EOF {
		// One that stayed would end the request while its answer is being made. After it has
		// passed it stays: the server is not to wait for the rest either.
		p.deadline.SetReadDeadline(time.Time{})
	}
	return n, err
}

// body is the body of a request, with a limit on its size and on pauses.
func (s *Service) body(w http.ResponseWriter, r *http.Request, most int64) io.Reader {
	return &paced{r: http.MaxBytesReader(w, r.Body, most), deadline: http.NewResponseController(w), patience: s.opt.Patience, begun: time.Now()}
}

// bodyProblem is what a client is told when its body could not be taken.
func bodyProblem(err error) error {
	var large *http.MaxBytesError
	var system *os.PathError
	switch {
	case errors.As(err, &large):
		return refused(413, "the body is larger than %d bytes", large.Limit)
	case errors.Is(err, errTooLarge):
		return refused(413, "%v", err)
	case errors.As(err, &system):
		return err // the disk's
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refused(408, "nothing came for too long")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return refused(400, "the body ends early")
	}
	return refused(400, "the body cannot be read: %v", err)
}

// form is what an upload tells beside its files.
type form struct {
	fields  map[string]string
	entries []string // of the field "entry", which may stand there several times
	files   []formFile
}

type formFile struct {
	kept
	name string
}

// readForm keeps the files of a request: the one that is its body, or those of a form. Fields
// stand in the address or in the form.
func (s *Service) readForm(w http.ResponseWriter, r *http.Request, kind string, mostFiles int, known ...string) (*form, error) {
	f := &form{fields: map[string]string{}}
	set := func(name, value string) error {
		for _, k := range known {
			if k == name {
				if f.fields[name] = value; name == "entry" {
					f.entries = append(f.entries, value)
				}
				return checkField(name, value, false)
			}
		}
		return refused(400, "there is no field %q; there are %s", name, strings.Join(known, ", "))
	}
	for name, values := range r.URL.Query() {
		for _, value := range values {
			if err := set(name, value); err != nil {
				return nil, err
			}
		}
	}
	if enc := r.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return nil, refused(415, "Content-Encoding %s: send the file as it is", enc)
	}
	if r.ContentLength > s.opt.MostBody { // before any of it is on the disk
		return nil, bodyProblem(&http.MaxBytesError{Limit: s.opt.MostBody})
	}
	in := s.body(w, r, s.opt.MostBody)
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" {
		begun := bufio.NewReader(in)
		if _, err := begun.Peek(1); err == io.EOF {
			return f, nil // no file
		}
		k, err := s.data.keep(kind, begun, s.opt.MostBody)
		if err != nil {
			return nil, bodyProblem(err)
		}
		f.files = append(f.files, formFile{k, fileName(f.fields["name"], "scan")})
		return f, nil
	}
	if params["boundary"] == "" {
		return nil, refused(400, "a form without a boundary")
	}
	// Not ParseMultipartForm, which writes to the system's folder for temporary files.
	parts := multipart.NewReader(in, params["boundary"])
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, bodyProblem(err)
		}
		if n > 2*(mostFiles+len(known)) {
			return nil, refused(400, "the form has too many parts")
		}
		if err := s.readPart(f, part, kind, set); err != nil {
			return nil, err
		}
	}
	if len(f.files) > mostFiles {
		return nil, refused(400, "%d files; at most %d at once", len(f.files), mostFiles)
	}
	return f, nil
}

// readPart takes one part of a form: a file where it has a file's name, a field otherwise.
func (s *Service) readPart(f *form, part *multipart.Part, kind string, set func(name, value string) error) error {
	_, disposition, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return refused(400, "a part of the form without a name")
	}
	given, isFile := disposition["filename"]
	if !isFile {
		value, err := io.ReadAll(io.LimitReader(part, 8*mostField))
		if err != nil {
			return bodyProblem(err)
		}
		return set(disposition["name"], string(value))
	}
	k, err := s.data.keep(kind, part, s.opt.MostBody)
	if err != nil {
		return bodyProblem(err)
	}
	if k.size == 0 {
		return refused(400, "the file %q is empty", fileName(given, "scan"))
	}
	f.files = append(f.files, formFile{k, fileName(given, "scan")})
	return nil
}

// uploadRoute takes one scan in.
func (s *Service) uploadRoute(w http.ResponseWriter, r *http.Request) error {
	leave, err := place(s.uploads, "uploads")
	if err != nil {
		return err
	}
	defer leave()
	// Refused before the body is read, where that can be told.
	waiting, err := s.store.Waiting(r.Context(), s.data.id, judgeKind)
	if err != nil {
		return storeProblem(err)
	}
	if waiting >= s.opt.MostQueued {
		return busy(429, 5, "the queue is full: %d scans wait; come again", waiting)
	}
	if part := r.URL.Query().Get("part"); part != "" {
		if _, err := s.modelFor(r.Context(), part, r.URL.Query().Get("model")); err != nil {
			return err
		}
	}
	f, err := s.readForm(w, r, scanFiles, 1, "part", "name", "serial", "order", "operator", "model", "wait")
	if err != nil {
		return err
	}
	if len(f.files) != 1 {
		return refused(400, "no scan: send a file as the body, or as a part of a form")
	}
	s.numbers.bytes.Add(f.files[0].size)
	wait, err := waitOf(f.fields["wait"])
	if err != nil {
		return err
	}
	j, err := s.scanJobOf(r.Context(), f)
	if err != nil {
		return err
	}
	id := history.EntryID(j.Scan, j.Model)
	mine := s.waiters.on(id)
	defer s.waiters.leave(id, mine)
	e, err := s.store.Get(r.Context(), id)
	switch {
	case err == nil && e.Verdict != history.Failed:
		return answer(w, 200, e) // judged before: the same scan with the same model
	case err != nil && !errors.Is(err, history.ErrNotFound):
		return storeProblem(err)
	}
	payload, err := json.Marshal(j)
	if err != nil {
		return err
	}
	if _, err := s.store.Enqueue(r.Context(), history.Job{ID: id, Owner: s.data.id, Kind: judgeKind, Payload: payload, Enqueued: j.Received}, s.opt.MostQueued); err != nil {
		return storeProblem(err)
	}
	nudge(s.wake)
	if wait > 0 {
		if e, err := s.await(r.Context(), id, mine, wait); err == nil {
			return answer(w, 200, e)
		}
	}
	w.Header().Set("Location", "/api/v1/scans/"+id)
	return answer(w, 202, pending{ID: id, State: history.JobWaits, Part: j.Part, Name: j.Name, Received: j.Received})
}

// pending is a scan that has no verdict yet.
type pending struct {
	ID       string    `json:"id"`
	State    string    `json:"state"` // waiting or running
	Part     string    `json:"part"`
	Name     string    `json:"name"`
	Received time.Time `json:"received"`
}

// await waits for a verdict.
func (s *Service) await(ctx context.Context, id string, mine <-chan struct{}, wait time.Duration) (history.Entry, error) {
	select {
	case <-mine:
	case <-ctx.Done():
	case <-time.After(wait):
	}
	return s.store.Get(ctx, id)
}

// waitOf reads how many seconds a client waits for its verdict.
func waitOf(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || time.Duration(n)*time.Second > maxWait {
		return 0, refused(400, "wait %s: want a number of seconds, 0 to %d", text, int(maxWait.Seconds()))
	}
	return time.Duration(n) * time.Second, nil
}

// modelFor is the model that judges a scan: the one that is asked for, or the chosen one.
func (s *Service) modelFor(ctx context.Context, part, id string) (history.Model, error) {
	if err := checkPart(part); err != nil {
		return history.Model{}, err
	}
	m, err := s.store.Model(ctx, part, id)
	switch {
	case errors.Is(err, history.ErrNotFound) && id != "":
		return m, refused(404, "the part %q has no model %s", part, id)
	case errors.Is(err, history.ErrNotFound):
		return m, refused(404, "the part %q has no model: upload one, or train it", part)
	case err != nil:
		return m, storeProblem(err)
	}
	if _, err := os.Stat(s.data.file(modelFiles, m.ID)); err != nil {
		return m, refused(404, "version %d of the model of %q is not in the data folder of this station: upload its file here, too", m.Version, part)
	}
	return m, nil
}

// scanJobOf is the job of an upload: which model judges is fixed now.
func (s *Service) scanJobOf(ctx context.Context, f *form) (*scanJob, error) {
	part := f.fields["part"]
	m, err := s.modelFor(ctx, part, f.fields["model"])
	if err != nil {
		return nil, err
	}
	name := f.files[0].name
	if f.fields["name"] != "" {
		name = fileName(f.fields["name"], name)
	}
	return &scanJob{
		Scan: f.files[0].hash, Name: name, Part: part, Serial: f.fields["serial"], Order: f.fields["order"], Operator: f.fields["operator"],
		Received: s.opt.Now().UTC().Truncate(time.Microsecond), Model: m.ID, Version: m.Version, File: m.Name, Detector: m.Detector,
	}, nil
}

// readJSON reads a small document.
func (s *Service) readJSON(w http.ResponseWriter, r *http.Request, doc any) error {
	const most = 64 << 10
	d := json.NewDecoder(s.body(w, r, most))
	d.DisallowUnknownFields()
	if err := d.Decode(doc); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) || errors.Is(err, os.ErrDeadlineExceeded) {
			return bodyProblem(err)
		}
		return refused(400, "%v", fmt.Errorf("the body is not the JSON that is wanted: %w", err))
	}
	return nil
}
