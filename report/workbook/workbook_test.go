package workbook

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What is written, a spreadsheet reads.
func TestWorkbookIsRead(t *testing.T) {
	sheets := []Sheet{
		{Name: "One", Header: []string{"name", "value"}, Rows: [][]any{{"=1+1", 2.5}, {"a\x00b\xff", nil}, {"+x", 7}}},
		{Name: "Two", Header: []string{"none"}},
	}
	var out, again bytes.Buffer
	for _, to := range []*bytes.Buffer{&out, &again} {
		if err := Write(to, sheets); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Error("written twice, the workbook differs")
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{"A1": "name", "A2": "=1+1", "B2": "2.5", "A3": "ab�", "B3": "", "A4": "+x", "B4": "7"} {
		got, err := f.GetCellValue("One", cell)
		if err != nil || got != want {
			t.Errorf("%s is %q, want %q, %v", cell, got, want, err)
		}
		if formula, err := f.GetCellFormula("One", cell); err != nil || formula != "" {
			t.Errorf("%s has the formula %q, %v", cell, formula, err)
		}
	}
	if list := f.GetSheetList(); len(list) != 2 || list[1] != "Two" {
		t.Errorf("sheets %v", list)
	}
}
