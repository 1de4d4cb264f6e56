package history

import (
	"context"
	"fmt"
	"strings"
)

// The tables, as steps from one version to the next. A step that was released never changes.

// words are the names of types that differ between databases.
type words map[string]string

var (
	sqliteWords   = words{"$blob": "BLOB", "$real": "REAL", "$serial": "INTEGER PRIMARY KEY AUTOINCREMENT", "$bytes": ` COLLATE BINARY`}
	postgresWords = words{"$blob": "BYTEA", "$real": "DOUBLE PRECISION", "$serial": "BIGSERIAL PRIMARY KEY", "$bytes": ` COLLATE "C"`}
)

// steps lead from version i to i+1. Times are microseconds since 1970 in UTC.
var steps = [][]string{{
	`CREATE TABLE entries (
		id TEXT PRIMARY KEY$bytes, scan TEXT NOT NULL, name TEXT NOT NULL,
		part TEXT NOT NULL, serial TEXT NOT NULL, order_no TEXT NOT NULL, operator_name TEXT NOT NULL, received BIGINT NOT NULL,
		model TEXT NOT NULL, model_version BIGINT NOT NULL, detector TEXT NOT NULL,
		verdict TEXT NOT NULL, score $real, threshold $real, unit TEXT NOT NULL, points BIGINT NOT NULL,
		regions TEXT NOT NULL, coverage $real, seconds $real, reason TEXT NOT NULL, error TEXT NOT NULL,
		label TEXT NOT NULL, label_by TEXT NOT NULL, label_at BIGINT NOT NULL, result $blob NOT NULL)`,
	`CREATE INDEX entries_received ON entries (received DESC, id DESC)`,
	`CREATE INDEX entries_part ON entries (part, received DESC, id DESC)`,
	`CREATE INDEX entries_serial ON entries (serial, received DESC)`,
	`CREATE TABLE labels (number $serial, entry TEXT NOT NULL REFERENCES entries (id), value TEXT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL)`,
	`CREATE INDEX labels_entry ON labels (entry, number)`,
	`CREATE TABLE models (
		part TEXT NOT NULL$bytes, id TEXT NOT NULL, version BIGINT NOT NULL, name TEXT NOT NULL, detector TEXT NOT NULL, class TEXT NOT NULL,
		unit TEXT NOT NULL, scans BIGINT NOT NULL, size BIGINT NOT NULL, by_name TEXT NOT NULL, from_where TEXT NOT NULL, made BIGINT NOT NULL,
		card $blob NOT NULL, PRIMARY KEY (part, id), UNIQUE (part, version))`,
	`CREATE TABLE choices (part TEXT PRIMARY KEY$bytes, model TEXT NOT NULL)`,
	`CREATE TABLE jobs (
		number $serial, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, kind TEXT NOT NULL, payload $blob NOT NULL, enqueued BIGINT NOT NULL,
		state TEXT NOT NULL, tries BIGINT NOT NULL, note TEXT NOT NULL)`,
	`CREATE INDEX jobs_next ON jobs (owner, kind, state, tries, number)`,
}}

// migrate brings the tables to the version of this program, each step whole or not at all.
func (s *store) migrate(ctx context.Context, w words) error {
	_, err := s.write.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS blemish_version (only_row BIGINT PRIMARY KEY, version BIGINT NOT NULL)`)
	if err != nil {
		return s.explain(err)
	}
	if _, err := s.write.ExecContext(ctx, `INSERT INTO blemish_version (only_row, version) VALUES (1, 0) ON CONFLICT DO NOTHING`); err != nil {
		return s.explain(err)
	}
	for {
		done, err := s.step(ctx, w)
		if err != nil || done {
			return err
		}
	}
}

// step takes the next step, where there is one.
func (s *store) step(ctx context.Context, w words) (done bool, err error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return false, s.explain(err)
	}
	defer tx.Rollback()
	// Written first, so that two programs that begin at once take turns.
	if _, err := tx.ExecContext(ctx, `UPDATE blemish_version SET version = version`); err != nil {
		return false, s.explain(err)
	}
	var version int
	if err := tx.QueryRowContext(ctx, `SELECT version FROM blemish_version`).Scan(&version); err != nil {
		return false, s.explain(err)
	}
	if version > len(steps) {
		return false, fmt.Errorf("its tables have version %d, and this program knows up to %d: use a newer one", version, len(steps))
	}
	if version == len(steps) {
		return true, nil
	}
	for _, statement := range steps[version] {
		for name, word := range w {
			statement = strings.ReplaceAll(statement, name, word)
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return false, fmt.Errorf("tables of version %d: %w", version+1, s.explain(err))
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE blemish_version SET version = $1`, version+1); err != nil {
		return false, s.explain(err)
	}
	return false, s.explain(tx.Commit())
}
