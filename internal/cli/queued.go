package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"blemish/jobs"
	"blemish/jobs/jetstream"
	"blemish/storage"
	"blemish/task"

	"github.com/spf13/cobra"
)

// Verbs whose work others do: --jobs.

// queued is where jobs go.
type queued struct{ data, nats string }

func (q *queued) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&q.data, "jobs", "", "have the work done by the workers of this data folder or s3://BUCKET/PREFIX; see blemish work")
	f.StringVar(&q.nats, "nats", "", "with --jobs: URL of the NATS server or cluster that the workers use")
	group(cmd, "Many machines", "jobs", "nats")
}

// check reports whether the work is for others; notWith are flags that were given and do not
// go with that.
func (q *queued) check(cmd *cobra.Command, notWith ...string) (bool, error) {
	if q.data == "" {
		if q.nats != "" {
			return false, usagef("--nats goes with --jobs DIR, the data that the workers share")
		}
		return false, nil
	}
	for _, name := range notWith {
		if cmd.Flags().Changed(name) {
			return false, usagef("--%s does not go with --jobs", name)
		}
	}
	return true, nil
}

func (e *env) openQueue(ctx context.Context, q *queued, listen string) (*jobs.Queue, error) {
	if strings.HasPrefix(q.data, "s3://") && q.nats == "" {
		return nil, usagef("with %s the queue needs a server: give --nats URL", q.data)
	}
	store, err := storage.Open(ctx, q.data)
	if err != nil {
		return nil, err
	}
	opt := jetstream.Options{URL: q.nats, Listen: listen, Log: e.log}
	if q.nats == "" {
		opt.Folder = filepath.Join(q.data, "queue")
	}
	broker, err := jetstream.Open(ctx, opt)
	if err != nil {
		return nil, err
	}
	return &jobs.Queue{Store: store, Broker: broker}, nil
}

// lonely is how long nothing may be done before the user is told how it would be.
const lonely = 10 * time.Second

// results gives jobs to the workers and waits for all; each is called in order with what
// came of its job. What was done before is not done again.
func (e *env) results(ctx context.Context, q *queued, queue *jobs.Queue, list []jobs.Job, unit string, each func(i int, r jobs.Result) error) error {
	ids := make([]string, len(list))
	for i, job := range list {
		var err error
		if ids[i], err = queue.Submit(ctx, job); err != nil {
			return err
		}
	}
	m := e.newMeter()
	defer m.end()
	hint := time.AfterFunc(lonely, func() {
		e.log.Info(fmt.Sprintf("waiting for workers; on any machine: blemish work --data %s%s", q.data, map[bool]string{true: " --nats URL"}[q.nats != ""]))
	})
	defer hint.Stop()
	tell := jobs.News(func(err error) { e.log.Warn(err.Error() + "; it is tried again") })
	for i, id := range ids {
		r, err := queue.Wait(ctx, id, tell)
		if err != nil {
			return err
		}
		hint.Stop()
		if err := each(i, r); err != nil {
			return err
		}
		m.progress().Report(task.Event{Stage: "jobs", Done: i + 1, Total: len(ids), Unit: unit})
	}
	return nil
}
