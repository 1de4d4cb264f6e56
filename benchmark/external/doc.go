// Package external makes a detector of any program: it is given sound scans to learn from
// and scans to judge as files, and gives back a score for each point. The protocol is
// described in docs/external.md.
package external
