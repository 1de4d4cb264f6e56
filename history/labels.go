package history

import (
	"context"
	"database/sql"
	"fmt"
)

// What operators say of scans.

// Label implements Store.
func (s *store) Label(ctx context.Context, id string, l Label) error {
	if l.Value != "" && l.Value != ReallySound && l.Value != ReallyDefective {
		return fmt.Errorf("label %q: want %s or %s, or nothing to take one back", l.Value, ReallySound, ReallyDefective)
	}
	return s.within(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE entries SET label = $1, label_by = $2, label_at = $3 WHERE id = $4`, l.Value, text(l.By), stamp(l.At), text(id))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return orNotFound(err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO labels (entry, value, by_name, at) VALUES ($1, $2, $3, $4)`, text(id), l.Value, text(l.By), stamp(l.At))
		return err
	})
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// Labels implements Store.
func (s *store) Labels(ctx context.Context, id string) ([]Label, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT value, by_name, at FROM labels WHERE entry = $1 ORDER BY number`, text(id))
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	labels := []Label{}
	for rows.Next() {
		var l Label
		var at int64
		if err := rows.Scan(&l.Value, &l.By, &at); err != nil {
			return nil, s.explain(err)
		}
		l.At = moment(at)
		labels = append(labels, l)
	}
	return labels, s.explain(rows.Err())
}

// Confusion implements Store.
func (s *store) Confusion(ctx context.Context, f Filter) (map[string]map[string]int, error) {
	where, args := f.where()
	rows, err := s.read.QueryContext(ctx, `SELECT verdict, label, COUNT(*) FROM entries WHERE label <> '' AND `+where+` GROUP BY verdict, label`, args...)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	counts := map[string]map[string]int{}
	for rows.Next() {
		var verdict, label string
		var n int
		if err := rows.Scan(&verdict, &label, &n); err != nil {
			return nil, s.explain(err)
		}
		if counts[verdict] == nil {
			counts[verdict] = map[string]int{}
		}
		counts[verdict][label] = n
	}
	return counts, s.explain(rows.Err())
}
