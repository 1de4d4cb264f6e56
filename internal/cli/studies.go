package cli

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"blemish/benchmark"
	"blemish/detect/imrnet"
	"blemish/internal/setting"
)

// study is a set of configurations of imrnet that are compared on the same data.
type study struct {
	name  string
	title string
	// variants are the configurations; base is what they have in common.
	variants func(base imrnet.Config) []variant
	// againstFirst says that every row is to be compared with the first: what the common
	// settings turn back already would be that row again, and is left out.
	againstFirst bool
}

// variant is one configuration: what --set would say over the common settings.
type variant struct {
	name string
	set  []string
}

// studies are the paper's ablations, and one of the program's own: Table 4, Figure 5,
// Figure S4 (twice), section 4.3 and Figure 6; then each choice of the default turned
// back alone.
var studies = []study{
	{name: "sampler", title: "How centres are chosen", variants: values("sampler", "random", "fps", "voxel", "gps")},
	{name: "mask", title: "Share of hidden patches", variants: maskVariants},
	{name: "iterations", title: "Iterations of Algorithm 1", variants: values("iterations", "1", "2", "3", "4", "6")},
	{name: "patch", title: "Points a patch", variants: values("patch_size", "16", "32", "64", "128")},
	{name: "template", title: "Template regularisation", variants: values("template", "false", "true")},
	{name: "switches", title: "Each choice of the default turned back", variants: switchVariants, againstFirst: true},
	{name: "features", title: "Spread of the features", variants: featureVariants},
}

// values are the variants that differ in one setting.
func values(key string, values ...string) func(imrnet.Config) []variant {
	return func(imrnet.Config) []variant {
		var out []variant
		for _, v := range values {
			out = append(out, variant{v, []string{key + "=" + v}})
		}
		return out
	}
}

// maskVariants are shares of hidden patches. With partition masks there are as many
// iterations as it takes to hide every patch once. Without reference patches the
// network must see some of the scan's own.
func maskVariants(base imrnet.Config) []variant {
	var out []variant
	for _, m := range []float64{0.2, 0.4, 0.6, 0.8, 1} {
		v := variant{fmt.Sprint(m), []string{fmt.Sprintf("mask_ratio=%v", m)}}
		if base.Masks == "partition" {
			v.set = append(v.set, fmt.Sprintf("iterations=%d", int(math.Ceil(1/m))))
		}
		if m < 1 || base.Reference > 0 {
			out = append(out, v)
		}
	}
	return out
}

// switchVariants turn the choices of the default back to the literal reading, one at a
// time. Where a choice only matters along with another one, both are turned, and the
// row to compare with is the one of the other alone: masks with mask_ratio. Weights of pre-training hold for one scale, so
// scale is turned along with pretrained.
func switchVariants(imrnet.Config) []variant {
	var out []variant
	for _, line := range []string{
		"default",
		"pretrained=none", "pretrained=none scale=1",
		"sampler=gps",
		"patches=256", "points=0", "passes=1",
		"reference=0 region=0 mask_ratio=0.4 iterations=3", "region=0",
		"mask_ratio=0.4 iterations=3", "mask_ratio=0.4 iterations=3 masks=random",
		"target=own", "scatter=0",
		"compare=chamfer", "spread=3", "template=true",
		"fusion=mean", "object=max", "coverage=false", "register=false",
	} {
		v := variant{name: line}
		if line != "default" {
			v.set = strings.Fields(line)
		}
		out = append(out, v)
	}
	return out
}

// featureVariants are the network as it was before learning a part, and after.
func featureVariants(imrnet.Config) []variant {
	return []variant{{"before", []string{"steps=0"}}, {"after", nil}}
}

// mostValues is how many values of a setting a study compares.
const mostValues = 100

// studyOf is a study of the list, or KEY=VALUE,VALUE…: any one setting.
func studyOf(name string) (study, error) {
	var names []string
	for _, s := range studies {
		if s.name == name {
			return s, nil
		}
		names = append(names, s.name)
	}
	key, list, ok := strings.Cut(name, "=")
	if !ok || key == "" || strings.Count(list, ",") == 0 {
		return study{}, usagef("--study %q: one of %s, or a setting with its values, such as patches=256,512", setting.Short(name), strings.Join(names, ", "))
	}
	if n := strings.Count(list, ",") + 1; n > mostValues {
		return study{}, usagef("--study %s=…: %d values, at most %d", setting.Short(key), n, mostValues)
	}
	return study{name: key, title: key, variants: values(key, strings.Split(list, ",")...)}, nil
}

// settings makes the detectors of a study over the settings that all have.
func (s study) settings(set []string) ([]benchmark.Setting, error) {
	base, err := (&recipe{detector: "imrnet", set: set}).build(true)
	if err != nil {
		return nil, err
	}
	var out []benchmark.Setting
	for _, v := range s.variants(base.Config().(imrnet.Config)) {
		r := recipe{detector: "imrnet", set: append(slices.Clone(set), v.set...)}
		d, err := r.build(true)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", s.name, v.name, err)
		}
		if s.againstFirst && len(out) > 0 && reflect.DeepEqual(d.Config(), out[0].Detector.Config()) {
			continue
		}
		out = append(out, benchmark.Setting{Name: v.name, Detector: d})
	}
	return out, nil
}
