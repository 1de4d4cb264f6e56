package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"blemish/service"

	"github.com/spf13/cobra"
)

// serving is what serve was asked for beside the service's own options.
type serving struct {
	service.Options
	queued  queued
	reached string // where others reach the queue
	listen  string
	cert    string
	key     string
	bodyMiB int64
}

func newServe(e *env) *cobra.Command {
	var v serving
	cmd := &cobra.Command{
		Use:   "serve --data DIR [--listen ADDRESS]",
		Short: "a server with a page: upload scans, see verdicts, history and trends",
		Long: "Serve a page and an HTTP API: scans are uploaded, judged exactly as predict does, and kept in a history with trends, labels and models. " +
			"Everything lies in one data folder. With --jobs scans are judged by blemish work, on any number of machines. On a loopback address no token is needed until one is made; any other address needs tokens: blemish serve token makes them. " +
			"docs/service.md walks through it.",
		Example: `  blemish serve --data station
  blemish serve --data station --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem
  blemish serve --data station --history postgres://blemish@db.example/blemish
  blemish serve --data station --jobs /shared/blemish --nats nats://queue:4222`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			forOthers, err := v.queued.check(cmd)
			if err != nil {
				return err
			}
			if v.reached != "" && (!forOthers || v.queued.nats != "") {
				return usagef("--jobs-listen goes with --jobs DIR, where the queue may be within this process")
			}
			if !cmd.Flags().Changed("log-format") {
				e.log = slog.New(slog.NewJSONHandler(e.stderr, &slog.HandlerOptions{Level: e.level()}))
			}
			return e.serve(cmd.Context(), &v)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&v.Data, "data", "", "data folder: scans, models, history, tokens; made where there is none")
	f.StringVar(&v.listen, "listen", "127.0.0.1:8080", "address and port; port 0 takes a free one")
	f.StringVar(&v.History, "history", "", "PostgreSQL URL, or another file, for the history (default: history.db in the data folder)")
	f.StringVar(&v.cert, "tls-cert", "", "certificate (PEM), for HTTPS")
	f.StringVar(&v.key, "tls-key", "", "its key (PEM)")
	f.IntVar((*int)(&v.CoresPerScan), "cores-per-scan", 2, "cores that judge one scan; as many scans are judged at a time as cores allow")
	f.IntVar(&v.MostQueued, "queue", 1000, "scans that may wait; more are refused with 429")
	f.IntVar(&v.MostUploads, "uploads", 16, "uploads at a time; more are refused with 429")
	f.Int64Var(&v.bodyMiB, "max-body", 512, "largest upload in MiB")
	f.DurationVar(&v.JudgeTime, "judge-time", 10*time.Minute, "time that judging one scan may take")
	f.DurationVar(&v.Patience, "patience", 30*time.Second, "time that a client may send or take nothing")
	f.DurationVar(&v.Grace, "grace", 30*time.Second, "time that running scans get to end when the service stops")
	v.queued.flags(cmd)
	f.StringVar(&v.reached, "jobs-listen", "", "HOST:PORT where workers on other machines reach the queue while it is within this process (default: this machine alone)")
	group(cmd, "Many machines", "jobs-listen")
	cmd.AddCommand(newServeToken(e), newServeImport(e))
	return cmd
}

func newServeToken(e *env) *cobra.Command {
	var data, name, role string
	var end bool
	cmd := &cobra.Command{
		Use:   "token --data DIR --role ROLE --name NAME",
		Short: "make a token for the service, or end one",
		Long:  "Make a token and print it, once: the data folder keeps only its hash. A running service knows it at once. A name that has a token gets a new one.",
		Example: `  blemish serve token --data station --role judge --name scanner-3
  blemish serve token --data station --name scanner-3 --end`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case data == "":
				return usagef("--data DIR missing: the data folder of the service")
			case name == "":
				return usagef("--name NAME missing: who gets the token")
			}
			if end {
				there, err := service.EndToken(data, name)
				if err == nil && !there {
					err = fmt.Errorf("%s: there is no token called %q", data, name)
				}
				return err
			}
			r, err := service.ParseRole(role)
			if err != nil {
				return usagef("--%w", err)
			}
			token, err := service.MakeToken(data, name, r, time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(e.stdout, token)
			return err
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&data, "data", "", "data folder of the service")
	f.StringVar(&role, "role", "judge", "read, judge (upload and label, too) or admin (models and training, too)")
	f.StringVar(&name, "name", "", "who gets the token; stands beside labels and models")
	f.BoolVar(&end, "end", false, "end the token of this name")
	return cmd
}

func (e *env) serve(ctx context.Context, v *serving) error {
	switch {
	case v.Data == "":
		return usagef("--data DIR missing: the folder for scans, models and history")
	case v.bodyMiB < 1 || v.bodyMiB > 1<<20:
		return usagef("--max-body %d: want 1 to %d MiB", v.bodyMiB, 1<<20)
	case v.CoresPerScan < 1 || v.MostQueued < 1 || v.MostUploads < 1:
		return usagef("--cores-per-scan, --queue and --uploads: want numbers above 0")
	case v.JudgeTime <= 0 || v.Patience <= 0 || v.Grace <= 0:
		return usagef("--judge-time, --patience and --grace: want times above 0, such as 30s")
	case (v.cert == "") != (v.key == ""):
		return usagef("--tls-cert and --tls-key: give both, or none")
	}
	v.MostBody, v.Workers, v.Logger = v.bodyMiB<<20, e.workers, e.log
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", v.listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", v.listen, err)
	}
	defer listener.Close()
	address := listener.Addr().(*net.TCPAddr)
	v.Open = address.IP.IsLoopback()
	if v.queued.data != "" {
		if v.Queue, err = e.openQueue(ctx, &v.queued, v.reached); err != nil {
			return err
		}
		defer v.Queue.Broker.Close()
	}
	s, err := service.Open(ctx, v.Options)
	if err != nil {
		return err
	}
	if has, err := s.HasTokens(); !v.Open && (err != nil || !has) {
		return errors.Join(err, s.Close(), fmt.Errorf("%s can be reached from other machines, and there is no token yet: make one with\n  blemish serve token --data %s --role admin --name NAME", v.listen, v.Data))
	}
	scheme := "http"
	if v.cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(e.stdout, "%s://%s/\n", scheme, address)
	err = e.serveUntil(ctx, s, s.Server(), listener, v)
	e.log.Info("stopped")
	return errors.Join(err, s.Close())
}

// serveUntil answers and works until ctx ends; what runs then gets time to end.
func (e *env) serveUntil(ctx context.Context, s *service.Service, server *http.Server, listener net.Listener, v *serving) error {
	server.ErrorLog = slog.NewLogLogger(e.log.Handler(), slog.LevelWarn)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	working := make(chan struct{})
	go func() { s.Run(ctx); close(working) }()
	answering := make(chan error, 1)
	go func() {
		defer stop() // a server that cannot answer need not work
		if v.cert != "" {
			answering <- server.ServeTLS(listener, v.cert, v.key)
		} else {
			answering <- server.Serve(listener)
		}
	}()
	<-ctx.Done()
	e.log.Info("stopping")
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), v.Grace)
	defer cancel()
	if server.Shutdown(limited) != nil {
		server.Close() // clients that still take their time
	}
	<-working
	if err := <-answering; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
