package format_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blemish/dataset"
	"blemish/format"
	"blemish/geom"
)

// TestNewFormatIsEverywhere: what stands in the table is read, written, found in data
// sets and named in messages.
func TestNewFormatIsEverywhere(t *testing.T) {
	var before []string
	for a := format.Readable; a <= format.WritableVertexColumns; a++ {
		before = append(before, a.String())
	}
	format.AddToy(t)

	cloud := &geom.Cloud{Points: []geom.Vec3{{X: 1}, {Y: 2.5}, {Z: -3}, {X: 4, Y: 4, Z: 4}}}
	cloud.SetScalar("temperature", []float32{20, 21, 22, 23.5})
	root := t.TempDir()
	class := filepath.Join(root, "valve")
	for _, dir := range []string{"train", "test/hot"} {
		if err := os.MkdirAll(filepath.Join(class, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for file, opt := range map[string]format.WriteOptions{
		"train/a.toy": {}, "train/b.TOY": {Encoding: "loud"}, "test/hot/c.toy": {},
	} {
		path := filepath.Join(class, file)
		if err := format.WriteCloud(path, cloud, opt); err != nil {
			t.Fatal(err)
		}
		back, info, err := format.ReadCloud(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Kind != "toy" || len(info.Warnings) > 0 || !slices.Equal(back.Points, cloud.Points) ||
			!slices.Equal(back.Scalar("temperature"), cloud.Scalar("temperature")) {
			t.Errorf("%s: read back as %+v %+v", file, info, back)
		}
	}

	set, err := dataset.Open(root, "auto")
	if err != nil {
		t.Fatal(err)
	}
	if c := set.Class("valve"); c == nil || len(c.Train) != 2 || len(c.Test) != 1 || c.Test[0].File != "valve/test/hot/c.toy" {
		t.Errorf("the data set holds %+v", set.Classes)
	}
	if files, err := dataset.Scans([]string{class}); err != nil || len(files) != 2 {
		t.Errorf("scans: %v %v", files, err)
	}

	empty := t.TempDir()
	_, err = dataset.Folder(empty)
	named(t, err, ".toy", ".toys")
	named(t, format.WriteCloud(filepath.Join(root, "a.docx"), cloud, format.WriteOptions{}), ".toy")
	_, _, err = format.DecodeCloud(bytes.NewReader([]byte{0, 1, 2, 3}), "x")
	named(t, err, "TOY")
	named(t, format.WriteCloud(filepath.Join(root, "a.toy"), cloud, format.WriteOptions{Encoding: "quiet"}), "TOY has no encoding", "ascii, loud")
	named(t, format.WriteMesh(filepath.Join(root, "a.toy"), &geom.Mesh{}, format.WriteOptions{}), "toy files hold no faces")
	if !strings.Contains(format.EncodingList(), "loud (TOY)") {
		t.Errorf("encodings: %s", format.EncodingList())
	}
	for _, ext := range []string{".toy", ".toys"} {
		_, info, err := format.DecodeCloud(strings.NewReader("1 2 3\n4 5 6\n"), "points"+ext)
		if err != nil || len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "is named "+ext+", but its content is text") {
			t.Errorf("text under the format's name: %+v %v", info, err)
		}
	}
	_, info, err := format.DecodeCloud(strings.NewReader("toy\n1 2 3 4\n"), "points.asc")
	if err != nil || len(info.Warnings) > 0 {
		t.Errorf("the format under a name of text: %+v %v", info, err)
	}

	// Nothing else has changed.
	for a := format.Readable; a <= format.WritableVertexColumns; a++ {
		if got := strings.NewReplacer(".toys, ", "", ".toy, ", "").Replace(a.String()); got != before[a] {
			t.Errorf("%s, before %s", got, before[a])
		}
	}
}

// named holds that an error names things.
func named(t *testing.T, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%v does not name %s", err, w)
		}
	}
}

// TestDocsNameEveryFormat holds docs/formats.md against the table: each extension, and
// each encoding.
func TestDocsNameEveryFormat(t *testing.T) {
	text, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| format |")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, ext := range format.Readable.Extensions() {
		if name := strings.ToUpper(ext[1:]); !strings.Contains(table, name) {
			t.Errorf("docs/formats.md does not name %s, in capitals, in its table of formats", name)
		}
	}
	for _, e := range strings.FieldsFunc(format.EncodingList(), func(r rune) bool { return strings.ContainsRune(" ,()", r) }) {
		if e != "or" && !strings.Contains(table, e) {
			t.Errorf("docs/formats.md does not name %s in its table", e)
		}
	}
}
