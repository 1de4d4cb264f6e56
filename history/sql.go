package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"blemish/report"
)

// What both databases share: their statements are the same but for a few words.

// store is a Store in a database.
type store struct {
	write, read *sql.DB // the same where any connection may write
	name        string  // for messages
	skipLocked  string
	broken      func(error) bool
}

// Close closes what is open.
func (s *store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Check writes a row that changes nothing.
func (s *store) Check(ctx context.Context) error {
	_, err := s.write.ExecContext(ctx, `UPDATE blemish_version SET version = version`)
	return s.explain(err)
}

// explain tells what is wrong with the store from what is wrong with a call.
func (s *store) explain(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case s.broken(err):
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, s.name, err)
	}
	return fmt.Errorf("history %s: %w", s.name, err)
}

// within runs statements as one: all or none of them.
func (s *store) within(ctx context.Context, run func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback()
	if err := run(tx); err != nil {
		if errors.Is(err, ErrFull) || errors.Is(err, ErrNotFound) {
			return err
		}
		return s.explain(err)
	}
	return s.explain(tx.Commit())
}

// text is what a database may hold as text: UTF-8 without the byte 0.
func text(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "�"), "�")
}

// number is a column's value: NULL for a number that is not known.
func number(n report.Number) any {
	if !n.Known() {
		return nil
	}
	return float64(n)
}

// numberFrom reads a column that may be NULL.
type numberFrom struct{ to *report.Number }

// Scan implements sql.Scanner.
func (n numberFrom) Scan(value any) error {
	var v sql.NullFloat64
	if err := v.Scan(value); err != nil {
		return err
	}
	if *n.to = report.None(); v.Valid {
		*n.to = report.Number(v.Float64)
	}
	return nil
}

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

const entryColumns = `id, scan, name, part, serial, order_no, operator_name, received, model, model_version, detector, verdict, score, threshold, unit, points, regions, coverage, seconds, reason, error, label, label_by, label_at`

// scanEntry reads the columns of an entry, and those that follow them.
func scanEntry(row interface{ Scan(...any) error }, more ...any) (Entry, error) {
	var (
		e                 Entry
		received, labelAt int64
		regions           string
		label             Label
	)
	err := row.Scan(append([]any{&e.ID, &e.Scan, &e.Name, &e.Part, &e.Serial, &e.Order, &e.Operator, &received, &e.Model.ID, &e.Model.Version, &e.Model.Detector,
		&e.Verdict, numberFrom{&e.Score}, numberFrom{&e.Threshold}, &e.Unit, &e.Points, &regions, numberFrom{&e.Coverage}, numberFrom{&e.Seconds}, &e.Reason, &e.Error,
		&label.Value, &label.By, &labelAt}, more...)...)
	if err != nil {
		return e, err
	}
	e.Received = moment(received)
	if label.Value != "" {
		label.At = moment(labelAt)
		e.Label = &label
	}
	if err := json.Unmarshal([]byte(regions), &e.Regions); err != nil {
		return e, fmt.Errorf("regions of %s: %w", e.ID, err)
	}
	return e, nil
}
