package storage

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fake is a server that keeps one bucket and holds the client to what S3 asks for: signed
// requests, bodies of the length that they promise, If-None-Match.
type fake struct {
	t       *testing.T
	mu      sync.Mutex
	objects map[string][]byte
	puts    int
	refuse  int // so many requests are answered with 503
}

const fakeKey = "AKIDFAKE"

func startFake(t *testing.T) *fake {
	f := &fake{t: t, objects: map[string][]byte{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	t.Setenv("AWS_REGION", "eu-test-1")
	t.Setenv("AWS_ACCESS_KEY_ID", fakeKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return f
}

func answer(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, code)
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	auth := r.Header.Get("Authorization")
	if !strings.HasPrefix(auth, "AWS4-HMAC-SHA256 Credential="+fakeKey+"/") || !strings.Contains(auth, "/eu-test-1/s3/aws4_request") || !strings.Contains(auth, "Signature=") {
		f.t.Errorf("%s %s is signed %q", r.Method, r.URL, auth)
	}
	if f.refuse > 0 {
		f.refuse--
		answer(w, http.StatusServiceUnavailable, "SlowDown")
		return
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if bucket != "scans" {
		answer(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	if key == "" {
		if r.Method != http.MethodHead {
			f.t.Errorf("%s of the bucket", r.Method)
		}
		return
	}
	data, there := f.objects[key]
	switch r.Method {
	case http.MethodPut:
		f.put(w, r, key, there)
	case http.MethodGet, http.MethodHead:
		if !there {
			answer(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", etag(data))
		w.Header().Set("Last-Modified", "Sun, 29 Nov 2026 00:00:00 GMT")
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		if r.Method == http.MethodGet {
			w.Write(data)
		}
	case http.MethodDelete:
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		f.t.Errorf("%s %s", r.Method, r.URL)
	}
}

func etag(data []byte) string {
	sum := md5.Sum(data)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

func (f *fake) put(w http.ResponseWriter, r *http.Request, key string, there bool) {
	f.puts++
	if r.Header.Get("If-None-Match") != "*" {
		f.t.Errorf("PUT %s without If-None-Match: *", key)
	}
	if r.URL.RawQuery != "" {
		f.t.Errorf("PUT %s in parts: %s", key, r.URL.RawQuery)
	}
	body, err := payload(r)
	if err != nil {
		answer(w, http.StatusBadRequest, "IncompleteBody")
		return
	}
	if there {
		answer(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return
	}
	f.objects[key] = body
	w.Header().Set("ETag", etag(body))
}

// payload reads the body of a PUT, which without TLS comes in signed chunks:
// size;chunk-signature=… CRLF data CRLF, the last of size 0.
func payload(r *http.Request) ([]byte, error) {
	if r.Header.Get("X-Amz-Content-Sha256") != "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" {
		body, err := io.ReadAll(r.Body)
		if err == nil && int64(len(body)) != r.ContentLength {
			err = fmt.Errorf("%d bytes, %d were promised", len(body), r.ContentLength)
		}
		return body, err
	}
	want, err := strconv.Atoi(r.Header.Get("X-Amz-Decoded-Content-Length"))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	in := bufio.NewReader(r.Body)
	for {
		head, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, signature, _ := strings.Cut(strings.TrimSpace(head), ";")
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil || !strings.HasPrefix(signature, "chunk-signature=") {
			return nil, fmt.Errorf("chunk %q", head)
		}
		if _, err := io.CopyN(&out, in, n); err != nil {
			return nil, err
		}
		if _, err := in.Discard(2); err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
	}
	if out.Len() != want {
		return nil, fmt.Errorf("%d bytes, %d were promised", out.Len(), want)
	}
	return out.Bytes(), nil
}
