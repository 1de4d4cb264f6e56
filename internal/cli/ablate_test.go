package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tinyStudy are settings of a network of two steps: what it finds does not matter,
// that every study comes out does.
var tinyStudy = []string{
	"width=16", "heads=2", "encoder_depth=1", "decoder_depth=1", "embed=[8,8,16,16]", "patches=24", "patch_size=8", "points=300",
	"steps=2", "batch=1", "pretrained=none",
}

func ablateArgs(data, out, study string, more ...string) []string {
	args := []string{"ablate", "--data", data, "-o", out, "--study", study, "--quiet", "--workers", "1"}
	for _, s := range append(slices.Clone(tinyStudy), more...) {
		args = append(args, "--set", s)
	}
	return args
}

func runMain(t *testing.T, args ...string) string {
	t.Helper()
	var out, errors bytes.Buffer
	if code := Main(context.Background(), args, nil, &out, &errors); code != 0 {
		t.Fatalf("blemish %s: exit code %d\n%s", strings.Join(args, " "), code, errors.String())
	}
	return out.String()
}

// TestStudies runs every study from data to table, plot and pages.
func TestStudies(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	runMain(t, "synth", "--builtin", "--classes", "cup0", "--train", "2", "--sound", "1", "--kinds", "bulge", "--per-kind", "1", "--points", "300", "--pose", "fixed", "--quiet", "-o", data)
	// Registration takes longest: the scans stand in one pose.
	usual := []string{"register=false", "reference=24", "region=8"}
	for _, c := range []struct {
		study string
		more  []string
		rows  []string
		long  bool // half a second for each setting, of the same kind as what others turn
	}{
		{"sampler", usual, []string{"random", "fps", "voxel", "gps"}, true},
		{"mask", usual, []string{"0.2", "0.4", "0.6", "0.8", "1"}, false},
		{"mask", []string{"mode=literal"}, []string{"0.2", "0.4", "0.6", "0.8"}, true},
		{"iterations", []string{"mode=literal"}, []string{"1", "2", "3", "4", "6"}, true},
		{"patch", usual, []string{"16", "32", "64", "128"}, true},
		{"template", usual, []string{"false", "true"}, false},
		{"salient=0.2,0.4", append(usual, "sampler=gps"), []string{"0.2", "0.4"}, false},
		{"readings", []string{"mode=literal"}, nil, true},
		{"features", usual, []string{"cup0", "cup0", "all", "all"}, false},
	} {
		if testing.Short() && c.study != "template" && c.study != "features" || c.long && os.Getenv("BLEMISH_LONG") == "" {
			continue
		}
		t.Run(c.study+" "+c.more[0], func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			printed := runMain(t, ablateArgs(data, out, c.study, c.more...)...)
			name, _, _ := strings.Cut(c.study, "=")
			table := readTable(t, filepath.Join(out, name+".csv"))
			var rows []string
			for _, line := range table[1:] {
				rows = append(rows, line[0])
				if !strings.Contains(printed, line[0]) {
					t.Errorf("row %q is not printed", line[0])
				}
				for k, cell := range line[1:] {
					if c.study == "features" && k == 0 || cell == "" {
						continue
					}
					if v, err := strconv.ParseFloat(cell, 64); err != nil || v < 0 {
						t.Errorf("row %q: %s is %q", line[0], table[0][k+1], cell)
					}
				}
			}
			if c.rows != nil && !slices.Equal(rows, c.rows) {
				t.Errorf("rows %q, want %q", rows, c.rows)
			}
			checkStudyFiles(t, out, name, rows)
		})
	}
}

// checkStudyFiles looks at the plot and the pages of a study.
func checkStudyFiles(t *testing.T, out, study string, rows []string) {
	t.Helper()
	f, err := os.Open(filepath.Join(out, study+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	colours := map[[3]uint32]bool{}
	for x := range img.Bounds().Dx() {
		for y := range img.Bounds().Dy() {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	if len(colours) < 10 {
		t.Errorf("the plot has %d colours: it is empty", len(colours))
	}
	pages := []string{"study.html"}
	if study != "features" {
		pages = append(pages, "report.html", "results.json")
	}
	for _, name := range pages {
		page, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if !strings.Contains(string(page), row) {
				t.Errorf("%s does not have the row %q", name, row)
			}
		}
	}
	page, _ := os.ReadFile(filepath.Join(out, "study.html"))
	if !strings.Contains(string(page), `<img src="data:image/png;base64,iVBOR`) {
		t.Error("study.html has no plot")
	}
}

func readTable(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table
}
