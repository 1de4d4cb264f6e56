package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"blemish"
	"blemish/internal/kernels"

	"github.com/spf13/cobra"
)

func newVersion(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "version, commit, Go, kernels in use",
		Long:  "Print the version, the commit it was built from, the Go version and the kernels in use.",
		Example: `  blemish version
  blemish version --json
  BLEMISH_KERNELS=generic blemish version`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			doc := struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Go      string `json:"go"`
				System  string `json:"system"`
				Kernels string `json:"kernels"`
			}{blemish.Version, "unknown", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, kernels.Active().String()}
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						doc.Commit = s.Value
					}
				}
			}
			if e.json {
				return e.printJSON(doc)
			}
			_, err := fmt.Fprintf(e.stdout, "blemish %s (commit %s, %s, %s, %s kernels)\n", doc.Version, doc.Commit, doc.Go, doc.System, doc.Kernels)
			return err
		},
	}
}
