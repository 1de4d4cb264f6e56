package jobstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blemish/jobs"
	"blemish/storage"
)

// Patience is what brokers under test deliver again after.
const Patience = time.Second

// Bench is a queue with a worker for a test.
type Bench struct {
	*testing.T
	Queue  *jobs.Queue
	Worker *jobs.Worker
	Runs   atomic.Int32 // of handlers, begun
}

// NewBench has a store of its own and the handler copy, which writes its spec and its inputs.
func NewBench(t *testing.T, broker jobs.Broker, store storage.Store) *Bench {
	b := &Bench{T: t, Queue: &jobs.Queue{Store: store, Broker: broker}}
	b.Worker = &jobs.Worker{
		Queue: b.Queue, Name: "w", Scratch: t.TempDir(), Retry: 10 * time.Millisecond, Attempts: 3,
		Log:      slog.New(slog.DiscardHandler),
		Handlers: map[string]jobs.Handler{"copy": b.Copy},
	}
	return b
}

// Copy writes the spec and the inputs one after another into all.txt.
func (b *Bench) Copy(_ context.Context, w jobs.Work) error {
	b.Runs.Add(1)
	all := append([]byte{}, w.Job.Spec...)
	for i := range w.Job.Inputs {
		text, err := os.ReadFile(w.Input(i))
		if err != nil {
			return err
		}
		all = append(all, text...)
	}
	return os.WriteFile(filepath.Join(w.Out, "all.txt"), all, 0o644)
}

// Submit submits a job of a kind with a spec and one input.
func (b *Bench) Submit(kind, spec, input string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "input")
	if err := os.WriteFile(path, []byte(input), 0o644); err != nil {
		b.Fatal(err)
	}
	sum, size, err := storage.PutFile(b.Context(), b.Queue.Store, path)
	if err != nil {
		b.Fatal(err)
	}
	job, err := jobs.New(kind, spec, []jobs.File{{Name: "below/input.txt", SHA256: sum, Size: size}})
	if err != nil {
		b.Fatal(err)
	}
	id, err := b.Queue.Submit(b.Context(), job)
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// Work runs n goroutines of the worker until the function that it returns is called.
func (b *Bench) Work(n int) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := b.Worker.Run(ctx); err != nil {
				b.Error(err)
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

// Wait waits for a result.
func (b *Bench) Wait(id string) jobs.Result {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 10*time.Minute)
	defer cancel()
	r, err := b.Queue.Wait(ctx, id, nil)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// State checks how far a job is.
func (b *Bench) State(id string, want jobs.State) jobs.Status {
	b.Helper()
	s, err := b.Queue.Status(b.Context(), id)
	if err != nil || s.State != want {
		b.Fatalf("status %+v, %v; want %s", s, err, want)
	}
	return s
}

// Text is the content of the only file of a result.
func (b *Bench) Text(r jobs.Result) string {
	b.Helper()
	if r.Error != "" || len(r.Files) != 1 {
		b.Fatalf("result %+v", r)
	}
	dir := b.TempDir()
	if err := b.Queue.Fetch(b.Context(), r, dir); err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, r.Files[0].Name))
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// Run is the suite. open makes an empty broker with Patience.
func Run(t *testing.T, open func(t *testing.T) jobs.Broker) {
	for name, test := range map[string]func(*Bench){
		"ends": ends, "once": once, "retries": retries, "full": full, "hopeless": hopeless, "missed": missed, "slow": slow,
		"poison": poison, "stopped": stopped, "many": many, "wrong": wrong,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they mostly wait
			store, err := storage.OpenFolder(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			test(NewBench(t, open(t), store))
		})
	}
}

