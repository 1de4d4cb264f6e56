package jetstream

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"blemish/format"
	"blemish/internal/filelock"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// host is the queue of a data folder. One of the processes that have the folder open holds
// its lock and runs the server; where that process ends, another one does.
type host struct {
	folder, listen string
	log            *slog.Logger
	lock           *filelock.Lock
	server         *server.Server
}

// address is what stands in the folder for the others. Who may read the folder may use the
// queue.
type address struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func (h *host) file(name string) string { return filepath.Join(h.folder, name) }

// connect reaches the queue wherever it is.
func (h *host) connect(options []nats.Option) (*nats.Conn, error) {
	if err := h.take(); err != nil && !errors.Is(err, filelock.ErrHeld) {
		return nil, err
	}
	text, err := os.ReadFile(h.file("address.json"))
	if err != nil {
		return nil, err
	}
	var at address
	if err := json.Unmarshal(text, &at); err != nil {
		return nil, fmt.Errorf("%s: %w", h.file("address.json"), err)
	}
	options = append(options, nats.Token(at.Token))
	if h.server != nil {
		options = append(options, nats.InProcessServer(h.server))
	}
	conn, err := nats.Connect(at.URL, options...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at.URL, err)
	}
	return conn, nil
}

// take runs the server where nobody does.
func (h *host) take() error {
	if h.server != nil {
		return nil
	}
	if err := os.MkdirAll(h.folder, 0o755); err != nil {
		return err
	}
	lock, err := filelock.Take(h.file("lock"))
	if err != nil {
		return err
	}
	if h.server, err = h.start(); err != nil {
		lock.Release()
		return fmt.Errorf("the queue of %s cannot be started: %w", h.folder, err)
	}
	h.lock = lock
	return nil
}

func (h *host) start() (*server.Server, error) {
	name, port := "127.0.0.1", server.RANDOM_PORT
	if h.listen != "" {
		given, number, err := net.SplitHostPort(h.listen)
		if err != nil {
			return nil, fmt.Errorf("%q: want HOST:PORT", h.listen)
		}
		if port, err = strconv.Atoi(number); err != nil || port < 0 || port > 65535 {
			return nil, fmt.Errorf("%q: a port is a number up to 65535", h.listen)
		}
		if port == 0 {
			port = server.RANDOM_PORT
		}
		name = given
	}
	token := rand.Text()
	s, err := server.NewServer(&server.Options{
		ServerName: "blemish", Host: name, Port: port, Authorization: token,
		JetStream: true, StoreDir: h.folder, SyncAlways: true,
		NoSigs: true, NoLog: true,
	})
	if err != nil {
		return nil, err
	}
	s.SetLogger(silent{h.log}, false, false)
	s.Start()
	if !s.ReadyForConnections(15 * time.Second) {
		s.Shutdown()
		return nil, fmt.Errorf("nothing listens at %s", net.JoinHostPort(name, strconv.Itoa(port)))
	}
	at := address{"nats://" + reachable(s.Addr(), name), token}
	text, err := json.Marshal(at)
	if err == nil {
		path := h.file("address.json")
		err = format.WriteAtomic(path, func(w io.Writer) error { _, err := w.Write(text); return err })
	}
	if err != nil {
		s.Shutdown()
		return nil, err
	}
	if h.listen != "" {
		h.log.Info("the queue is at " + at.URL)
	}
	return s, nil
}

// reachable is the address that others are told: of a server that listens everywhere, the
// machine's name.
func reachable(at net.Addr, given string) string {
	_, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return at.String()
	}
	if ip := net.ParseIP(given); given == "" || ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			given = name
		}
	}
	return net.JoinHostPort(given, port)
}

// close ends the server. What it holds is on the disk.
func (h *host) close() error {
	if h.server == nil {
		return nil
	}
	h.server.Shutdown()
	h.server.WaitForShutdown()
	h.server = nil
	return h.lock.Release()
}

// silent passes on of the server's log what went wrong.
type silent struct{ log *slog.Logger }

func (l silent) Noticef(string, ...any) {}
func (l silent) Debugf(string, ...any)  {}
func (l silent) Tracef(string, ...any)  {}
func (l silent) Warnf(format string, args ...any) {
	l.log.Debug("queue: " + fmt.Sprintf(format, args...))
}
func (l silent) Errorf(format string, args ...any) {
	l.log.Warn("queue: " + fmt.Sprintf(format, args...))
}
func (l silent) Fatalf(format string, args ...any) {
	l.log.Error("queue: " + fmt.Sprintf(format, args...))
}
