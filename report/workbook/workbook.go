package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Sheet is one sheet: a header, and rows of strings, ints and float64s. nil is an empty cell.
type Sheet struct {
	Name   string
	Header []string
	Rows   [][]any
}

const (
	mostRows  = 1_048_575 // below the header, by the format
	mostText  = 32_767    // characters of a cell, by the format
	mostWidth = 60        // characters of a column, as it is shown
)

// Write writes the sheets. Text is text, whatever it begins with: no cell is a formula. Rows
// go out one by one. The same sheets give the same bytes.
func Write(w io.Writer, sheets []Sheet) error {
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, s := range sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = writeSheet(f, s, bold)
		}
		if err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		return err
	}
	return sorted(w, buf.Bytes())
}

// sorted writes an archive anew with its files in alphabetical order and without times: the
// library takes them from maps.
func sorted(w io.Writer, archive []byte) error {
	in, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, f := range in.File {
		from, err := f.Open()
		if err != nil {
			return err
		}
		to, err := out.Create(f.Name)
		if err == nil {
			_, err = io.Copy(to, from)
		}
		from.Close()
		if err != nil {
			return err
		}
	}
	return out.Close()
}

func writeSheet(f *excelize.File, s Sheet, bold int) error {
	if len(s.Rows) > mostRows {
		return fmt.Errorf("%d rows; a sheet holds %d", len(s.Rows), mostRows)
	}
	out, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, name := range s.Header {
		width := utf8.RuneCountInString(name)
		for _, row := range s.Rows[:min(len(s.Rows), 1000)] {
			if text, ok := row[i].(string); ok {
				width = max(width, utf8.RuneCountInString(text))
			}
		}
		if err := out.SetColWidth(i+1, i+1, float64(min(width, mostWidth)+2)); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	header := make([]any, len(s.Header))
	for i, name := range s.Header {
		header[i] = excelize.Cell{StyleID: bold, Value: name}
	}
	for r, row := range append([][]any{header}, s.Rows...) {
		cells := make([]any, len(row))
		for i, v := range row {
			if text, ok := v.(string); ok {
				v = clean(text)
			}
			cells[i] = v
		}
		at, err := excelize.CoordinatesToCellName(1, r+1)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// clean leaves out what XML has no character for, and what a cell cannot hold.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	if utf8.RuneCountInString(text) > mostText {
		text = string([]rune(text)[:mostText])
	}
	return text
}
