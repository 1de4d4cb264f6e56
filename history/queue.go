package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// The queue: a row for each job that waits, runs or has failed.

const jobColumns = `id, owner, kind, payload, enqueued, state, tries, note`

// open are the states of jobs that are still to be done.
const open = `('` + JobWaits + `', '` + JobRuns + `')`

func scanJob(row interface{ Scan(...any) error }) (Job, error) {
	var j Job
	var enqueued int64
	err := row.Scan(&j.ID, &j.Owner, &j.Kind, &j.Payload, &enqueued, &j.State, &j.Tries, &j.Note)
	j.Enqueued = moment(enqueued)
	return j, err
}

// Enqueue implements Queue.
func (s *store) Enqueue(ctx context.Context, j Job, most int) (added bool, err error) {
	if j.Payload == nil {
		j.Payload = []byte{}
	}
	err = s.within(ctx, func(tx *sql.Tx) error {
		var waiting, same int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM jobs WHERE id = $1 AND state IN `+open, text(j.ID)).Scan(&same); err != nil || same > 0 {
			return err
		}
		if most > 0 {
			if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM jobs WHERE owner = $1 AND state IN `+open, text(j.Owner)).Scan(&waiting); err != nil {
				return err
			}
			if waiting >= most {
				return fmt.Errorf("%w: %d jobs wait, and it takes %d", ErrFull, waiting, most)
			}
		}
		done, err := tx.ExecContext(ctx, `INSERT INTO jobs (`+jobColumns+`) VALUES ($1, $2, $3, $4, $5, '`+JobWaits+`', 0, '')
			ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, payload = excluded.payload, enqueued = excluded.enqueued, state = excluded.state, tries = 0, note = '' WHERE jobs.state NOT IN `+open,
			text(j.ID), text(j.Owner), text(j.Kind), j.Payload, stamp(j.Enqueued))
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		added = n > 0
		return err
	})
	return added && err == nil, err
}

// Claim implements Queue.
func (s *store) Claim(ctx context.Context, owner, kind string) (*Job, error) {
	// Those that were tried come last: one that ends the program holds up no other.
	j, err := scanJob(s.write.QueryRowContext(ctx, `UPDATE jobs SET state = '`+JobRuns+`', tries = tries + 1
		WHERE id = (SELECT id FROM jobs WHERE owner = $1 AND kind = $2 AND state = '`+JobWaits+`' ORDER BY tries, number LIMIT 1`+s.skipLocked+`)
		RETURNING `+jobColumns, text(owner), text(kind)))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, s.explain(err)
	}
	return &j, nil
}

// Job implements Queue.
func (s *store) Job(ctx context.Context, id string) (Job, error) {
	j, err := scanJob(s.read.QueryRowContext(ctx, `SELECT `+jobColumns+` FROM jobs WHERE id = $1`, text(id)))
	return j, s.explain(err)
}

// Jobs implements Queue.
func (s *store) Jobs(ctx context.Context, owner, kind string) ([]Job, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+jobColumns+` FROM jobs WHERE owner = $1 AND kind = $2 ORDER BY number`, text(owner), text(kind))
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	jobs := []Job{}
	for rows.Next() {
		j, err := scanJob(rows)
		if err != nil {
			return nil, s.explain(err)
		}
		jobs = append(jobs, j)
	}
	return jobs, s.explain(rows.Err())
}

// Waiting implements Queue.
func (s *store) Waiting(ctx context.Context, owner, kind string) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM jobs WHERE owner = $1 AND kind = $2 AND state IN `+open, text(owner), text(kind)).Scan(&n)
	return n, s.explain(err)
}

// Finish implements Queue.
func (s *store) Finish(ctx context.Context, id string, e *Entry) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		if e != nil {
			if _, err := appendEntry(ctx, tx, e); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM jobs WHERE id = $1`, text(id))
		return err
	})
}

// End implements Queue.
func (s *store) End(ctx context.Context, id, state, note string) error {
	_, err := s.write.ExecContext(ctx, `UPDATE jobs SET state = $1, note = $2 WHERE id = $3`, state, text(note), text(id))
	return s.explain(err)
}

// Release implements Queue.
func (s *store) Release(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, `UPDATE jobs SET state = '`+JobWaits+`', tries = tries - 1 WHERE id = $1 AND state = '`+JobRuns+`'`, text(id))
	return s.explain(err)
}

// Recover implements Queue.
func (s *store) Recover(ctx context.Context, owner string) (int, error) {
	done, err := s.write.ExecContext(ctx, `UPDATE jobs SET state = '`+JobWaits+`' WHERE owner = $1 AND state = '`+JobRuns+`'`, text(owner))
	if err != nil {
		return 0, s.explain(err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}

// Drop implements Queue.
func (s *store) Drop(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM jobs WHERE id = $1`, text(id))
	return s.explain(err)
}