// A job goes from unknown over waiting and running to done, and its files come back.
func ends(b *Bench) {
	job, err := jobs.New("copy", "never", nil)
	if err != nil {
		b.Fatal(err)
	}
	b.State(job.ID(), jobs.Unknown)
	begun, goOn := make(chan struct{}), make(chan struct{})
	b.Worker.Handlers["wait"] = func(ctx context.Context, w jobs.Work) error {
		close(begun)
		<-goOn
		return b.Copy(ctx, w)
	}
	id := b.Submit("wait", "spec", " input")
	b.State(id, jobs.Waiting)
	if _, err := b.Queue.Result(b.Context(), id); !errors.Is(err, jobs.ErrNotDone) {
		b.Fatalf("a result of a job that waits: %v", err)
	}
	defer b.Work(1)()
	<-begun
	for range 100 { // Keep comes first, but on its own
		if s, _ := b.Queue.Status(b.Context(), id); s.State == jobs.Running && s.Worker == "w" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if s := b.State(id, jobs.Running); s.Attempt != 1 || s.Worker != "w" {
		b.Errorf("status %+v", s)
	}
	close(goOn)
	if got := b.Text(b.Wait(id)); got != `"spec" input` {
		b.Errorf("the result is %q", got)
	}
	b.State(id, jobs.Done)
	left, err := filepath.Glob(filepath.Join(b.Worker.Scratch, "*"))
	if err != nil || len(left) > 0 {
		b.Errorf("left in the scratch folder: %v, %v", left, err)
	}
}

// The same work is one job, while it waits and after it is done.
func once(b *Bench) {
	id := b.Submit("copy", "spec", "input")
	if again := b.Submit("copy", "spec", "input"); again != id {
		b.Fatal("the same work has two IDs")
	}
	if other := b.Submit("copy", "spec", "other"); other == id {
		b.Fatal("other work has the same ID")
	}
	defer b.Work(3)()
	first := b.Wait(id)
	if b.Submit("copy", "spec", "input") != id {
		b.Fatal("the same work has two IDs")
	}
	b.State(id, jobs.Done)
	b.Wait(b.Submit("copy", "spec", "other"))
	b.Wait(b.Submit("copy", "spec", "last"))
	if n := b.Runs.Load(); n != 3 {
		b.Errorf("%d runs of 3 jobs", n)
	}
	if got := b.Wait(id); fmt.Sprint(got) != fmt.Sprint(first) {
		b.Errorf("the result has changed from %v to %v", first, got)
	}
}

// What the machine refuses is tried again, a few times.
func retries(b *Bench) {
	var tries atomic.Int32
	b.Worker.Handlers["twice"] = func(ctx context.Context, w jobs.Work) error {
		if tries.Add(1) < 3 {
			// Half a result must not come through.
			return errors.Join(os.WriteFile(filepath.Join(w.Out, "half.txt"), nil, 0o644), errors.New("the disk is full"))
		}
		return b.Copy(ctx, w)
	}
	b.Worker.Handlers["never"] = func(context.Context, jobs.Work) error { return errors.New("the disk is full") }
	b.Worker.Handlers["panics"] = func(context.Context, jobs.Work) error { panic("an index out of range") }
	defer b.Work(1)()
	if got := b.Text(b.Wait(b.Submit("twice", "spec", ""))); got != `"spec"` || tries.Load() != 3 {
		b.Errorf("%q after %d tries", got, tries.Load())
	}
	id := b.Submit("never", "spec", "")
	if r := b.Wait(id); r.Error != "the disk is full" || len(r.Files) != 0 {
		b.Errorf("a job that is never done has result %+v", r)
	}
	if r := b.Wait(b.Submit("panics", "spec", "")); !strings.Contains(r.Error, "index out of range") {
		b.Errorf("a job that breaks off has result %+v", r)
	}
	b.State(id, jobs.Failed)
}

// A full disk fails no job, however long it lasts.
func full(b *Bench) {
	var tries atomic.Int32
	b.Worker.Handlers["full"] = func(ctx context.Context, w jobs.Work) error {
		if int(tries.Add(1)) <= b.Worker.Attempts+3 {
			return fmt.Errorf("write a report: %w", syscall.ENOSPC)
		}
		return b.Copy(ctx, w)
	}
	defer b.Work(2)()
	if got := b.Text(b.Wait(b.Submit("full", "spec", ""))); got != `"spec"` {
		b.Errorf("%q after %d tries", got, tries.Load())
	}
	if n := int(tries.Load()); n <= b.Worker.Attempts+3 {
		b.Errorf("%d tries: the disk was never full for long", n)
	}
}

// A job that is wrong fails at once; submitted again it is tried again.
func hopeless(b *Bench) {
	var tries atomic.Int32
	b.Worker.Handlers["wrong"] = func(ctx context.Context, w jobs.Work) error {
		if tries.Add(1) == 1 {
			return jobs.Hopeless(errors.New("no scan"))
		}
		return b.Copy(ctx, w)
	}
	defer b.Work(1)()
	id := b.Submit("wrong", "spec", "")
	if r := b.Wait(id); r.Error != "no scan" || tries.Load() != 1 {
		b.Errorf("result %+v after %d tries", r, tries.Load())
	}
	if s := b.State(id, jobs.Failed); s.Error != "no scan" {
		b.Errorf("status %+v", s)
	}
	// The failure is told before the broker has forgotten the job.
	for tries.Load() < 2 {
		b.Submit("wrong", "spec", "")
		time.Sleep(20 * time.Millisecond)
	}
	b.Text(b.Wait(id))
}

// A delivery that nobody keeps comes again, and what its first taker does then is harmless.
func missed(b *Bench) {
	id := b.Submit("copy", "spec", "input")
	lost, err := b.Queue.Broker.Take(b.Context())
	if err != nil || lost.ID() != id || lost.Attempt() != 1 {
		b.Fatal(lost, err)
	}
	begun := time.Now()
	defer b.Work(2)()
	b.Text(b.Wait(id))
	if spent := time.Since(begun); spent < Patience/2 {
		b.Errorf("delivered again after %v, while it was held", spent)
	}
	for _, err := range []error{lost.Keep(b.Context(), "late"), lost.Ack(b.Context())} {
		if err != nil {
			b.Log("the first taker is told: ", err)
		}
	}
	b.State(id, jobs.Done)
	if n := b.Runs.Load(); n != 1 {
		b.Errorf("%d runs", n)
	}
}

// Work that takes longer than the patience is kept, and done once.
func slow(b *Bench) {
	b.Worker.Handlers["slow"] = func(ctx context.Context, w jobs.Work) error {
		time.Sleep(3 * Patience)
		return b.Copy(ctx, w)
	}
	id := b.Submit("slow", "spec", "input")
	defer b.Work(3)()
	b.Text(b.Wait(id))
	if n := b.Runs.Load(); n != 1 {
		b.Errorf("%d runs", n)
	}
}

// A job that ends its workers without a word fails in the end.
func poison(b *Bench) {
	b.Worker.Attempts = 1 // each delivery is waited for
	id := b.Submit("copy", "spec", "input")
	lost := 3 * b.Worker.Attempts
	for want := 1; want <= lost; want++ {
		d, err := b.Queue.Broker.Take(b.Context())
		if err != nil || d.Attempt() != want {
			b.Fatal(d, err)
		}
	}
	defer b.Work(1)()
	if r := b.Wait(id); !strings.Contains(r.Error, fmt.Sprintf("begun %d times", lost)) {
		b.Errorf("result %+v", r)
	}
	if n := b.Runs.Load(); n != 0 {
		b.Errorf("%d runs", n)
	}
}

// A worker that is stopped gives its job back at once.
func stopped(b *Bench) {
	begun := make(chan struct{})
	var tries atomic.Int32
	b.Worker.Handlers["stops"] = func(ctx context.Context, w jobs.Work) error {
		if tries.Add(1) == 1 {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}
		return b.Copy(ctx, w)
	}
	stop := b.Work(1)
	id := b.Submit("stops", "spec", "input")
	<-begun
	stop()
	defer b.Work(1)()
	b.Text(b.Wait(id))
}

// Many workers give the bytes that one gives.
func many(b *Bench) {
	const n = 40
	defer b.Work(8)()
	var ids []string
	for i := range n {
		ids = append(ids, b.Submit("copy", "spec", strings.Repeat(fmt.Sprint(i), 1000)))
	}
	for i, id := range ids {
		if got, want := b.Text(b.Wait(id)), `"spec"`+strings.Repeat(fmt.Sprint(i), 1000); got != want {
			b.Errorf("job %d: %.40q", i, got)
		}
	}
	if got := b.Runs.Load(); got != n {
		b.Errorf("%d runs of %d jobs", got, n)
	}
}

// What comes from outside is checked.
func wrong(b *Bench) {
	ctx := b.Context()
	for _, name := range []string{"../x", "/etc/passwd", "", ".", `a\b`} {
		job, err := jobs.New("copy", "spec", []jobs.File{{Name: name}})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := b.Queue.Submit(ctx, job); err == nil {
			b.Errorf("an input called %q is taken", name)
		}
	}
	if _, err := b.Queue.Status(ctx, "../../x"); err == nil {
		b.Error("any text is taken for a job")
	}
	defer b.Work(1)()
	if r := b.Wait(b.Submit("unheard", "spec", "")); !strings.Contains(r.Error, `kind "unheard"`) {
		b.Errorf("a kind that there is not: %+v", r)
	}
	// An input that is not in the store, or is damaged.
	job, err := jobs.New("copy", "spec", []jobs.File{{Name: "x", SHA256: strings.Repeat("0", 64)}})
	if err != nil {
		b.Fatal(err)
	}
	id, err := b.Queue.Submit(ctx, job)
	if err != nil {
		b.Fatal(err)
	}
	if r := b.Wait(id); !strings.Contains(r.Error, "input x") {
		b.Errorf("an input that is missing: %+v", r)
	}
	// A job of another version of the program.
	job, err = jobs.New("copy", "spec", nil)
	if err != nil {
		b.Fatal(err)
	}
	job.Version = "0.0.0-other"
	if id, err = b.Queue.Submit(ctx, job); err != nil {
		b.Fatal(err)
	}
	if r := b.Wait(id); !strings.Contains(r.Error, "0.0.0-other") {
		b.Errorf("a job of another version: %+v", r)
	}
	// A result that says where to write is not believed.
	evil := []byte(`{"job":"x","files":[{"name":"../../evil"}]}`)
	other := strings.Repeat("0", 32)
	if _, err := b.Queue.Store.Create(ctx, "results/"+other+".json", bytes.NewReader(evil), int64(len(evil))); err != nil {
		b.Fatal(err)
	}
	if r, err := b.Queue.Result(ctx, other); err == nil {
		b.Errorf("result %+v is believed", r)
	}
}
