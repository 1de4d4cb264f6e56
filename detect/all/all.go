package all

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"blemish/detect"
	"blemish/detect/auto"
	"blemish/detect/btf"
	"blemish/detect/cpmf"
	"blemish/detect/deviation"
	"blemish/detect/imrnet"
	"blemish/detect/m3dm"
	"blemish/detect/simple3d"
	"blemish/weights"
)

// entry is one detector.
type entry struct {
	name string
	new  func(settings []byte) (detect.Detector, error)
	open func(context.Context, *weights.File, detect.OpenOptions) (detect.Model, error)
}

// table lists the detectors, the default first.
var table = []entry{
	{auto.Name, auto.Configured, auto.Open},
	{deviation.Name, deviation.Configured, deviation.Open},
	{imrnet.Name, imrnet.Configured, imrnet.Open},
	{simple3d.Name, simple3d.Configured, simple3d.Open},
	{btf.Raw, btf.Configured(btf.Raw), btf.Open},
	{btf.FPFH, btf.Configured(btf.FPFH), btf.Open},
	{btf.PatchCore, btf.Configured(btf.PatchCore), btf.Open},
	{m3dm.Reg3DAD, m3dm.Configured(m3dm.Reg3DAD), m3dm.Open},
	{m3dm.PatchCore, m3dm.Configured(m3dm.PatchCore), m3dm.Open},
	{m3dm.M3DM, m3dm.Configured(m3dm.M3DM), m3dm.Open},
	{cpmf.Name, cpmf.Configured, cpmf.Open},
}

// Names lists the detectors, the default first.
func Names() []string {
	names := make([]string, len(table))
	for i, e := range table {
		names[i] = e.name
	}
	return names
}

// New makes the named detector with its default configuration; "" stands for the default
// detector.
func New(name string) (detect.Detector, error) { return Configured(name, []byte("{}")) }

// Configured makes a detector with settings, a JSON object whose entries replace
// those of the default configuration. An unknown detector, an unknown setting and a
// value that makes no sense are errors.
func Configured(name string, settings []byte) (detect.Detector, error) {
	if name == "" {
		return table[0].new(settings)
	}
	i := slices.IndexFunc(table, func(e entry) bool { return e.name == name })
	if i < 0 {
		return nil, unknown(name)
	}
	return table[i].new(settings)
}

// Open makes the model of a file that any of the detectors wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	if err := f.NaN(); err != nil {
		return nil, err
	}
	for _, e := range table {
		if e.name == card.Detector {
			return e.open(ctx, f, opt)
		}
	}
	return nil, unknown(card.Detector)
}

func unknown(name string) error {
	return fmt.Errorf("no detector is called %q; there are %s", name, strings.Join(Names(), ", "))
}
