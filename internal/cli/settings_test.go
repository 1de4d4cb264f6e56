package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/detect/all"
	"blemish/internal/setting"
)

// docs/settings.md has a row for every number of every detector, with its default and
// its range.
func TestSettingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "settings.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all.Names() {
		d, err := all.New(name)
		if err != nil {
			t.Fatal(err)
		}
		config, ok := d.Config().(interface{ Ranges() []setting.Range })
		if !ok {
			t.Errorf("the configuration of %s lists no ranges", name)
			continue
		}
		ranges := config.Ranges()
		section := sectionOf(string(text), name)
		for _, shared := range []string{"memory", "deviation"} {
			if strings.Contains(section, "(#"+shared+")") {
				section += sectionOf(string(text), shared)
			}
		}
		for k := 0; k < len(ranges); k++ {
			r := ranges[k]
			values := []string{fmt.Sprint(r.Value)}
			for k+1 < len(ranges) && ranges[k+1].Name == r.Name { // a list
				k++
				values = append(values, fmt.Sprint(ranges[k].Value))
			}
			row := fmt.Sprintf("| `%s` | %s | %s |", r.Name, strings.Join(values, ", "), r.Text())
			if !strings.Contains(section, row) {
				t.Errorf("docs/settings.md, %s: no row\n%s", name, row)
			}
		}
	}
}

// sectionOf is the text under a heading.
func sectionOf(text, heading string) string {
	_, section, _ := strings.Cut(text, "## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}
