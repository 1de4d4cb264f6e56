package historytest

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL server that a test may stop and start.
type Server struct {
	t    *testing.T
	bin  string // folder of the programs
	dir  string // of the cluster
	port int
	run  *exec.Cmd
}

// Database is the URL of a new, empty database: on the server that BLEMISH_POSTGRES names,
// else on one of its own. Where there is neither the test is skipped.
func Database(t *testing.T) string {
	t.Helper()
	if at := os.Getenv("BLEMISH_POSTGRES"); at != "" {
		return create(t, at)
	}
	return Start(t).Database()
}

// Start makes a cluster in a folder of its own and starts it, or skips the test where the
// programs are not installed.
func Start(t *testing.T) *Server {
	t.Helper()
	s := &Server{t: t, bin: programs()}
	if s.bin == "" {
		t.Skip("no PostgreSQL here: set BLEMISH_POSTGRES to the URL of a server, or install postgresql")
	}
	// Not t.TempDir(): the server runs as another user, who must reach it.
	dir, err := os.MkdirTemp("", "blemish-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := giveAway(dir); err != nil {
		t.Skip("PostgreSQL does not run as root, and there is no other user: " + err.Error())
	}
	s.dir = filepath.Join(dir, "cluster")
	init := s.command("initdb", "-D", s.dir, "-U", "blemish", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
	if out, err := init.CombinedOutput(); err != nil {
		t.Skipf("initdb: %v\n%s", err, out)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = free.Addr().(*net.TCPAddr).Port
	free.Close()
	s.Begin()
	t.Cleanup(s.Stop)
	return s
}

// Begin starts the server, again after Stop.
func (s *Server) Begin() {
	s.t.Helper()
	s.run = s.command("postgres", "-D", s.dir, "-p", fmt.Sprint(s.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off")
	if err := s.run.Start(); err != nil {
		s.t.Fatal(err)
	}
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		c, err := pgx.Connect(s.t.Context(), s.url("postgres"))
		if err == nil {
			c.Close(s.t.Context())
			return
		}
		if time.Since(begun) > 30*time.Second {
			s.t.Fatalf("PostgreSQL does not answer: %v", err)
		}
	}
}

// Stop ends the server at once, as a failure would.
func (s *Server) Stop() {
	if s.run != nil {
		s.run.Process.Signal(quit)
		s.run.Wait()
		s.run = nil
	}
}

// Database makes an empty database.
func (s *Server) Database() string { return create(s.t, s.url("postgres")) }

func (s *Server) url(database string) string {
	return fmt.Sprintf("postgres://blemish@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func create(t *testing.T, at string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	c, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Skipf("no PostgreSQL at BLEMISH_POSTGRES: %v", err)
	}
	defer c.Close(ctx)
	name := fmt.Sprintf("blemish_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := c.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// programs is the folder of initdb and postgres; "" where they are not installed.
func programs() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil && strings.HasSuffix(filepath.Dir(real), "bin") {
			return filepath.Dir(path)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}
