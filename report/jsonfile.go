package report

// Reading and writing results.json.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Write writes the document as indented JSON. The same document gives the same
// bytes.
func (b *Benchmark) Write(w io.Writer) error {
	doc := *b
	if doc.Detectors == nil {
		doc.Detectors = []BenchmarkDetector{}
	}
	return writeJSON(w, doc)
}

// Write writes the document as indented JSON. The same document gives the same
// bytes.
func (p *Predict) Write(w io.Writer) error {
	doc := *p
	if doc.Scans == nil {
		doc.Scans = []PredictScan{}
	}
	doc.Counts = doc.Count()
	return writeJSON(w, doc)
}

// ReadBenchmark reads results.json of `benchmark`. Name stands in messages. Keys
// that a newer version added are passed over.
func ReadBenchmark(r io.Reader, name string) (*Benchmark, error) {
	doc := &Benchmark{}
	if err := readJSON(r, name, doc); err != nil {
		return nil, err
	}
	doc.fillAbsent()
	return doc, nil
}

// ReadBenchmarkFile is ReadBenchmark of a file.
func ReadBenchmarkFile(name string) (*Benchmark, error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return ReadBenchmark(in, name)
}

// ReadPredict reads results.json of `predict`, as ReadBenchmark does its own.
func ReadPredict(r io.Reader, name string) (*Predict, error) {
	doc := &Predict{}
	if err := readJSON(r, name, doc); err != nil {
		return nil, err
	}
	return doc, nil
}

func writeJSON(w io.Writer, doc any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("results as JSON: %w", err)
	}
	_, err := w.Write(buf.Bytes())
	return err
}

// mostDocument is how many bytes a results.json may have: ten times that of a benchmark
// of a hundred thousand scans.
const mostDocument = 256 << 20

func readJSON(r io.Reader, name string, doc interface{ check() error }) error {
	b, err := io.ReadAll(io.LimitReader(r, mostDocument+1))
	if err == nil && len(b) > mostDocument {
		return fmt.Errorf("%s: more than %d MiB; no results.json is that large", name, mostDocument>>20)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := json.Unmarshal(b, doc); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line := 1 + bytes.Count(b[:min(int(syntax.Offset), len(b))], []byte("\n"))
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := doc.check(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
