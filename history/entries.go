package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Entries: adding, finding, counting.

// Append implements Store.
func (s *store) Append(ctx context.Context, e Entry) (added bool, err error) {
	err = s.within(ctx, func(tx *sql.Tx) error {
		added, err = appendEntry(ctx, tx, &e)
		return err
	})
	return added, err
}

func appendEntry(ctx context.Context, tx *sql.Tx, e *Entry) (added bool, err error) {
	regions := e.Regions
	if regions == nil {
		regions = []Region{}
	}
	places, err := json.Marshal(regions)
	if err != nil {
		return false, err
	}
	result := e.Result
	if result == nil {
		result = []byte{}
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO entries (`+entryColumns+`, result)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, '', '', 0, $22)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, part = excluded.part, serial = excluded.serial, order_no = excluded.order_no, operator_name = excluded.operator_name,
			received = excluded.received, model_version = excluded.model_version, verdict = excluded.verdict, score = excluded.score, threshold = excluded.threshold, unit = excluded.unit,
			points = excluded.points, regions = excluded.regions, coverage = excluded.coverage, seconds = excluded.seconds, reason = excluded.reason, error = excluded.error, result = excluded.result
		WHERE entries.verdict = '`+Failed+`'`,
		text(e.ID), text(e.Scan), text(e.Name), text(e.Part), text(e.Serial), text(e.Order), text(e.Operator), stamp(e.Received), text(e.Model.ID), e.Model.Version, text(e.Model.Detector),
		e.Verdict, number(e.Score), number(e.Threshold), text(e.Unit), e.Points, string(places), number(e.Coverage), number(e.Seconds), text(e.Reason), text(e.Error), result)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// Get implements Store.
func (s *store) Get(ctx context.Context, id string) (Entry, error) {
	var result []byte
	e, err := scanEntry(s.read.QueryRowContext(ctx, `SELECT `+entryColumns+`, result FROM entries WHERE id = $1`, text(id)), &result)
	e.Result = result
	return e, s.explain(err)
}

// List implements Store.
func (s *store) List(ctx context.Context, f Filter, p Page) (entries []Entry, next string, err error) {
	limit := p.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MostPage)
	where, args := f.where()
	if p.After != "" {
		at, id, ok := strings.Cut(p.After, "-")
		us, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil {
			return nil, "", fmt.Errorf("page %q: not one that a list has returned", p.After)
		}
		args = append(args, us, text(id))
		where += fmt.Sprintf(" AND (received < $%d OR received = $%d AND id < $%d)", len(args)-1, len(args)-1, len(args))
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+entryColumns+` FROM entries WHERE `+where+` ORDER BY received DESC, id DESC LIMIT `+strconv.Itoa(limit+1), args...)
	if err != nil {
		return nil, "", s.explain(err)
	}
	defer rows.Close()
	entries = []Entry{}
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, "", s.explain(err)
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, "", s.explain(err)
	}
	if len(entries) > limit {
		entries = entries[:limit]
		last := entries[limit-1]
		next = fmt.Sprintf("%d-%s", stamp(last.Received), last.ID)
	}
	return entries, next, nil
}

// Count implements Store.
func (s *store) Count(ctx context.Context, f Filter) (map[string]int, error) {
	where, args := f.where()
	rows, err := s.read.QueryContext(ctx, `SELECT verdict, COUNT(*) FROM entries WHERE `+where+` GROUP BY verdict`, args...)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var verdict string
		var n int
		if err := rows.Scan(&verdict, &n); err != nil {
			return nil, s.explain(err)
		}
		counts[verdict] = n
	}
	return counts, s.explain(rows.Err())
}

// where is the condition of a filter, and its values.
func (f Filter) where() (condition string, args []any) {
	condition = "1 = 1"
	add := func(format string, value any) {
		args = append(args, value)
		condition += " AND " + fmt.Sprintf(format, len(args))
	}
	for _, c := range []struct{ column, value string }{{"part", f.Part}, {"serial", f.Serial}, {"order_no", f.Order}, {"operator_name", f.Operator}, {"model", f.Model}, {"verdict", f.Verdict}} {
		if c.value != "" {
			add(c.column+" = $%d", text(c.value))
		}
	}
	switch f.Label {
	case "":
	case "any":
		condition += " AND label <> ''"
	default:
		add("label = $%d", text(f.Label))
	}
	if !f.From.IsZero() {
		add("received >= $%d", stamp(f.From))
	}
	if !f.Until.IsZero() {
		add("received < $%d", stamp(f.Until))
	}
	if f.Name != "" {
		pattern := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text(f.Name)))
		add(`LOWER(name) LIKE $%d ESCAPE '\'`, "%"+pattern+"%")
	}
	return condition, args
}
