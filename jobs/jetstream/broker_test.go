package jetstream

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blemish/internal/logtest"
	"blemish/jobs"
	"blemish/jobs/jobstest"
	"blemish/storage"

	"github.com/nats-io/nats-server/v2/server"
)

// workFolder is the variable that makes this test program a worker of a data folder.
const workFolder = "BLEMISH_TEST_WORK"

func TestMain(m *testing.M) {
	if dir := os.Getenv(workFolder); dir != "" {
		if err := work(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "20"); err != nil { // tests that run side by side wait, mostly
		panic(err)
	}
	os.Exit(m.Run())
}

// work does jobs of kind stretch until it is killed.
func work(dir string) error {
	ctx := context.Background()
	store, err := storage.OpenFolder(dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	b, err := Open(ctx, Options{Folder: filepath.Join(dir, "queue"), Patience: jobstest.Patience, Log: log})
	if err != nil {
		return err
	}
	w := jobs.Worker{
		Queue: &jobs.Queue{Store: store, Broker: b}, Name: fmt.Sprint(os.Getpid()), Attempts: 100, Log: log,
		Handlers: map[string]jobs.Handler{"stretch": stretch},
	}
	return w.Run(ctx)
}

// stretch takes a while, and writes two files.
func stretch(_ context.Context, w jobs.Work) error {
	for i := range 2 {
		time.Sleep(50 * time.Millisecond)
		text := bytes.Repeat(w.Job.Spec, 1000*(i+1))
		if err := os.WriteFile(filepath.Join(w.Out, fmt.Sprint(i)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func open(t *testing.T, opt Options) (*Broker, *logtest.Messages) {
	t.Helper()
	logger, log := logtest.New(slog.LevelDebug)
	opt.Patience, opt.Log = jobstest.Patience, logger
	b, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b, log
}

func TestWithinAFolder(t *testing.T) {
	t.Parallel()
	jobstest.Run(t, func(t *testing.T) jobs.Broker {
		b, _ := open(t, Options{Folder: t.TempDir()})
		if !b.Hosts() {
			t.Error("the only process does not run the queue")
		}
		return b
	})
}

// The suite over the network, from a process that does not run the queue.
func TestOverTheNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("the suite has run within a folder")
	}
	t.Parallel()
	jobstest.Run(t, func(t *testing.T) jobs.Broker {
		dir := t.TempDir()
		open(t, Options{Folder: dir, Listen: "127.0.0.1:0"})
		b, _ := open(t, Options{Folder: dir})
		if b.Hosts() {
			t.Error("two run the queue of one folder")
		}
		return b
	})
}

// cluster runs a server as a cluster would be, at a port of its own.
func cluster(t *testing.T, dir string, port int) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not start")
	}
	t.Cleanup(s.Shutdown)
	return s
}

// A connection that is lost is told, and work goes on when the server is back.
func TestALostConnection(t *testing.T) {
	dir := t.TempDir()
	s := cluster(t, dir, server.RANDOM_PORT)
	b, log := open(t, Options{URL: s.ClientURL()})
	store, err := storage.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bench := jobstest.NewBench(t, b, store)
	begun, goOn := make(chan struct{}), make(chan struct{})
	bench.Worker.Handlers["wait"] = func(ctx context.Context, w jobs.Work) error {
		close(begun)
		<-goOn
		return bench.Copy(ctx, w)
	}
	id := bench.Submit("wait", "spec", "input")
	waits := bench.Submit("copy", "spec", "input")
	defer bench.Work(1)()
	<-begun
	port := s.Addr().(*net.TCPAddr).Port
	s.Shutdown()
	s.WaitForShutdown()
	close(goOn) // the work ends while nobody can be told
	time.Sleep(500 * time.Millisecond)
	cluster(t, dir, port)
	bench.Text(bench.Wait(id))
	bench.Text(bench.Wait(waits))
	bench.State(id, jobs.Done)
	if n := bench.Runs.Load(); n != 2 {
		t.Errorf("%d runs of 2 jobs", n)
	}
	for _, want := range []string{"is lost", "is reached again"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("not told %q: %s", want, log)
		}
	}
}

// Where the process with the queue ends, another one takes it over with all that waits.
func TestTheQueueMoves(t *testing.T) {
	dir := t.TempDir()
	first, _ := open(t, Options{Folder: filepath.Join(dir, "queue")})
	second, log := open(t, Options{Folder: filepath.Join(dir, "queue")})
	store, err := storage.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	bench := jobstest.NewBench(t, second, store)
	id := bench.Submit("copy", "spec", "input")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	bench.State(id, jobs.Waiting)
	if !second.Hosts() {
		t.Errorf("nobody runs the queue: %s", log)
	}
	defer bench.Work(1)()
	bench.Text(bench.Wait(id))
}

func TestQueuesThatCannotBeReached(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for _, opt := range []Options{{URL: "nats://127.0.0.1:1"}, {Folder: t.TempDir(), Listen: "nowhere"}, {Folder: t.TempDir(), Listen: "127.0.0.1:x"}} {
		opt.Log = log
		if b, err := Open(ctx, opt); err == nil {
			b.Close()
			t.Errorf("%+v is opened", opt)
		}
	}
}

// Several worker processes are killed in the middle of their jobs, among them the one that
// runs the queue. Every job has one result in the end, with the bytes that it should have.
func TestWorkersAreKilled(t *testing.T) {
	dir, scratch := t.TempDir(), t.TempDir()
	start := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), workFolder+"="+dir, "TMPDIR="+scratch) // the killed leave folders
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	end := func(cmd *exec.Cmd) {
		cmd.Process.Kill()
		cmd.Wait()
	}
	workers := []*exec.Cmd{start()} // this one has the queue
	defer func() {
		for _, w := range workers {
			end(w)
		}
	}()
	for i := 0; ; i++ {
		if _, err := os.Stat(filepath.Join(dir, "queue", "address.json")); err == nil {
			break
		}
		if i == 200 {
			t.Fatal("the worker does not start")
		}
		time.Sleep(100 * time.Millisecond)
	}
	b, _ := open(t, Options{Folder: filepath.Join(dir, "queue")})
	store, err := storage.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	bench := jobstest.NewBench(t, b, store)
	workers = append(workers, start(), start())
	const n = 60
	var ids []string
	for i := range n {
		ids = append(ids, bench.Submit("stretch", fmt.Sprintf("job %d", i), ""))
	}
	for i := range 6 {
		time.Sleep(time.Duration(200+50*i) * time.Millisecond)
		end(workers[i%3])
		workers[i%3] = start()
	}
	for i, id := range ids {
		r := bench.Wait(id)
		if r.Error != "" || len(r.Files) != 2 {
			t.Fatalf("job %d: %+v", i, r)
		}
		back := t.TempDir()
		if err := bench.Queue.Fetch(t.Context(), r, back); err != nil {
			t.Fatal(err)
		}
		for k := range 2 {
			text, err := os.ReadFile(filepath.Join(back, fmt.Sprint(k)))
			if err != nil || string(text) != strings.Repeat(fmt.Sprintf("%q", fmt.Sprintf("job %d", i)), 1000*(k+1)) {
				t.Errorf("job %d: file %d has %d bytes, %v", i, k, len(text), err)
			}
		}
	}
	if results, _ := filepath.Glob(filepath.Join(dir, "results", "*.json")); len(results) != n {
		t.Errorf("%d results of %d jobs", len(results), n)
	}
}
