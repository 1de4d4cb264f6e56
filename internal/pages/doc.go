// Package pages makes large slices on large pages of memory. Ordinary pages of 4 KiB
// are fetched from the system one by one when they are first touched, and a processor
// that jumps about in hundreds of megabytes of them, or down the columns of a matrix,
// looks up where a page lies more often than it reads what lies there.
package pages
