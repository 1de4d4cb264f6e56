package history

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Errors that callers branch on.
var (
	ErrNotFound = errors.New("not in the history")
	// ErrUnreachable wraps what goes wrong between a store and its server or disk. The same
	// call may succeed later.
	ErrUnreachable = errors.New("the history cannot be reached")
	ErrFull        = errors.New("the queue is full")
)

// Store is a history. Several goroutines may use it at once.
type Store interface {
	// Append adds an entry and says whether it was new. One that is there stays as it is,
	// unless it says that judging failed.
	Append(ctx context.Context, e Entry) (bool, error)
	// Get is an entry with its Result; ErrNotFound where there is none.
	Get(ctx context.Context, id string) (Entry, error)
	// List is a page of entries without their Result, the newest first, and where the next
	// page begins; "" at the end.
	List(ctx context.Context, f Filter, p Page) (entries []Entry, next string, err error)
	// Count counts entries by verdict.
	Count(ctx context.Context, f Filter) (map[string]int, error)
	// Label keeps what an operator says of an entry. Earlier labels stay in the history.
	Label(ctx context.Context, id string, l Label) error
	// Labels are all that was ever said of an entry, the first first.
	Labels(ctx context.Context, id string) ([]Label, error)
	// Confusion counts verdicts against labels: verdict, then label.
	Confusion(ctx context.Context, f Filter) (map[string]map[string]int, error)

	// AddModel adds a model as the next version of its part and returns it with the version.
	// One that the part has already is returned as it is. The first of a part is chosen.
	AddModel(ctx context.Context, m Model) (Model, error)
	// Models are the versions of a part, or of all parts where part is "", the newest first.
	Models(ctx context.Context, part string) ([]Model, error)
	// Model is a model of a part by its ID, or the chosen one where id is "".
	Model(ctx context.Context, part, id string) (Model, error)
	// Choose says by which model new scans of a part are judged.
	Choose(ctx context.Context, part, id string) error
	// Parts are the names of all parts with a model or an entry, in order.
	Parts(ctx context.Context) ([]string, error)

	Queue

	// Check asks whether the store can be read and written now.
	Check(ctx context.Context) error
	Close() error
}

// Queue holds the work of one data folder, its owner, until it is done. What was enqueued
// outlives a kill.
type Queue interface {
	// Enqueue adds a job unless it waits or runs already, and says whether it was new. Where most
	// jobs of the owner wait already it is refused with ErrFull; 0: no limit.
	Enqueue(ctx context.Context, j Job, most int) (bool, error)
	// Claim takes the next waiting job of an owner and kind; nil where there is none.
	Claim(ctx context.Context, owner, kind string) (*Job, error)
	// Job is a job in any state; ErrNotFound where there is none.
	Job(ctx context.Context, id string) (Job, error)
	// Jobs are all of an owner and kind, in the order in which they came.
	Jobs(ctx context.Context, owner, kind string) ([]Job, error)
	// Waiting counts the jobs of an owner and kind that wait or run.
	Waiting(ctx context.Context, owner, kind string) (int, error)
	// Finish takes a job out of the queue and, in the same step, adds the entry, where there
	// is one.
	Finish(ctx context.Context, id string, e *Entry) error
	// End leaves a job in the store as JobDone or JobFailed, with what there is to say of it.
	// It is not claimed again, and waits no more.
	End(ctx context.Context, id, state, note string) error
	// Release puts a claimed job back as if it had never been claimed.
	Release(ctx context.Context, id string) error
	// Recover puts back what an owner had claimed when it was killed, and says how many.
	Recover(ctx context.Context, owner string) (int, error)
	// Drop takes a job away.
	Drop(ctx context.Context, id string) error
}

// States of a job.
const (
	JobWaits  = "waiting"
	JobRuns   = "running"
	JobDone   = "done"
	JobFailed = "failed"
)

// Job is a piece of work that waits.
type Job struct {
	ID       string // the same work has the same: EntryID for a scan
	Owner    string // which data folder has its files
	Kind     string
	Payload  []byte // what the kind needs
	Enqueued time.Time
	State    string
	Tries    int    // how often it was claimed; those that ended its process are tried last
	Note     string // what End has said
}

// Filter chooses entries; what is empty chooses all.
type Filter struct {
	Part, Serial, Order, Operator string
	Model                         string // ID
	Verdict                       string
	Label                         string    // ReallySound, ReallyDefective, or "any"
	From, Until                   time.Time // received at or after, and before
	Name                          string    // part of the file's name
}

// Page says which entries of a list are wanted.
type Page struct {
	Limit int    // 1 to MostPage; 0: 50
	After string // what the page before returned
}

// MostPage is how many entries a page has at most.
const MostPage = 1000

// Open opens the history at a PostgreSQL URL, or in a file, which is made where there is
// none.
func Open(ctx context.Context, where string) (Store, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(ctx, where)
	}
	return openSQLite(ctx, where)
}
