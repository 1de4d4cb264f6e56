package service

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// What every request goes through: who asks, from where, how long it may take.

// sessionCookie holds a token for the page. It goes to this origin alone, and no script sees
// it.
const sessionCookie = "blemish_session"

// pagePolicy lets the page run its own script, show its own style, and speak to its own
// origin; nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// asker is who sent a request.
type asker struct {
	name string
	role Role
}

type askerKey struct{}

// whoAsks is who sent a request that was let in.
func whoAsks(r *http.Request) asker {
	a, _ := r.Context().Value(askerKey{}).(asker)
	return a
}

// guarded is a route as the server sees it.
func (s *Service) guardedRoute(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		s.numbers.flight.Add(1)
		defer s.numbers.flight.Add(-1)
		out := &recorder{ResponseWriter: w, status: 200, deadline: http.NewResponseController(w), patience: s.opt.Patience}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", pagePolicy)
		if !rt.body && r.ContentLength != 0 { // the pace of other bodies is looked after where they are read
			out.deadline.SetReadDeadline(begun.Add(s.opt.Patience))
		}
		who, err := s.admit(r, rt.role)
		if err == nil {
			err = rt.answer(out, r.WithContext(context.WithValue(r.Context(), askerKey{}, who)))
		}
		if err != nil {
			s.answerError(out, r, err)
		}
		s.numbers.answered(rt.method, rt.path, out.status)
		s.log.Info("request", "method", r.Method, "path", r.URL.Path, "status", out.status, "bytes", out.n, "seconds", time.Since(begun).Seconds(), "who", who.name, "from", r.RemoteAddr)
	})
}

// admit says who asks, or why it is not let in.
func (s *Service) admit(r *http.Request, needed Role) (asker, error) {
	if err := sameOrigin(r); err != nil {
		return asker{}, err
	}
	if s.opt.Open {
		// Another name for this address may be a foreign page's way in.
		if !isLoopback(r.Host) {
			return asker{}, refused(403, "without tokens this service answers to localhost alone, not to %q", r.Host)
		}
		has, err := s.HasTokens()
		if err != nil {
			s.log.Error("the tokens cannot be read", "error", err)
			return asker{}, busy(503, 5, "the tokens cannot be read")
		}
		if !has {
			return asker{role: Admin}, nil
		}
	}
	text := given(r)
	if text == "" {
		if needed == Nobody {
			return asker{}, nil
		}
		return asker{}, refused(401, "a token is needed: Authorization: Bearer TOKEN")
	}
	name, role, err := s.tokens.who(text)
	switch {
	case err != nil:
		s.log.Error("the tokens cannot be read", "error", err)
		return asker{}, busy(503, 5, "the tokens cannot be read")
	case needed == Nobody:
		return asker{name, role}, nil
	case role == Nobody:
		return asker{}, refused(401, "the token is not known here")
	case role < needed:
		return asker{name, role}, refused(403, "this needs the role %s, the token has %s", needed, role)
	}
	return asker{name, role}, nil
}

// given is the token of a request.
func given(r *http.Request) string {
	if text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(text)
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		return c.Value
	}
	return ""
}

// sameOrigin refuses what another site's page sends. Who shows a token in the header of the
// request is no browser that was led astray.
func sameOrigin(r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Header.Get("Authorization") != "" {
		return nil
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "same-origin", "none":
	default:
		return refused(403, "a page of another site may not ask for this")
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return refused(403, "a page of another site may not ask for this")
		}
	}
	return nil
}

// isLoopback reports whether a host, with or without a port, is this machine to itself.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// answerError tells a client what is wrong, and the log what it need not know.
func (s *Service) answerError(w *recorder, r *http.Request, err error) {
	if w.wrote {
		s.log.Error("an answer broke off", "path", r.URL.Path, "error", err)
		return
	}
	var p *problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, syscall.ENOSPC):
		s.log.Error("the disk is full", "error", err)
		p = &problem{503, "the disk of the service is full; nothing was kept", 30}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		s.log.Error("the data folder cannot be written", "error", err)
		p = &problem{503, "the data folder of the service cannot be written; nothing was kept", 30}
	case r.Context().Err() != nil:
		p = &problem{status: 408, text: "the client has gone"}
	default:
		s.log.Error("a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		p = &problem{status: 500, text: "the service failed at this; its log tells why"}
	}
	if p.status == 401 {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if p.after > 0 {
		w.Header().Set("Retry-After", itoa(p.after))
	}
	if p.status == 408 || p.status == 413 {
		w.Header().Set("Connection", "close")
	}
	answer(w, p.status, map[string]string{"error": p.text})
}

// answer writes a document.
func answer(w http.ResponseWriter, status int, doc any) error {
	text, err := json.MarshalIndent(doc, "", "  ") // escapes <, > and &
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(append(text, '\n'))
	return err
}

// recorder remembers what was answered, and lets go of a client that takes nothing.
type recorder struct {
	http.ResponseWriter
	deadline *http.ResponseController
	patience time.Duration
	status   int
	n        int64
	wrote    bool
}

func (w *recorder) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	w.wrote = true
	w.deadline.SetWriteDeadline(time.Now().Add(w.patience))
	n, err := w.ResponseWriter.Write(b)
	w.n += int64(n)
	return n, err
}

// Unwrap lets a ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
