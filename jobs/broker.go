package jobs

import (
	"context"
	"time"
)

// Broker passes IDs of jobs from those who submit to those who work. What is published is
// delivered until it is acknowledged: again, where a worker has not been heard of for a
// while. Several goroutines may use it at once.
type Broker interface {
	// Publish adds an ID, unless it waits or runs already.
	Publish(ctx context.Context, id string) error
	// Take waits for an ID. It ends with ctx.Err().
	Take(ctx context.Context) (Delivery, error)
	// Look says what is known of an ID: Waiting or Running, else Unknown.
	Look(ctx context.Context, id string) (Status, error)
	Close() error
}

// Delivery is an ID that was taken.
type Delivery interface {
	ID() string
	Attempt() int // from 1
	// Keep says that the work goes on, and by whom. It is due every Beat.
	Keep(ctx context.Context, worker string) error
	Beat() time.Duration
	// Ack takes the ID away.
	Ack(ctx context.Context) error
	// Retry gives the ID back; it is not delivered before the delay is over.
	Retry(ctx context.Context, delay time.Duration, why string) error
}
