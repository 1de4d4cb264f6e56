//go:build unix

package format

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// openPipe makes a named pipe and opens it for reading.
func openPipe(t *testing.T, patience time.Duration) (path string, p *pipe) {
	path = filepath.Join(t.TempDir(), "scan.xyz")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	in, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	p = in.(*pipe)
	p.patience = patience
	return path, p
}

// TestNamedPipes reads from a pipe into which somebody writes, sooner or later, and
// gives up where nobody does.
func TestNamedPipes(t *testing.T) {
	path, p := openPipe(t, 10*time.Second)
	go func() {
		time.Sleep(100 * time.Millisecond)
		out, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return
		}
		out.WriteString("1 2 3\n")
		time.Sleep(100 * time.Millisecond)
		out.WriteString("4 5 6\n")
		out.Close()
	}()
	if c, _, err := DecodeCloud(p, path); err != nil || c.Len() != 2 {
		t.Errorf("a late writer: %v", err)
	}
	path, p = openPipe(t, 200*time.Millisecond)
	if _, _, err := DecodeCloud(p, path); err == nil || !strings.Contains(err.Error(), "nothing came through the pipe") {
		t.Errorf("nobody writes: %v", err)
	}
	path, p = openPipe(t, 200*time.Millisecond)
	out, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	out.WriteString("1 2 3\n")
	if _, _, err := DecodeCloud(p, path); err == nil || !strings.Contains(err.Error(), "nothing came through the pipe") {
		t.Errorf("a writer that falls silent: %v", err)
	}
}
