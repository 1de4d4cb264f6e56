// Package memorytest holds detectors that remember features against what an independent
// script, detect/memory/testdata/make_oracle.py, says of the same clouds.
package memorytest
