package service

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"

	"blemish/history"
	"blemish/report"
)

// The page of one scan, with the report's viewer. It is made when somebody looks at it first:
// judging again gives the same bytes.

// mapPolicy puts the page into an origin of its own: nothing in it can reach the service.
// What it may run stands in the page itself.
const mapPolicy = "sandbox allow-scripts; frame-ancestors 'self'"

// mapRoute sends the viewer alone, or the whole report of predict.
func (s *Service) mapRoute(w http.ResponseWriter, r *http.Request) error {
	e, err := s.entryOf(r)
	if err != nil {
		return err
	}
	if e.Verdict == history.Failed {
		return refused(409, "the scan could not be judged, so there is no map: %s", e.Error)
	}
	bare := strings.HasSuffix(r.URL.Path, "/map")
	key := history.EntryID(e.ID, map[bool]string{true: "map", false: "report"}[bare])
	path := s.data.file(mapFiles, key)
	in, err := os.Open(path)
	if err != nil {
		if err := s.drawMap(r, &e, path, bare); err != nil {
			return err
		}
		if in, err = os.Open(path); err != nil {
			return err
		}
	}
	defer in.Close()
	w.Header().Set("Content-Security-Policy", mapPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = io.Copy(w, in)
	return err
}

// drawMap makes a page and keeps it.
func (s *Service) drawMap(r *http.Request, e *history.Entry, path string, bare bool) error {
	leave, err := place(s.drawing, "maps being made")
	if err != nil {
		return err
	}
	defer leave()
	if _, err := os.Stat(s.data.file(scanFiles, e.Scan)); err != nil {
		return refused(404, "the scan is not in the data folder of this station")
	}
	doc, err := report.ReadPredict(bytes.NewReader(e.Result), e.Name)
	if err != nil {
		return err
	}
	m, err := s.loaded.open(r.Context(), s, e.Model.ID)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(r.Context(), s.opt.JudgeTime)
	defer stop()
	_, view, err := s.judge(ctx, m, e.Scan, e.Name)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.WritePredictPage(ctx, &page, doc, []report.ScanView{*view}, bare, report.Options{Workers: s.opt.CoresPerScan}); err != nil {
		return err
	}
	_, err = s.data.adopt(&page, int64(page.Len()), func(string) string { return path })
	return err
}
