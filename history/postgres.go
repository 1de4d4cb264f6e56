package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// A PostgreSQL server, for a history that several stations share.

// postgresConnections is how many connections are open at a time.
const postgresConnections = 16

func openPostgres(ctx context.Context, address string) (Store, error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, fmt.Errorf("history %s: %w", withoutPassword(address), err)
	}
	db.SetMaxOpenConns(postgresConnections)
	s := &store{write: db, read: db, name: withoutPassword(address), skipLocked: " FOR UPDATE SKIP LOCKED", broken: postgresBroken}
	if err := s.migrate(ctx, postgresWords); err != nil {
		db.Close()
		return nil, fmt.Errorf("history %s: %w", s.name, err)
	}
	return s, nil
}

// withoutPassword is an address that may be shown.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://…"
	}
	u.RawQuery = "" // it may hold one, too
	return u.Redacted()
}

// postgresBroken reports whether an error is of the connection or the server, not of the
// statement: classes 08, 53, 57 and 58 of the standard's SQLSTATE.
func postgresBroken(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return true // the server has not answered
	}
	switch e.Code[:2] {
	case "08", "53", "57", "58":
		return true
	}
	return e.Code == "25006" // read-only
}
