package watch

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"blemish/format"
	"blemish/report"
	"blemish/task"
)

// Done is what becomes of a file that was judged.
type Done string

// What can become of a file.
const (
	Move  Done = "move"  // into the folder of its verdict: sound, defective, unsure, failed
	Mark  Done = "mark"  // stays; its verdict stands beside it in NAME.blemish.json
	Leave Done = "leave" // stays as it is
)

// Options is what Run takes beside the model.
type Options struct {
	Dir  string // where files appear; folders in it are not looked into
	Out  string // where reports go: a folder for each scan
	Done Done

	Settle   time.Duration // how long a file must not have changed
	Poll     time.Duration // how often the folder is looked at without being told
	Patience time.Duration // how long a file that ends too early may still grow

	Once     bool // judge what is there, and end
	Read     format.ReadOptions
	Workers  task.Workers // for reports; never changes a byte
	History  Ledger
	Log      *slog.Logger
	Progress func(Event) // called for each file that is done; nil for none
}

// Ledger remembers what was judged. Add of a scan and model that it has does nothing.
type Ledger interface {
	// Verdict is what was said of a scan by a model, both by the SHA-256 of their files.
	Verdict(ctx context.Context, scan, model string) (verdict string, found bool, err error)
	Add(ctx context.Context, entry Entry) error
}

// Entry is one judged scan for the ledger.
type Entry struct {
	Document *report.Predict    // with this scan alone
	Scan     report.PredictScan // its File is a name without a folder
	Report   string             // folder of the report
}

// Event is one file that is done.
type Event struct {
	Scan   report.PredictScan
	Path   string // where the file is now
	Report string // folder of the report
	Again  bool   // it was judged before: nothing was added to the history
}

// Validate says what is wrong with the options.
func (o *Options) Validate() error {
	switch o.Done {
	case Move, Mark, Leave:
	default:
		return fmt.Errorf("%q: what becomes of a judged file is move, mark or leave", string(o.Done))
	}
	for _, d := range []struct {
		name string
		is   time.Duration
	}{{"settling time", o.Settle}, {"time between looks", o.Poll}, {"patience", o.Patience}} {
		if d.is <= 0 || d.is > 24*time.Hour {
			return fmt.Errorf("%v: the %s is above 0 and at most 24h", d.is, d.name)
		}
	}
	return nil
}

// Prepare makes the folder of the reports and tries whether files can be put away, so that
// what cannot be written is said at the start. Run calls it.
func (o *Options) Prepare() error {
	info, err := os.Stat(o.Dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file; give the folder to watch", o.Dir)
	}
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return fmt.Errorf("reports cannot be written: %w", err)
	}
	if o.Done == Leave {
		return nil
	}
	probe, err := os.CreateTemp(o.Dir, draftPrefix+"*"+draftSuffix)
	if err != nil {
		return fmt.Errorf("%s cannot be written, so judged files can be neither moved nor marked; leave them where they are with --done leave, and give -o a folder elsewhere: %w", o.Dir, err)
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// passedOver reports whether a name is not that of a finished scan: hidden files, backups,
// and the names that copying programs use until a file is whole.
func passedOver(name string) bool {
	if !format.Readable.Has(name) || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasPrefix(name, "#") {
		return true
	}
	lower := strings.ToLower(name)
	for _, part := range []string{".tmp.", ".temp.", ".part.", ".partial.", ".filepart.", ".crdownload."} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}
