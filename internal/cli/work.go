package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"blemish/jobs"
	"blemish/jobs/kind"

	"github.com/spf13/cobra"
)

// working is what work was asked for.
type working struct {
	queued
	listen, scratch string
	parallel        int
}

func newWork(e *env) *cobra.Command {
	w := &working{}
	cmd := &cobra.Command{
		Use:   "work --data DIR|s3://BUCKET/PREFIX",
		Short: "do jobs that other machines give",
		Long: "Do the jobs that predict, train, synth and benchmark give with --jobs, until stopped: on this machine and on any other that reaches the same data. " +
			"The queue is within one of the processes that use the data folder and moves to another when that one ends; --nats names a server or cluster of its own instead. " +
			"A worker that is killed costs its job another attempt, never a result.",
		Example: `  blemish work --data /shared/blemish
  blemish work --data /shared/blemish --listen 10.0.0.5:4222
  blemish work --data s3://scans/press --nats nats://queue:4222 --workers 4`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if w.data == "" {
				return usagef("--data missing: the data folder, or s3://BUCKET/PREFIX")
			}
			return e.work(cmd.Context(), w)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&w.data, "data", "", "data folder that all machines share, or s3://BUCKET/PREFIX")
	f.StringVar(&w.nats, "nats", "", "URL of a NATS server with JetStream, or of several of a cluster with commas")
	f.StringVar(&w.listen, "listen", "", "HOST:PORT where other machines reach the queue while it is within this process (default: this machine alone)")
	f.StringVar(&w.scratch, "scratch", "", "folder for work in progress (default: the system's)")
	f.IntVar(&w.parallel, "parallel", 1, "number of jobs at once; each uses --workers cores")
	return cmd
}

func (e *env) work(ctx context.Context, w *working) error {
	if w.parallel < 1 || w.parallel > mostWorkers {
		return usagef("--parallel %d: give a number of jobs from 1 to %d", w.parallel, mostWorkers)
	}
	if w.listen != "" && w.nats != "" {
		return usagef("--listen does not go with --nats: the queue is not within this process")
	}
	queue, err := e.openQueue(ctx, &w.queued, w.listen)
	if err != nil {
		return err
	}
	defer queue.Broker.Close()
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	worker := jobs.Worker{
		Queue: queue, Handlers: kind.Handlers(kind.Options{Workers: e.workers, Log: e.log}),
		Name: fmt.Sprintf("%s-%d", host, os.Getpid()), Scratch: w.scratch, Log: e.log,
		Finished: func(id string, err error) {
			if err != nil {
				e.log.Error("job " + id + " failed: " + err.Error())
			} else {
				e.log.Info("job " + id + " is done")
			}
		},
	}
	e.log.Info("doing the jobs of " + w.data + "; Ctrl-C ends it")
	var all sync.WaitGroup
	failed := make([]error, w.parallel)
	for i := range failed {
		all.Go(func() { failed[i] = worker.Run(ctx) })
	}
	all.Wait()
	return errors.Join(failed...)
}
