package external

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// A program that runs: its lines, its end, and what it has said.

const (
	// tailLines and tailBytes bound what is kept of a program's messages, for the moment in
	// which it fails.
	tailLines, tailBytes = 20, 8 << 10
	// longestLine is how many bytes of one line are read; the rest of it is passed over.
	longestLine = 64 << 10
	// farewell is how long a program may take to end after it has been told to.
	farewell = 10 * time.Second
)

type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string   // of standard output; closed at its end
	ended chan struct{} // closed when the program has ended
	err   error         // how it ended, then
	tail  *tail
	peak  int64 // bytes of memory, then; 0 where the system does not tell
}

// start runs the program. It is killed, with all that it has started, when ctx ends.
func (m *Model) start(ctx context.Context, arguments ...string) (*process, error) {
	words := m.cfg.Command
	cmd := exec.Command(words[0], append(append([]string{}, words[1:]...), arguments...)...)
	cmd.Env = m.env
	cmd.WaitDelay = farewell
	ownGroup(cmd)
	p := &process{cmd: cmd, lines: make(chan string), ended: make(chan struct{}), tail: &tail{}}
	cmd.Stderr = p.tail
	var err error
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = in
	if err := cmd.Start(); err != nil {
		out.Close()
		in.Close()
		return nil, fmt.Errorf("%s cannot be run: %w", m.name, err)
	}
	in.Close()
	go p.read(out)
	go func() {
		p.err = cmd.Wait()
		p.peak = peakOf(cmd.ProcessState)
		close(p.ended)
	}()
	stop := context.AfterFunc(ctx, func() { killGroup(cmd) })
	go func() { <-p.ended; stop() }()
	return p, nil
}

// read hands out the lines of standard output.
func (p *process) read(out io.ReadCloser) {
	defer close(p.lines)
	defer out.Close()
	r := bufio.NewReaderSize(out, longestLine)
	for {
		line, err := r.ReadSlice('\n')
		text := strings.TrimRight(string(line), "\r\n")
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.ReadSlice('\n')
		}
		if text != "" {
			p.lines <- text
		}
		if err != nil {
			return
		}
	}
}

// next is the next line of standard output; false at its end, or when ctx ends.
func (p *process) next(ctx context.Context) (string, bool) {
	select {
	case line, ok := <-p.lines:
		return line, ok
	case <-ctx.Done():
		return "", false
	}
}

// drain takes whatever the program still says.
func (p *process) drain() {
	for line := range p.lines {
		p.tail.note(line)
	}
}

// end waits for the program, and says in words how it ended where that was not well. When
// ctx ends it is killed.
func (p *process) end(ctx context.Context) error {
	go p.drain()
	select {
	case <-p.ended:
	case <-ctx.Done():
		killGroup(p.cmd)
		<-p.ended
		return p.told(context.Cause(ctx))
	}
	if ctx.Err() != nil { // it was killed for that
		return p.told(context.Cause(ctx))
	}
	if p.err != nil {
		return p.told(p.err)
	}
	return nil
}

// dismiss closes the program's input and waits for its end, not for long.
func (p *process) dismiss() {
	p.stdin.Close()
	go p.drain()
	late := time.AfterFunc(farewell, func() { killGroup(p.cmd) })
	defer late.Stop()
	<-p.ended // how it ends is its own affair: all answers are there
}

// told adds what the program has said to an error.
func (p *process) told(err error) error {
	if said := p.tail.String(); said != "" {
		return fmt.Errorf("%w; it said:\n%s", err, said)
	}
	return fmt.Errorf("%w; it said nothing", err)
}

// tail keeps the end of what a program says.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if more := len(t.text) - tailBytes; more > 0 {
		t.text = append(t.text[:0], t.text[more:]...)
	}
	return len(b), nil
}

func (t *tail) note(line string) { _, _ = t.Write([]byte(line + "\n")) }

// String is the last lines, set in.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(strings.ToValidUTF8(string(t.text), "?"))
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	return "    " + strings.Join(lines, "\n    ")
}
