package cli

import (
	"fmt"
	"time"

	"blemish/report"

	"github.com/spf13/cobra"
)

// The head of an inspection report: flags of predict.

// headed is what the flags say.
type headed struct {
	title   string
	shared  report.Head
	pattern string

	names *report.NamePattern // nil: the names of files say nothing
}

func (h *headed) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&h.title, "title", "", "title of the report")
	f.StringVar(&h.shared.Part, "part", "", "part, for the head of the report")
	f.StringVar(&h.shared.Serial, "serial", "", "serial number")
	f.StringVar(&h.shared.Order, "order", "", "order")
	f.StringVar(&h.shared.Operator, "operator", "", "who inspects")
	f.StringVar(&h.shared.Date, "date", "", "date of the inspection, as it is to be written; today: that of this day")
	f.StringVar(&h.pattern, "name-pattern", "", "read them from the names of files, such as '{part}_{serial}_{date}'")
}

// read checks the flags.
func (h *headed) read(now time.Time) error {
	if h.shared.Date == "today" {
		h.shared.Date = now.Format("2006-01-02")
	}
	for _, text := range []string{h.title, h.shared.Part, h.shared.Serial, h.shared.Order, h.shared.Operator, h.shared.Date} {
		const most = 200
		if len(text) > most {
			return usagef("%.20s…: %d bytes, the head of a report has room for %d", text, len(text), most)
		}
	}
	if h.pattern == "" {
		return nil
	}
	var err error
	if h.names, err = report.ParseNamePattern(h.pattern); err != nil {
		return usagef("--%w", err)
	}
	return nil
}

// put writes the head of the batch.
func (h *headed) put(doc *report.Predict) {
	doc.Title = h.title
	if h.shared != (report.Head{}) {
		shared := h.shared
		doc.Head = &shared
	}
}

// of reads the head of a scan from the name of its file; nil where it says nothing.
func (e *env) headOf(h *headed, path string) *report.Head {
	if h.names == nil {
		return nil
	}
	head, ok := h.names.Match(path)
	if !ok {
		e.log.Warn(fmt.Sprintf("%s: the name does not follow the pattern %s", path, h.pattern))
		return nil
	}
	return &head
}
