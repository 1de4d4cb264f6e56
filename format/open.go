package format

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

const (
	// MaxStream is how many bytes are read from what does not tell its size: pipes, and
	// streams in general. Files have no such limit.
	MaxStream = 128 << 20
	// pipePatience is how long a named pipe may give nothing.
	pipePatience = 10 * time.Second
)

// Open opens what can be read to its end, as ReadCloud does: a file, or a pipe that
// somebody writes into. Devices, which have none, are refused, and a pipe that gives
// nothing for 10 seconds is an error.
func Open(path string) (io.ReadCloser, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch mode := st.Mode(); {
	case mode.IsDir():
		return nil, fmt.Errorf("%s is a folder, not a file", path)
	case mode&(fs.ModeDevice|fs.ModeSocket) != 0:
		return nil, fmt.Errorf("%s is a device, not a file", path)
	case mode&fs.ModeNamedPipe != 0:
		// Opened as usual it would wait for a writer, without end.
		f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			return nil, err
		}
		return &pipe{File: f, patience: pipePatience}, nil
	}
	return os.Open(path)
}

// pipe is a named pipe that must give something now and then.
type pipe struct {
	*os.File
	patience time.Duration
	begun    bool // something came through it
}

func (p *pipe) Read(b []byte) (int, error) {
	until := time.Now().Add(p.patience)
	p.SetReadDeadline(until) // where the system cannot, a read may wait
	for {
		n, err := p.File.Read(b)
		p.begun = p.begun || n > 0
		switch {
		case os.IsTimeout(err), err == io.EOF && !p.begun && time.Now().After(until):
			return n, fmt.Errorf("nothing came through the pipe for %v; save it to a file, or use a pipe to standard input", p.patience)
		case err == io.EOF && !p.begun: // nobody writes into it yet
			time.Sleep(p.patience / 500)
			continue
		}
		return n, err
	}
}
