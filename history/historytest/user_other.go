//go:build !unix

package historytest

import (
	"os"
	"os/exec"
	"path/filepath"
)

// quit ends a server at once.
var quit = os.Kill

func giveAway(string) error { return nil }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	return exec.Command(filepath.Join(s.bin, name), args...)
}
