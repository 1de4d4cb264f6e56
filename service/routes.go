package service

import (
	_ "embed"
	"net/http"
	"strconv"
	"time"
)

// The table of routes. openapi.json describes each; a test holds them against each other.

//go:embed openapi.json
var openAPI []byte

// route is one way to ask.
type route struct {
	method, path string
	role         Role // that is needed
	body         bool // it reads a body, and looks after its pace
	answer       func(w http.ResponseWriter, r *http.Request) error
}

func (s *Service) routes() []route {
	const v1 = "/api/v1"
	return []route{
		{"GET", "/healthz", Nobody, false, s.healthRoute},
		{"GET", "/metrics", Reader, false, s.metricsRoute},
		{"GET", "/{$}", Nobody, false, pageRoute},
		{"GET", "/web/{file}", Nobody, false, webRoute},
		{"GET", v1 + "/openapi.json", Nobody, false, openAPIRoute},
		{"GET", v1 + "/session", Nobody, false, s.sessionRoute},
		{"POST", v1 + "/session", Nobody, true, s.beginSession},
		{"DELETE", v1 + "/session", Nobody, false, s.endSession},

		{"POST", v1 + "/scans", Judge, true, s.uploadRoute},
		{"GET", v1 + "/scans", Reader, false, s.listRoute},
		{"GET", v1 + "/scans/{id}", Reader, false, s.scanRoute},
		{"GET", v1 + "/scans/{id}/verdict", Reader, false, s.verdictRoute},
		{"GET", v1 + "/scans/{id}/result", Reader, false, s.resultRoute},
		{"GET", v1 + "/scans/{id}/file", Reader, false, s.fileRoute},
		{"GET", v1 + "/scans/{id}/map", Reader, false, s.mapRoute},
		{"GET", v1 + "/scans/{id}/report", Reader, false, s.mapRoute},
		{"PUT", v1 + "/scans/{id}/label", Judge, true, s.labelRoute},

		{"GET", v1 + "/parts", Reader, false, s.partsRoute},
		{"GET", v1 + "/parts/{part}/trends", Reader, false, s.trendsRoute},
		{"GET", v1 + "/parts/{part}/defects", Reader, false, s.defectsRoute},
		{"GET", v1 + "/parts/{part}/models", Reader, false, s.modelsRoute},
		{"POST", v1 + "/parts/{part}/models", Admin, true, s.addModelRoute},
		{"GET", v1 + "/parts/{part}/models/{id}", Reader, false, s.modelFileRoute},
		{"PUT", v1 + "/parts/{part}/model", Admin, true, s.chooseRoute},
		{"GET", v1 + "/parts/{part}/trainings", Reader, false, s.trainingsRoute},
		{"POST", v1 + "/parts/{part}/trainings", Admin, true, s.trainRoute},
		{"GET", v1 + "/trainings/{id}", Reader, false, s.trainingRoute},
	}
}

// Handler answers all requests.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		mux.Handle(rt.method+" "+rt.path, s.guardedRoute(rt))
	}
	nothing := route{"", "nothing", Nobody, false, func(_ http.ResponseWriter, r *http.Request) error {
		return refused(404, "there is nothing at %s; /api/v1/openapi.json lists what there is", r.URL.Path)
	}}
	mux.Handle("/", s.guardedRoute(nothing))
	return mux
}

// Server is an HTTP server with limits on what slow clients may hold.
func (s *Service) Server() *http.Server {
	return &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: min(10*time.Second, s.opt.Patience), IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: nil,
	}
}

func openAPIRoute(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(openAPI)
	return err
}

func itoa(n int) string { return strconv.Itoa(n) }
