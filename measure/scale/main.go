// Command scale measures how many jobs a second the queue takes and gives where the jobs
// themselves cost nothing: what is left as the limit when there are enough workers.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"blemish/jobs"
	"blemish/jobs/jetstream"
	"blemish/storage"
)

func main() {
	n := flag.Int("jobs", 400, "number of jobs")
	workers := flag.Int("workers", 8, "number of workers, with a connection each")
	flag.Parse()
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "scale")
	check(err)
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(context.Background())
	quiet := slog.New(slog.DiscardHandler)
	store, err := storage.OpenFolder(dir)
	check(err)
	open := func() *jobs.Queue {
		b, err := jetstream.Open(ctx, jetstream.Options{Folder: filepath.Join(dir, "queue"), Log: quiet})
		check(err)
		return &jobs.Queue{Store: store, Broker: b}
	}
	queue := open()
	begun := time.Now()
	ids := make([]string, *n)
	for i := range ids {
		job, err := jobs.New("nothing", i, nil)
		check(err)
		ids[i], err = queue.Submit(ctx, job)
		check(err)
	}
	given := time.Since(begun)
	begun = time.Now()
	var all sync.WaitGroup
	for i := range *workers {
		w := jobs.Worker{Queue: open(), Name: fmt.Sprint(i), Log: quiet, Handlers: map[string]jobs.Handler{
			"nothing": func(context.Context, jobs.Work) error { return nil },
		}}
		all.Go(func() { check(w.Run(ctx)) })
	}
	for _, id := range ids {
		_, err := queue.Wait(ctx, id, nil)
		check(err)
	}
	done := time.Since(begun)
	cancel()
	all.Wait()
	fmt.Printf("| submitted | %.0f jobs a second |\n", float64(*n)/given.Seconds())
	fmt.Printf("| done by %d workers | %.0f jobs a second |\n", *workers, float64(*n)/done.Seconds())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
