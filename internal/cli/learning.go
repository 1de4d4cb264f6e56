package cli

import (
	"fmt"
	"io"
	"slices"

	"blemish/detect"
	"blemish/format"
	"blemish/report"
	"blemish/weights"
)

// The table of the sound scans and what was found when each was held against the others.

// mostName is how many characters of a scan's name a table shows.
const mostName = 34

// writeLearning writes one line a scan, and below it why it was left out or what is odd.
func writeLearning(w io.Writer, scans []detect.LearntScan) error {
	rows := [][]string{{"sound scan", "points", "off by", "fits", "covered", "noise", "score", "used"}}
	for i, s := range scans {
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("scan %d", i+1)
		}
		score, used := "–", "no"
		if s.Threshold > 0 {
			score = fmt.Sprintf("%.2f", s.Score)
		}
		if s.Used {
			used = "yes"
		}
		rows = append(rows, []string{
			shortName(name), fmt.Sprint(s.Points), plain(s.Residual, 3), percent(s.Overlap), percent(s.Covered), plain(s.Noise, 3), score, used,
		})
	}
	if err := report.WriteTable(w, rows); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w, "Each scan against the others; score: 1 = the largest of the others."); err != nil {
		return err
	}
	if !slices.ContainsFunc(scans, func(s detect.LearntScan) bool { return s.Used && s.Standing }) {
		return nil
	}
	_, err := fmt.Fprintln(w, "They stand in one frame as they come, and were left there.")
	return err
}

// writeReasons writes what is odd about scans, a line each.
func writeReasons(w io.Writer, scans []detect.LearntScan) {
	for _, s := range scans {
		if s.Why != "" {
			fmt.Fprintf(w, "%s: %s\n", s.Name, s.Why)
		}
	}
}

// shortName cuts the middle out of a long name: scans differ at the end.
func shortName(name string) string {
	r := []rune(name)
	if len(r) <= mostName {
		return name
	}
	const end = mostName * 2 / 3
	return string(r[:mostName-end-1]) + "…" + string(r[len(r)-end:])
}

// checkUnit says why text is not the name of a unit of length.
func checkUnit(text string) error {
	if err := detect.CheckUnit(text); err != nil {
		return fmt.Errorf("--unit %w", err)
	}
	return nil
}

// trained is the document of train --json.
type trained struct {
	Model    string       `json:"model"`  // the file
	SHA256   string       `json:"sha256"` // of the file, in hex
	Card     *detect.Card `json:"card"`   // with the table of sound scans as learning
	Warnings []string     `json:"warnings,omitempty"`
}

// describeTrained makes the document of a model file.
func describeTrained(path string, warnings []string) (*trained, error) {
	state, err := weights.Read(path)
	if err != nil {
		return nil, err
	}
	card, err := detect.ReadCard(state)
	if err != nil {
		return nil, err
	}
	sum, err := format.HashFile(path)
	return &trained{Model: path, SHA256: sum, Card: card, Warnings: warnings}, err
}
