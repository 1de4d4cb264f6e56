//go:build !linux

package tensor

// adviseHuge does nothing: large pages are the system's own choice here.
func adviseHuge([]float32) {}
