package service

import (
	"os"
	"path/filepath"
	"testing"

	"blemish/format"
)

// What tests of the whole program need of those of the package.

// PartModel is a model file of the part of these tests.
func PartModel(t testing.TB) []byte { return modelFile(t) }

// PartScan is a scan of the part, as a PLY.
func PartScan(t testing.TB, name string, bulge bool) []byte { return scanFile(t, name, bulge) }

// SmallScan is one of so few points that judging it takes no time.
func SmallScan(t testing.TB, name string) []byte {
	t.Helper()
	cloud := bumpy(name, false)
	cloud.Points = cloud.Points[:500]
	path := filepath.Join(t.TempDir(), "scan.ply")
	if err := format.WriteCloud(path, cloud, format.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
