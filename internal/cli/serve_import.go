package cli

import (
	"context"
	"errors"
	"fmt"

	"blemish/dataset"
	"blemish/detect"
	"blemish/service"

	"github.com/spf13/cobra"
)

func newServeImport(e *env) *cobra.Command {
	var in service.Import
	var data, history string
	var sound []string
	cmd := &cobra.Command{
		Use:   "import --data DIR --part PART [FILE|FOLDER…]",
		Short: "take scans of this machine into a data folder, and learn their model",
		Long: "Fill a data folder while no service has it: learn the model of a part from sound scans, or take in one that train wrote, and have scans judged. " +
			"Scans that the history has already are passed over, so that a stopped import goes on.",
		Example: `  blemish serve import --data station --part bracket --sound good/ archive/
  blemish serve import --data station --part bracket --model bracket.model archive/
  blemish serve import --data station --part bracket new/*.ply`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case data == "":
				return usagef("--data DIR missing: the data folder of the service")
			case in.Part == "":
				return usagef("--part PART missing: the name of the part")
			case len(sound) > 0 && in.Model != "":
				return usagef("--sound and --model: give one, the scans to learn from or the model that was learnt")
			}
			if err := detect.CheckUnit(in.Unit); err != nil {
				return usagef("--unit %w", err)
			}
			var err error
			if len(sound) > 0 {
				if in.Sound, err = dataset.Scans(sound); err != nil {
					return err
				}
			}
			if in.Scans, err = scanFiles(args); err != nil {
				return err
			}
			return e.serveImport(cmd.Context(), service.Options{Data: data, History: history, Workers: e.workers, CoresPerScan: e.workers, Logger: e.log}, in)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&data, "data", "", "data folder of the service; made where there is none")
	f.StringVar(&in.Part, "part", "", "name of the part")
	f.StringSliceVar(&sound, "sound", nil, "sound scans to learn a model from: files, or a folder of them")
	f.StringVar(&in.Unit, "unit", "", "unit of the scans' coordinates, such as mm")
	f.StringVar(&in.Model, "model", "", "model file that train wrote, instead of learning one")
	f.StringVar(&in.By, "by", "", "who made the model")
	f.StringVar(&history, "history", "", "as for serve")
	return cmd
}

func (e *env) serveImport(ctx context.Context, opt service.Options, in service.Import) error {
	s, err := service.Open(ctx, opt)
	if err != nil {
		return err
	}
	m := e.newMeter()
	in.Progress = m.progress()
	counts, err := s.Import(ctx, in)
	m.end()
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "%s: %d sound, %d defective, %d unsure, %d failed\n", in.Part, counts["sound"], counts["defective"], counts["unsure"], counts["failed"])
	return err
}
