package cli

import (
	"slices"
	"time"

	"blemish/benchmark/external"
	"blemish/detect"

	"github.com/spf13/pflag"
)

// externals are the programs that benchmark takes for detectors.
type externals struct {
	commands    []string
	train, scan time.Duration
}

func (x *externals) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&x.commands, "external", nil, "[NAME=]COMMAND: a program that is called with train FOLDER MODEL, then with score MODEL; may be repeated")
	f.DurationVar(&x.train, "external-train-limit", 24*time.Hour, "how long a program may learn a class")
	f.DurationVar(&x.scan, "external-scan-limit", 10*time.Minute, "how long a program may judge a scan")
}

// add puts the programs behind the detectors. Every name must be another, and there must be
// one.
func (x *externals) add(detectors []detect.Detector) ([]detect.Detector, error) {
	for _, command := range x.commands {
		d, err := external.Parse(command, x.train, x.scan)
		if err != nil {
			return nil, usagef("--external %w", err)
		}
		detectors = append(detectors, d)
	}
	if len(detectors) == 0 {
		return nil, usagef("--detectors none: give a program with --external")
	}
	var names []string
	for _, d := range detectors {
		if slices.Contains(names, d.Name()) {
			return nil, usagef("two detectors are called %s: name one with --external NAME=COMMAND, or leave one out", d.Name())
		}
		names = append(names, d.Name())
	}
	return detectors, nil
}
