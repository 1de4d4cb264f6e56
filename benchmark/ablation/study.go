package ablation

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"blemish/benchmark"
	"blemish/detect"
	"blemish/detect/imrnet"
	"blemish/internal/setting"
)

// Study is a set of configurations of imrnet that are compared on the same data.
type Study struct {
	Name  string
	Title string
	// variants are the configurations; base is what they have in common.
	variants func(base imrnet.Config) []Variant
	// againstFirst says that every row is to be compared with the first: what the common
	// settings turn back already would be that row again, and is left out.
	againstFirst bool
	// printed are object and point AUROC of the paper's own table, by variant; nil: it has none.
	printed map[string][2]string
}

// Variant is one configuration: settings, key=value, over the common ones.
type Variant struct {
	Name string
	Set  []string
}

// studies are the paper's ablations, and one of the program's own: Table 4, Figure 5,
// Figure S4 (twice), section 4.3 and Figure 6; then each choice of the default turned
// back alone.
var studies = []Study{
	{Name: "sampler", Title: "How centres are chosen", variants: values("sampler", "random", "fps", "voxel", "gps"),
		printed: map[string][2]string{"random": {"0.55", "0.61"}, "fps": {"0.64", "0.62"}, "voxel": {"0.62", "0.55"}, "gps": {"0.66", "0.65"}}},
	{Name: "mask", Title: "Share of hidden patches", variants: maskVariants},
	{Name: "iterations", Title: "Iterations of Algorithm 1", variants: values("iterations", "1", "2", "3", "4", "6")},
	{Name: "patch", Title: "Points a patch", variants: values("patch_size", "16", "32", "64", "128")},
	{Name: "template", Title: "Template regularisation", variants: values("template", "false", "true")},
	{Name: "switches", Title: "Each choice of the default turned back", variants: switchVariants, againstFirst: true},
	{Name: "readings", Title: "What the text of the paper leaves open", variants: readingVariants, againstFirst: true},
	{Name: Features, Title: "Spread of the features", variants: featureVariants},
}

// values are the variants that differ in one setting.
func values(key string, values ...string) func(imrnet.Config) []Variant {
	return func(imrnet.Config) []Variant {
		var out []Variant
		for _, v := range values {
			out = append(out, Variant{v, []string{key + "=" + v}})
		}
		return out
	}
}

// maskVariants are shares of hidden patches. With partition masks there are as many
// iterations as it takes to hide every patch once. Without reference patches the
// network must see some of the scan's own.
func maskVariants(base imrnet.Config) []Variant {
	var out []Variant
	for _, m := range []float64{0.2, 0.4, 0.6, 0.8, 1} {
		v := Variant{fmt.Sprint(m), []string{fmt.Sprintf("mask_ratio=%v", m)}}
		if base.Masks == "partition" {
			v.Set = append(v.Set, fmt.Sprintf("iterations=%d", int(math.Ceil(1/m))))
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
func switchVariants(imrnet.Config) []Variant {
	var out []Variant
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
		v := Variant{Name: line}
		if line != "default" {
			v.Set = strings.Fields(line)
		}
		out = append(out, v)
	}
	return out
}

// readingVariants are the network as the paper has it, with one open reading of its text
// changed at a time: A_p a patch instead of a point (Eq. 13–15), τ of Eq. 19 at the mean and
// below all distances, its distance by layers, no template, stochastic depth as in Point-MAE;
// then all of them.
func readingVariants(imrnet.Config) []Variant {
	var out []Variant
	for _, line := range []string{
		"literal",
		"compare=patch", "tau=0", "tau=-100", "template_layers=each", "template_layers=each tau=0", "template=false", "drop_path=0.1",
		"masks=partition", "compare=patch tau=0", "compare=patch tau=0 template_layers=each drop_path=0.1",
	} {
		v := Variant{line, []string{"mode=literal"}}
		if line != "literal" {
			v.Set = append(v.Set, strings.Fields(line)...)
		}
		out = append(out, v)
	}
	return out
}

// featureVariants are the network as it was before learning a part, and after.
func featureVariants(imrnet.Config) []Variant {
	return []Variant{{"before", []string{"steps=0"}}, {"after", nil}}
}

// Features is the name of the study of Figure 6, which Spread runs; Compare runs the others.
const Features = "features"

// mostValues is how many values of a setting a study compares.
const mostValues = 100

// Names lists the studies.
func Names() []string {
	var names []string
	for _, s := range studies {
		names = append(names, s.Name)
	}
	return names
}

// Of is a study of the list, or KEY=VALUE,VALUE…: any one setting.
func Of(name string) (Study, error) {
	for _, s := range studies {
		if s.Name == name {
			return s, nil
		}
	}
	key, list, ok := strings.Cut(name, "=")
	if !ok || key == "" || strings.Count(list, ",") == 0 {
		return Study{}, fmt.Errorf("%q: one of %s, or a setting with its values, such as patches=256,512", setting.Short(name), strings.Join(Names(), ", "))
	}
	if n := strings.Count(list, ",") + 1; n > mostValues {
		return Study{}, fmt.Errorf("%s=…: %d values, at most %d", setting.Short(key), n, mostValues)
	}
	return Study{Name: key, Title: key, variants: values(key, strings.Split(list, ",")...)}, nil
}

// Variants are the configurations of the study over one that holds the common settings.
func (s Study) Variants(base imrnet.Config) []Variant { return s.variants(base) }

// Settings makes the detectors of a study. with makes imrnet with the common settings and
// more that win over them.
func (s Study) Settings(with func(more ...string) (detect.Detector, error)) ([]benchmark.Setting, error) {
	base, err := with()
	if err != nil {
		return nil, err
	}
	var out []benchmark.Setting
	for _, v := range s.variants(base.Config().(imrnet.Config)) {
		d, err := with(v.Set...)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", s.Name, v.Name, err)
		}
		if s.againstFirst && len(out) > 0 && reflect.DeepEqual(d.Config(), out[0].Detector.Config()) {
			continue
		}
		out = append(out, benchmark.Setting{Name: v.Name, Detector: d})
	}
	return out, nil
}
