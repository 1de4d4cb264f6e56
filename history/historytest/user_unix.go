//go:build unix

package historytest

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// quit ends a server at once.
const quit = syscall.SIGQUIT

// other is the user that a server runs as when root tests: it refuses to be root.
func other() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	id, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	group, err := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(id), Gid: uint32(group)}, err
}

func giveAway(dir string) error {
	who, err := other()
	if who == nil || err != nil {
		return err
	}
	return os.Chown(dir, int(who.Uid), int(who.Gid))
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = filepath.Dir(s.dir)
	who, _ := other() // giveAway has told
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	return cmd
}
