package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"blemish/jobs"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options says where the queue is.
type Options struct {
	// URL of a server or of several of a cluster, with commas; "": the queue is within one of
	// the processes that have opened Folder.
	URL    string
	Folder string
	Listen string // HOST:PORT that others reach a queue in Folder at; "": from this machine alone, any port

	Patience time.Duration // until a job is delivered again that nobody keeps; 0: DefaultPatience
	Log      *slog.Logger
}

// DefaultPatience is how long a killed worker is waited for.
const DefaultPatience = 30 * time.Second

// firstTry is how long Open tries to reach the queue.
const firstTry = 15 * time.Second

// answer is how long the server has for one answer.
const answer = 5 * time.Second

// Names on the server.
const (
	streamName   = "BLEMISH_JOBS"
	subjects     = "blemish.job.*"
	prefix       = "blemish.job."
	consumerName = "workers"
	bucketName   = "BLEMISH_RUNNING"
)

// Broker is a jobs.Broker on JetStream.
type Broker struct {
	opt    Options
	host   *host         // where the queue is in a folder
	turn   chan struct{} // held to look at or change now
	now    *session
	closed bool
}

// session is one connection and what is reached through it.
type session struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	stream   jetstream.Stream
	consumer jetstream.Consumer
	running  jetstream.KeyValue
}

// Open reaches the queue, and makes what it needs on the server.
func Open(ctx context.Context, opt Options) (*Broker, error) {
	if opt.Patience <= 0 {
		opt.Patience = DefaultPatience
	}
	b := &Broker{opt: opt, turn: make(chan struct{}, 1)}
	if opt.URL == "" {
		b.host = &host{folder: opt.Folder, listen: opt.Listen, log: opt.Log}
	}
	ctx, cancel := context.WithTimeout(ctx, firstTry)
	defer cancel()
	if _, err := b.session(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("the queue cannot be reached: %w", err)
	}
	return b, nil
}

// Hosts reports whether the queue is within this process.
func (b *Broker) Hosts() bool { return b.host != nil && b.host.server != nil }

// Close implements jobs.Broker. A queue within this process ends; another that has the folder
// open takes it over.
func (b *Broker) Close() error {
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	b.closed = true
	if b.now != nil {
		b.now.conn.Close()
		b.now = nil
	}
	if b.host != nil {
		return b.host.close()
	}
	return nil
}

// session is the connection, made anew where it was lost. It tries until ctx ends.
func (b *Broker) session(ctx context.Context) (*session, error) {
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	lost := b.now != nil && !b.now.conn.IsConnected()
	if b.now != nil && !lost {
		return b.now, nil
	}
	if lost {
		b.now.conn.Close()
		b.now = nil
		b.opt.Log.Warn("the connection to the queue is lost; it is made again")
	}
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		if b.closed {
			return nil, errors.New("the queue was closed")
		}
		s, err := b.connect(ctx)
		if err == nil {
			if lost {
				b.opt.Log.Info("the queue is reached again")
			}
			b.now = s
			return s, nil
		}
		if !sleep(ctx, pause) {
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// drop gives up a connection over which an answer did not come.
func (b *Broker) drop(s *session) {
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	if b.now == s {
		s.conn.Close()
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// connect makes a connection, and the stream, the consumer and the bucket where they are
// missing.
func (b *Broker) connect(ctx context.Context) (s *session, err error) {
	// A connection that is lost ends, and session makes the next one: the queue may have
	// moved to another process.
	options := []nats.Option{nats.Name("blemish"), nats.NoReconnect(), nats.Timeout(answer), nats.MaxPingsOutstanding(2), nats.PingInterval(10 * time.Second)}
	s = &session{}
	if b.host != nil {
		s.conn, err = b.host.connect(options)
	} else {
		s.conn, err = nats.Connect(b.opt.URL, options...)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.conn.Close()
		}
	}()
	if s.js, err = jetstream.New(s.conn); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*answer)
	defer cancel()
	s.stream, err = s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: streamName, Subjects: []string{subjects}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		Discard: jetstream.DiscardNew, MaxMsgsPerSubject: 1, DiscardNewPerSubject: true, // a job is there once
	})
	if err != nil {
		return nil, err
	}
	s.consumer, err = s.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: consumerName, AckPolicy: jetstream.AckExplicitPolicy, AckWait: b.opt.Patience, MaxAckPending: 1 << 16,
		MaxDeliver: -1, // jobs.Worker counts: the server would leave a message that has come too often without a word
	})
	if err != nil {
		return nil, err
	}
	s.running, err = s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucketName, TTL: 24 * time.Hour})
	return s, err
}

