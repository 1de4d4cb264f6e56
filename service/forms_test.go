package service

import (
	"bytes"
	"mime/multipart"
	"slices"
	"testing"
	"time"

	"blemish/history"
)

// formOf is a form with fields and files, and its type.
func formOf(t testing.TB, fields map[string]string, files map[string][]byte) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		out, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// waitTraining waits until a training has ended.
func waitTraining(s *station, path string) trainingDoc {
	s.Helper()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		var doc trainingDoc
		s.want(200, "GET", path, nil, &doc)
		if doc.State == history.JobDone || doc.State == history.JobFailed {
			return doc
		}
		if time.Since(begun) > 3*time.Minute {
			s.Fatalf("still %+v", doc)
		}
	}
}
