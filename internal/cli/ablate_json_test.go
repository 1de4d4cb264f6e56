package cli

import (
	"bytes"
	"testing"
)

// A cell is a number, a name, or null.
func TestStudiesAsJSON(t *testing.T) {
	var out bytes.Buffer
	e := &env{stdout: &out, json: true}
	if err := e.printStudy("mask", [][]string{{"setting", "network", "o_auroc"}, {"0.2", "before", "0.931"}, {"0.4", "after", ""}}); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "study": "mask",
  "columns": [
    "setting",
    "network",
    "o_auroc"
  ],
  "rows": [
    [
      "0.2",
      "before",
      0.931
    ],
    [
      "0.4",
      "after",
      null
    ]
  ]
}
`
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
}
