package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/detect/imrnet"
	"blemish/internal/setting"
)

// docs/settings.md has a row for every number of every detector, with its default and
// its range.
func TestSettingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "settings.md"))
	if err != nil {
		t.Fatal(err)
	}
	d, i := deviation.DefaultConfig(), imrnet.DefaultConfig()
	ranges := map[string][]setting.Range{"deviation": d.Ranges(), "imrnet": i.Ranges()}
	for _, name := range all.Names() {
		if len(ranges[name]) == 0 {
			t.Errorf("%s lists no ranges here", name)
		}
		_, section, _ := strings.Cut(string(text), "## "+name+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		for k := 0; k < len(ranges[name]); k++ {
			r := ranges[name][k]
			values := []string{fmt.Sprint(r.Value)}
			for k+1 < len(ranges[name]) && ranges[name][k+1].Name == r.Name { // a list
				k++
				values = append(values, fmt.Sprint(ranges[name][k].Value))
			}
			row := fmt.Sprintf("| `%s` | %s | %s |", r.Name, strings.Join(values, ", "), r.Text())
			if !strings.Contains(section, row) {
				t.Errorf("docs/settings.md, %s: no row\n%s", name, row)
			}
		}
	}
}
