// Package filelock holds a file so that no other process holds it. The system lets go of it
// when the process ends, however it ends.
package filelock
