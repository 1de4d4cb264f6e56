package logtest

import (
	"log/slog"
	"strings"
	"sync"
)

// Messages is what has been logged so far, one message a line.
type Messages struct {
	mu   sync.Mutex
	text strings.Builder
}

// New is a logger of messages of a level and above, and what collects them.
func New(level slog.Level) (*slog.Logger, *Messages) {
	m := &Messages{}
	return slog.New(slog.NewTextHandler(m, &slog.HandlerOptions{Level: level})), m
}

// Write is what the logger calls, from any goroutine.
func (m *Messages) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.Write(b)
}

func (m *Messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.String()
}
