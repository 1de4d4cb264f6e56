package report

// The page of a study: sections with figures, tables and pictures, and no scan to turn.

import (
	"fmt"
	"html/template"
	"image"
	"io"
	"slices"
)

// Study is what a study has found, as a page tells it.
type Study struct {
	Title, Lead string
	Version     string // of the program
	Tiles       []Tile
	Sections    []Section
	Provenance  []Fact
}

// Tile is a figure that is to be seen at first glance.
type Tile struct {
	Value, Label string
	Class        string // "defective", "sound", "unsure": the colour of a verdict; else none
}

// Fact is a name and what it stands for.
type Fact struct{ Name, Value string }

// Section is one part of the page; what is empty is left out.
type Section struct {
	Title, About string
	Figures      []Figure
	Pictures     []Picture
	Table        *Table
	Lines        []string
	Words        []Fact // explained
}

// Figure is an SVG element as package plot makes it, which goes into the page as it is.
type Figure struct{ SVG, Caption string }

// Picture is a picture, with what it shows in words.
type Picture struct {
	Image        image.Image
	Alt, Caption string
}

// Table has rows as long as its head. Columns of Numbers stand to the right.
type Table struct {
	Head    []string
	Rows    [][]string
	Numbers []int // columns
}

var studyTemplate = template.Must(template.Must(pageTemplate.Clone()).Funcs(template.FuncMap{
	"number": func(t *Table, column int) bool { return slices.Contains(t.Numbers, column) },
}).New("study.html").Parse(string(mustRead("study.html"))))

// WriteStudy writes the page: one file that needs no other and asks the network for nothing.
func WriteStudy(w io.Writer, s *Study) error {
	type shown struct{ Source, Alt, Caption any }
	type part struct {
		Section
		Figures  []figure
		Pictures []shown
	}
	page := struct {
		Title, Lead, Version, Policy string
		Style                        template.CSS
		Head                         []fact
		Tiles                        []Tile
		Sections                     []part
		Provenance                   []Fact
	}{s.Title, s.Lead, s.Version, policy(""), template.CSS(style), nil, s.Tiles, nil, s.Provenance}
	for _, section := range s.Sections {
		p := part{Section: section}
		for _, f := range section.Figures {
			p.Figures = append(p.Figures, figure{template.HTML(f.SVG), f.Caption})
		}
		for _, f := range section.Pictures {
			source, err := dataURL(f.Image)
			if err != nil {
				return err
			}
			p.Pictures = append(p.Pictures, shown{template.URL(source), f.Alt, f.Caption})
		}
		page.Sections = append(page.Sections, p)
	}
	if err := studyTemplate.Execute(w, page); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
