// Package logtest collects what is logged, in tests.
package logtest
