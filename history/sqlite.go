package history

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The embedded database: one file, one connection that writes, several that read.

// sqliteReaders is how many connections read at a time.
const sqliteReaders = 4

func openSQLite(ctx context.Context, path string) (Store, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(whole); err == nil && info.IsDir() {
		return nil, fmt.Errorf("history %s: is a folder; give the name of a file", path)
	}
	// FULL: what was answered is on the disk, even when the power goes.
	write, err := sql.Open("sqlite", sqliteName(whole, "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("history %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	s := &store{write: write, name: path, broken: sqliteBroken}
	if err := s.migrate(ctx, sqliteWords); err != nil {
		write.Close()
		return nil, fmt.Errorf("history %s: %w", path, err)
	}
	if s.read, err = sql.Open("sqlite", sqliteName(whole, "_pragma=query_only(1)")); err != nil {
		write.Close()
		return nil, fmt.Errorf("history %s: %w", path, err)
	}
	s.read.SetMaxOpenConns(sqliteReaders)
	return s, nil
}

// sqliteName is the URI of a file, whose name may hold anything. Nothing is written beside it:
// what sorting needs stays in memory.
func sqliteName(path string, options ...string) string {
	path = filepath.ToSlash(path)
	if runtime.GOOS == "windows" {
		path = "/" + path
	}
	options = append([]string{"_pragma=busy_timeout(10000)", "_pragma=foreign_keys(1)", "_pragma=temp_store(2)"}, options...)
	return "file://" + strings.ReplaceAll((&url.URL{Path: path}).EscapedPath(), "?", "%3F") + "?" + strings.Join(options, "&")
}

// sqliteBroken reports whether an error is of the disk and not of the statement.
func sqliteBroken(err error) bool {
	e, ok := err.(*sqlite.Error)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_LOCKED:
		return true
	}
	return false
}
