package service

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"blemish/history"
)

// Reading the history.

// queryOf reads the fields of an address; one that is not known is an error.
func queryOf(r *http.Request, known ...string) (url.Values, error) {
	q := r.URL.Query()
	for name, values := range q {
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			return nil, refused(400, "there is no field %q", name)
		}
		if err := checkField(name, values[0], false); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// listRoute lists entries, the newest first.
func (s *Service) listRoute(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "part", "serial", "order", "operator", "model", "verdict", "label", "from", "until", "name", "limit", "after")
	if err != nil {
		return err
	}
	f := history.Filter{Part: q.Get("part"), Serial: q.Get("serial"), Order: q.Get("order"), Operator: q.Get("operator"), Model: q.Get("model"), Verdict: q.Get("verdict"), Label: q.Get("label"), Name: q.Get("name")}
	if f.From, err = timeOf(q, "from"); err != nil {
		return err
	}
	if f.Until, err = timeOf(q, "until"); err != nil {
		return err
	}
	limit, err := limitOf(q, 50, history.MostPage)
	if err != nil {
		return err
	}
	list, next, err := s.store.List(r.Context(), f, history.Page{Limit: limit, After: q.Get("after")})
	if err != nil {
		if q.Get("after") != "" && !errors.Is(err, history.ErrUnreachable) {
			return refused(400, "%v", err)
		}
		return storeProblem(err)
	}
	counts, err := s.store.Count(r.Context(), f)
	if err != nil {
		return storeProblem(err)
	}
	waiting, err := s.store.Waiting(r.Context(), s.data.id, judgeKind)
	if err != nil {
		return storeProblem(err)
	}
	return answer(w, 200, struct {
		Scans   []history.Entry `json:"scans"`
		Next    string          `json:"next,omitempty"`
		Counts  map[string]int  `json:"counts"`
		Waiting int             `json:"waiting"`
	}{list, next, counts, waiting})
}

func timeOf(q url.Values, name string) (time.Time, error) {
	if q.Get(name) == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, q.Get(name))
	if err != nil {
		return t, refused(400, "%s %q: want a time such as 2026-03-01T08:00:00Z", name, q.Get(name))
	}
	return t, nil
}

func limitOf(q url.Values, otherwise, most int) (int, error) {
	if q.Get("limit") == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > most {
		return 0, refused(400, "limit %s: want 1 to %d", q.Get("limit"), most)
	}
	return n, nil
}

// entryOf is the entry that an address names.
func (s *Service) entryOf(r *http.Request) (history.Entry, error) {
	id := r.PathValue("id")
	if !isHash(id) {
		return history.Entry{}, refused(404, "there is no scan %q", id)
	}
	e, err := s.store.Get(r.Context(), id)
	if errors.Is(err, history.ErrNotFound) {
		return e, refused(404, "there is no scan %s", id)
	}
	return e, storeProblem(err)
}

// scanRoute is the entry of a scan, or how far it is.
func (s *Service) scanRoute(w http.ResponseWriter, r *http.Request) error {
	e, err := s.entryOf(r)
	var p *problem
	if errors.As(err, &p) && p.status == 404 && isHash(r.PathValue("id")) {
		job, err := s.store.Job(r.Context(), r.PathValue("id"))
		if errors.Is(err, history.ErrNotFound) || err == nil && job.Kind != judgeKind {
			return p
		}
		if err != nil {
			return storeProblem(err)
		}
		doc := pending{ID: job.ID, State: job.State, Received: job.Enqueued}
		if err := readPending(&job, &doc); err != nil {
			return err
		}
		w.Header().Set("Retry-After", "1")
		return answer(w, 202, doc)
	}
	if err != nil {
		return err
	}
	labels, err := s.store.Labels(r.Context(), e.ID)
	if err != nil {
		return storeProblem(err)
	}
	return answer(w, 200, struct {
		history.Entry
		Labels []history.Label `json:"labels"`
	}{e, labels})
}

// verdictRoute is the verdict as one word, for controllers.
func (s *Service) verdictRoute(w http.ResponseWriter, r *http.Request) error {
	e, err := s.entryOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = fmt.Fprintln(w, e.Verdict)
	return err
}

// resultRoute is the document of predict, byte by byte.
func (s *Service) resultRoute(w http.ResponseWriter, r *http.Request) error {
	e, err := s.entryOf(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(e.Result)
	return err
}

// fileRoute is the scan as it was uploaded.
func (s *Service) fileRoute(w http.ResponseWriter, r *http.Request) error {
	e, err := s.entryOf(r)
	if err != nil {
		return err
	}
	return s.sendFile(w, s.data.file(scanFiles, e.Scan), e.Name)
}

// sendFile sends a stored file to be saved, never to be shown.
func (s *Service) sendFile(w http.ResponseWriter, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return refused(404, "%s is not in the data folder of this station", name)
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, err = io.Copy(w, f)
	return err
}
