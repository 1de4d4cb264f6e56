// Package archtest holds the structure of the project against its plan: which
// package may import which, which modules the program may depend on, and that
// nothing needs cgo. It has no code of its own, only tests.
package archtest
