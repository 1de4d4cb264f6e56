package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"blemish/internal/version"
)

// Job is a piece of work.
type Job struct {
	Version string          `json:"version"` // of the program; another may give other bytes
	Kind    string          `json:"kind"`
	Spec    json.RawMessage `json:"spec"`   // what the kind needs beside files
	Inputs  []File          `json:"inputs"` // in an order that the kind knows
}

// File is a stored file under a name with slashes.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // in hex
	Size   int64  `json:"size"`
}

// New is a job of this version of the program. spec is marshalled.
func New(kind string, spec any, inputs []File) (Job, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return Job{}, err
	}
	return Job{version.Version, kind, text, append([]File{}, inputs...)}, nil
}

// encode is the job as it is stored.
func (j *Job) encode() []byte {
	text, err := json.Marshal(j)
	if err != nil {
		panic("jobs: " + err.Error()) // Spec is not JSON: New has made it
	}
	return text
}

// ID is the same for the same work: 32 digits of a SHA-256.
func (j *Job) ID() string {
	sum := sha256.Sum256(j.encode())
	return hex.EncodeToString(sum[:16])
}

// Result is what came of a job.
type Result struct {
	Job   string `json:"job"`             // its ID
	Error string `json:"error,omitempty"` // why there are no files
	Files []File `json:"files"`           // by name
}

// State is how far a job is.
type State string

// How far a job can be.
const (
	Unknown State = "unknown" // it was never submitted here
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed" // Submit tries it again
)

// Status is what is known of a job.
type Status struct {
	State   State  `json:"state"`
	Attempt int    `json:"attempt,omitempty"` // of a running job, from 1
	Worker  string `json:"worker,omitempty"`  // that runs it
	Error   string `json:"error,omitempty"`   // why it failed, or why the last attempt did
}

// ErrNotDone is wrapped where a result is asked for that there is not.
var ErrNotDone = errors.New("the job is not done")

// ErrJob is wrapped by handlers where it is the job that is wrong: another attempt would end
// in the same way.
var ErrJob = errors.New("the job cannot be done")

// jobError keeps the text of an error and is ErrJob too.
type jobError struct{ error }

func (e jobError) Unwrap() []error { return []error{e.error, ErrJob} }

// Hopeless marks an error of a handler as the job's own; nil stays nil.
func Hopeless(err error) error {
	if err == nil {
		return nil
	}
	return jobError{err}
}

// mostFiles and mostJob bound what a stored job or result may be.
const (
	mostFiles = 1 << 20
	mostJob   = 256 << 20
)

// check bounds what comes from storage, which others can write.
func checkFiles(files []File) error {
	if len(files) > mostFiles {
		return fmt.Errorf("%d files; at most %d", len(files), mostFiles)
	}
	for _, f := range files {
		if !fs.ValidPath(f.Name) || f.Name == "." || strings.ContainsAny(f.Name, `\:`) {
			return fmt.Errorf("%.60q is no name for a file of a job", f.Name)
		}
	}
	return nil
}

// checkID keeps IDs to what ID gives.
func checkID(id string) error {
	if raw, err := hex.DecodeString(id); err != nil || len(raw) != 16 || strings.ToLower(id) != id {
		return fmt.Errorf("%.60q is no job", id)
	}
	return nil
}