// ask does something on the server, over as many connections as it takes.
func (b *Broker) ask(ctx context.Context, do func(ctx context.Context, s *session) error) error {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		s, err := b.session(ctx)
		if err != nil {
			return err
		}
		once, cancel := context.WithTimeout(ctx, answer)
		err = do(once, s)
		cancel()
		refused := new(jetstream.APIError)
		if err == nil || ctx.Err() != nil || errors.As(err, &refused) && refused.Code != 503 {
			return err
		}
		if s.conn.IsConnected() && errors.Is(err, context.DeadlineExceeded) {
			b.drop(s) // it is as good as lost
		}
		if !sleep(ctx, pause) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

// Publish implements jobs.Broker.
func (b *Broker) Publish(ctx context.Context, id string) error {
	message := nats.NewInbox() // of its own: another attempt of this call is the same message
	return b.ask(ctx, func(ctx context.Context, s *session) error {
		_, err := s.js.Publish(ctx, prefix+id, []byte(id), jetstream.WithMsgID(message), jetstream.WithExpectStream(streamName))
		if refused := new(jetstream.APIError); errors.As(err, &refused) && strings.Contains(refused.Description, "maximum messages per subject") {
			return nil // it waits or runs
		}
		return err
	})
}

// run is what stands in the bucket of a job that was delivered.
type run struct {
	Attempt int    `json:"attempt"`
	Worker  string `json:"worker"`
	Error   string `json:"error,omitempty"`
	Waits   bool   `json:"waits,omitempty"`
}

// Look implements jobs.Broker.
func (b *Broker) Look(ctx context.Context, id string) (jobs.Status, error) {
	status := jobs.Status{State: jobs.Unknown}
	err := b.ask(ctx, func(ctx context.Context, s *session) error {
		status = jobs.Status{State: jobs.Unknown}
		_, err := s.stream.GetLastMsgForSubject(ctx, prefix+id)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		status.State = jobs.Waiting
		entry, err := s.running.Get(ctx, id)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		var r run
		if err := json.Unmarshal(entry.Value(), &r); err != nil {
			return err
		}
		status.Error = r.Error
		if !r.Waits {
			status = jobs.Status{State: jobs.Running, Attempt: r.Attempt, Worker: r.Worker, Error: r.Error}
		}
		return nil
	})
	return status, err
}

// Take implements jobs.Broker.
func (b *Broker) Take(ctx context.Context) (jobs.Delivery, error) {
	for {
		s, err := b.session(ctx)
		if err != nil {
			return nil, err
		}
		msg, err := s.consumer.Next(jetstream.FetchMaxWait(2 * time.Second))
		if err == nil {
			about, err := msg.Metadata()
			if err != nil {
				return nil, err
			}
			return &delivery{b, strings.TrimPrefix(msg.Subject(), prefix), int(about.NumDelivered), msg.Reply()}, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, nats.ErrTimeout) || errors.Is(err, jetstream.ErrNoMessages) {
			continue
		}
		b.opt.Log.Debug("queue: " + err.Error())
		if s.conn.IsConnected() {
			b.drop(s) // the consumer may be gone; the next connection makes it
		}
		if !sleep(ctx, 100*time.Millisecond) {
			return nil, ctx.Err()
		}
	}
}
