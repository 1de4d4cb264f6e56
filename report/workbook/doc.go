// Package workbook writes Excel workbooks of plain cells: text, numbers, and nothing that a
// spreadsheet would compute. It is apart from package report, for it links a library.
package workbook
