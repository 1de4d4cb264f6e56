// Package history keeps what was judged: one entry a scan and model, the models of each
// part with their versions, what operators say of a verdict, and the scans that wait.
//
// [Open] takes the path of a file, which becomes an SQLite database, or the URL of a
// PostgreSQL server. Both hold the same tables and pass the same tests. A store is written by
// the program alone; what stands in it outlives a kill at any moment.
package history
