//go:build !linux

package pages

// advise does nothing: large pages are the system's own choice here.
func advise([]byte) {}
