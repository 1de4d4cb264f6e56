package service

import (
	"embed"
	"encoding/json"
	"net/http"
	"path"
)

// The page, and its session.

//go:embed web
var web embed.FS

// webTypes are the types of the page's files; the system's own table is not asked.
var webTypes = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

func pageRoute(w http.ResponseWriter, _ *http.Request) error { return sendWeb(w, "index.html") }

func webRoute(w http.ResponseWriter, r *http.Request) error { return sendWeb(w, r.PathValue("file")) }

func sendWeb(w http.ResponseWriter, name string) error {
	text, err := web.ReadFile("web/" + name)
	if err != nil {
		return refused(404, "the page has no file %q", name)
	}
	w.Header().Set("Content-Type", webTypes[path.Ext(name)])
	_, err = w.Write(text)
	return err
}

// sessionDoc says who asks, and what it may do.
type sessionDoc struct {
	Name   string `json:"name"`
	Role   string `json:"role"`
	Tokens bool   `json:"tokens"` // whether tokens are asked for
}

// sessionRoute tells the page who it is.
func (s *Service) sessionRoute(w http.ResponseWriter, r *http.Request) error {
	has, err := s.HasTokens()
	if err != nil {
		return err
	}
	who := whoAsks(r)
	return answer(w, 200, sessionDoc{who.name, who.role.String(), has || !s.opt.Open})
}

// beginSession puts a token into a cookie that no script and no other site gets.
func (s *Service) beginSession(w http.ResponseWriter, r *http.Request) error {
	var doc struct {
		Token string `json:"token"`
	}
	if err := s.readJSON(w, r, &doc); err != nil {
		return err
	}
	name, role, err := s.tokens.who(doc.Token)
	if err != nil {
		return err
	}
	if role == Nobody {
		return refused(401, "the token is not known here")
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: doc.Token, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	return answer(w, 200, sessionDoc{name, role.String(), true})
}

// endSession takes the cookie back.
func (s *Service) endSession(w http.ResponseWriter, r *http.Request) error {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode, MaxAge: -1})
	return answer(w, 200, sessionDoc{"", Nobody.String(), true})
}

// answerCompact writes a large document on one line.
func answerCompact(w http.ResponseWriter, doc any) error {
	text, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(append(text, '\n'))
	return err
}
