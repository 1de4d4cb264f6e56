package history

import (
	"context"
	"database/sql"
	"errors"
)

// Models of parts: versions, and which one judges.

const modelColumns = `m.id, m.part, m.version, m.name, m.detector, m.class, m.unit, m.scans, m.size, m.by_name, m.from_where, m.made, CASE WHEN c.model IS NULL THEN 0 ELSE 1 END`

const fromModels = ` FROM models m LEFT JOIN choices c ON c.part = m.part AND c.model = m.id`

func scanModel(row interface{ Scan(...any) error }, more ...any) (Model, error) {
	var m Model
	var made int64
	err := row.Scan(append([]any{&m.ID, &m.Part, &m.Version, &m.Name, &m.Detector, &m.Class, &m.Unit, &m.Scans, &m.Size, &m.By, &m.From, &made, &m.Chosen}, more...)...)
	m.Made = moment(made)
	return m, err
}

// AddModel implements Store.
func (s *store) AddModel(ctx context.Context, m Model) (Model, error) {
	err := s.within(ctx, func(tx *sql.Tx) error {
		// Whoever adds a model of this part at the same time waits for this row.
		if _, err := tx.ExecContext(ctx, `INSERT INTO choices (part, model) VALUES ($1, $2) ON CONFLICT (part) DO UPDATE SET part = excluded.part`, text(m.Part), text(m.ID)); err != nil {
			return err
		}
		old, err := scanModel(tx.QueryRowContext(ctx, `SELECT `+modelColumns+fromModels+` WHERE m.part = $1 AND m.id = $2`, text(m.Part), text(m.ID)))
		if err == nil {
			m = old
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) + 1 FROM models WHERE part = $1`, text(m.Part)).Scan(&m.Version); err != nil {
			return err
		}
		card := m.Card
		if card == nil {
			card = []byte("null")
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO models (part, id, version, name, detector, class, unit, scans, size, by_name, from_where, made, card) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			text(m.Part), text(m.ID), m.Version, text(m.Name), text(m.Detector), text(m.Class), text(m.Unit), m.Scans, m.Size, text(m.By), text(m.From), stamp(m.Made), []byte(card))
		if err != nil {
			return err
		}
		m, err = scanModel(tx.QueryRowContext(ctx, `SELECT `+modelColumns+fromModels+` WHERE m.part = $1 AND m.id = $2`, text(m.Part), text(m.ID)))
		return err
	})
	return m, err
}

// Models implements Store.
func (s *store) Models(ctx context.Context, part string) ([]Model, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+modelColumns+fromModels+` WHERE $1 = '' OR m.part = $1 ORDER BY m.part, m.version DESC`, text(part))
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	models := []Model{}
	for rows.Next() {
		m, err := scanModel(rows)
		if err != nil {
			return nil, s.explain(err)
		}
		models = append(models, m)
	}
	return models, s.explain(rows.Err())
}

// Model implements Store.
func (s *store) Model(ctx context.Context, part, id string) (Model, error) {
	which, args := `m.part = $1 AND c.model IS NOT NULL`, []any{text(part)}
	if id != "" {
		which, args = `m.part = $1 AND m.id = $2`, []any{text(part), text(id)}
	}
	var card []byte
	m, err := scanModel(s.read.QueryRowContext(ctx, `SELECT `+modelColumns+`, m.card`+fromModels+` WHERE `+which, args...), &card)
	m.Card = card
	return m, s.explain(err)
}

// Choose implements Store.
func (s *store) Choose(ctx context.Context, part, id string) error {
	return s.within(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM models WHERE part = $1 AND id = $2`, text(part), text(id)).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO choices (part, model) VALUES ($1, $2) ON CONFLICT (part) DO UPDATE SET model = excluded.model`, text(part), text(id))
		return err
	})
}

// Parts implements Store.
func (s *store) Parts(ctx context.Context) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT part FROM models UNION SELECT part FROM entries ORDER BY 1`)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	parts := []string{}
	for rows.Next() {
		var p string
		if err := rows.Scan(&p); err != nil {
			return nil, s.explain(err)
		}
		parts = append(parts, p)
	}
	return parts, s.explain(rows.Err())
}
