// Package historytest gives tests a PostgreSQL server of their own.
package historytest
