package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// delivery is a message that was taken. What is said of it goes to its reply subject over
// whatever connection there is then: it outlives the one that it came over.
type delivery struct {
	broker  *Broker
	id      string
	attempt int
	reply   string
}

func (d *delivery) ID() string          { return d.id }
func (d *delivery) Attempt() int        { return d.attempt }
func (d *delivery) Beat() time.Duration { return d.broker.opt.Patience / 3 }

// say tells the server, and waits until it has understood.
func (d *delivery) say(ctx context.Context, what string) error {
	return d.broker.ask(ctx, func(ctx context.Context, s *session) error {
		_, err := s.conn.RequestWithContext(ctx, d.reply, []byte(what))
		return err
	})
}

// Keep implements jobs.Delivery.
func (d *delivery) Keep(ctx context.Context, worker string) error {
	if err := d.say(ctx, "+WPI"); err != nil { // work in progress
		return err
	}
	return d.note(ctx, run{Attempt: d.attempt, Worker: worker})
}

// note keeps what Look tells.
func (d *delivery) note(ctx context.Context, r run) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return d.broker.ask(ctx, func(ctx context.Context, s *session) error {
		_, err := s.running.Put(ctx, d.id, text)
		return err
	})
}

// Ack implements jobs.Delivery.
func (d *delivery) Ack(ctx context.Context) error {
	if err := d.say(ctx, "+ACK"); err != nil {
		return err
	}
	return d.broker.ask(ctx, func(ctx context.Context, s *session) error {
		err := s.running.Purge(ctx, d.id)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			return nil
		}
		return err
	})
}

// Retry implements jobs.Delivery.
func (d *delivery) Retry(ctx context.Context, delay time.Duration, why string) error {
	if err := d.note(ctx, run{Attempt: d.attempt, Error: why, Waits: true}); err != nil {
		return err
	}
	return d.say(ctx, fmt.Sprintf(`-NAK {"delay": %d}`, delay.Nanoseconds()))
}
