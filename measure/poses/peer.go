package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"blemish/geom"
)

// Another program that aligns the same scans in the same run: see peer.py. It gets
// a line of JSON and the points as little-endian float32 for every cloud, and answers
// with a line of JSON.

type other struct {
	methods []string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	subject *subject // whose reference it holds
}

// request goes before the points of a cloud.
type request struct {
	Do       string  `json:"do"` // reference, or a method
	Points   int     `json:"points"`
	Diagonal float64 `json:"diagonal"` // of the reference
}

// answer is what comes back.
type answer struct {
	Methods []string    `json:"methods"`
	Matrix  [16]float64 `json:"matrix"` // reference from scan, row by row
	Wall    float64     `json:"wall"`
	CPU     float64     `json:"cpu"`
	Error   string      `json:"error"`
}

func startOther(ctx context.Context, command string) (*other, error) {
	words := strings.Fields(command)
	o := &other{cmd: exec.CommandContext(ctx, words[0], words[1:]...)}
	o.cmd.Stderr = os.Stderr
	var err error
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	pipe, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o.out = bufio.NewScanner(pipe)
	if err := o.cmd.Start(); err != nil {
		return nil, err
	}
	a, err := o.read()
	o.methods = a.Methods
	return o, err
}

func (o *other) read() (answer, error) {
	var a answer
	if !o.out.Scan() {
		return a, fmt.Errorf("%s: no answer (%v)", o.cmd, o.out.Err())
	}
	return a, json.Unmarshal(o.out.Bytes(), &a)
}

func (o *other) ask(do string, points []geom.Vec3, diagonal float64) (answer, error) {
	head, err := json.Marshal(request{do, len(points), diagonal})
	if err != nil {
		return answer{}, err
	}
	w := bufio.NewWriter(o.in)
	w.Write(append(head, '\n'))
	if err := binary.Write(w, binary.LittleEndian, points); err != nil {
		return answer{}, err
	}
	if err := w.Flush(); err != nil {
		return answer{}, err
	}
	return o.read()
}

// align has a trial aligned and fills in times.
func (o *other) align(method string, s *subject, t trial, r *row) (geom.Pose, error) {
	if o.subject != s {
		if _, err := o.ask("reference", s.points, s.diagonal); err != nil {
			return geom.Pose{}, err
		}
		o.subject = s
	}
	a, err := o.ask(method, t.points, s.diagonal)
	if err != nil {
		return geom.Pose{}, err
	}
	r.Wall, r.CPU, r.Error = a.Wall, a.CPU, a.Error
	m := a.Matrix
	return geom.Pose{R: geom.Mat3{m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]}, T: geom.Vec{X: m[3], Y: m[7], Z: m[11]}}, nil
}

func (o *other) close() error {
	o.in.Close()
	return o.cmd.Wait()
}
