package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"blemish/task"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// Messages and progress on stderr: lines for people, a bar where there is a terminal.

// lineHandler writes a log record as one plain line, without time and level.
type lineHandler struct {
	w     io.Writer
	level slog.Level
	attrs []slog.Attr
	mu    sync.Mutex
}

func (h *lineHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	if r.Level >= slog.LevelWarn {
		line = "warning: " + line
	}
	each := func(a slog.Attr) bool {
		line += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	}
	for _, a := range h.attrs {
		each(a)
	}
	r.Attrs(each)
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := fmt.Fprintln(h.w, line)
	return err
}

func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lineHandler{w: h.w, level: h.level, attrs: append(append([]slog.Attr{}, h.attrs...), attrs...)}
}

func (h *lineHandler) WithGroup(string) slog.Handler { return h }

// meter shows the progress of one verb. It is nil under --quiet; the methods of a
// nil meter do nothing.
type meter struct {
	mu    sync.Mutex
	w     io.Writer
	bars  *mpb.Progress // nil where stderr is no terminal
	bar   *mpb.Bar
	stage string
	note  atomic.Pointer[string] // read by the bar's own goroutine, which must not wait for mu
	begun time.Time              // of the stage
	said  time.Time              // when the last line was printed
}

func (e *env) newMeter() *meter {
	if e.quiet {
		return nil
	}
	m := &meter{w: e.stderr}
	if f, ok := e.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		m.bars = mpb.New(mpb.WithOutput(f), mpb.WithWidth(40), mpb.WithRefreshRate(200*time.Millisecond))
	}
	return m
}

// progress is what library calls report to.
func (m *meter) progress() task.Progress {
	if m == nil {
		return nil
	}
	return m.show
}

func (m *meter) show(ev task.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if ev.Stage != m.stage {
		m.endBar()
		m.stage, m.begun, m.said = ev.Stage, now, now
		if m.bars != nil {
			m.bar = m.newBar(ev)
		}
	}
	m.note.Store(&ev.Note)
	if m.bar != nil {
		m.bar.SetTotal(int64(ev.Total), false)
		m.bar.SetCurrent(int64(ev.Done))
		return
	}
	if now.Sub(m.said) >= 10*time.Second {
		m.said = now
		fmt.Fprintln(m.w, plainLine(ev, now.Sub(m.begun)))
	}
}

func (m *meter) newBar(ev task.Event) *mpb.Bar {
	return m.bars.AddBar(int64(ev.Total),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(ev.Stage+" "), decor.CountersNoUnit("%d/%d "+ev.Unit)),
		mpb.AppendDecorators(decor.AverageSpeed(0, "%.3g/s "), decor.AverageETA(decor.ET_STYLE_GO), decor.Any(func(decor.Statistics) string {
			if note := m.note.Load(); note != nil {
				return " " + *note
			}
			return ""
		})))
}

// plainLine is a progress report where there is no terminal.
func plainLine(ev task.Event, spent time.Duration) string {
	line := fmt.Sprintf("%s: %d", ev.Stage, ev.Done)
	if ev.Total > 0 {
		line += fmt.Sprintf(" of %d", ev.Total)
	}
	line += " " + ev.Unit
	if rate := float64(ev.Done) / spent.Seconds(); rate > 0 {
		line += fmt.Sprintf(", %.3g/s", rate)
		if ev.Total > ev.Done {
			left := time.Duration(float64(ev.Total-ev.Done) / rate * float64(time.Second))
			line += ", " + left.Round(time.Second).String() + " left"
		}
	}
	if ev.Note != "" {
		line += ", " + ev.Note
	}
	return line
}

// endBar takes the bar away. The lock is held.
func (m *meter) endBar() {
	if m.bar != nil {
		m.bar.Abort(true)
		m.bar.Wait()
		m.bar = nil
	}
}

// end takes the progress off the screen before results are printed.
func (m *meter) end() {
	if m == nil {
		return
	}
	m.mu.Lock()
	m.endBar()
	m.stage = ""
	m.mu.Unlock()
	if m.bars != nil {
		m.bars.Wait()
	}
}
