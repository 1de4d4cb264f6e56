package report

// The document of `benchmark`: detectors × classes, with metrics and scans.

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
)

// Benchmark is results.json of `benchmark`.
type Benchmark struct {
	Blemish   string              `json:"blemish"` // version that wrote it
	Data      string              `json:"data"`    // name of the data set, no path
	Layout    string              `json:"layout"`
	Seed      uint64              `json:"seed"`
	Published string              `json:"published,omitempty"` // the published set that these files are; see dataset.Set
	Detectors []BenchmarkDetector `json:"detectors"`
}

// BenchmarkDetector is one detector over all classes.
type BenchmarkDetector struct {
	Name    string           `json:"name"`
	Config  json.RawMessage  `json:"config"` // effective configuration; see ConfigJSON
	Classes []BenchmarkClass `json:"classes"`
	Mean    Metrics          `json:"mean"` // over the classes; see MeanMetrics
}

// Metrics are the measures of the field, all in 0…1. Object metrics rank the
// test scans of a class, point metrics all points of all of them pooled.
type Metrics struct {
	OAUROC Number `json:"o_auroc"`
	OAP    Number `json:"o_ap"`
	OF1Max Number `json:"o_f1_max"` // at the threshold that is best in hindsight
	PAUROC Number `json:"p_auroc"`
	PAP    Number `json:"p_ap"`
	PF1Max Number `json:"p_f1_max"`
	AUPRO  Number `json:"aupro"`
}

// BenchmarkClass is one detector on one class.
type BenchmarkClass struct {
	Class string `json:"class"`
	Train int    `json:"train"` // sound scans given
	// LeftOut are those of them that were not learnt from; nil where all were.
	LeftOut []LeftOut `json:"left_out,omitempty"`
	Test    int       `json:"test"` // scans scored
	Metrics
	OAUROCInterval Interval               `json:"o_auroc_ci"`     // 95 % confidence; see metric.AUROCInterval
	OAUROCDeLong   Interval               `json:"o_auroc_delong"` // the same by DeLong; see metric.DeLongInterval
	Kinds          map[string]KindMetrics `json:"kinds"`          // by kind of defect
	FitS           Number                 `json:"fit_s"`
	ScoreS         Number                 `json:"score_s"`
	PeakBytes      Number                 `json:"peak_bytes"` // most memory in use while learning and judging
	Scans          []BenchmarkScan        `json:"scans"`
}

// LeftOut is a sound scan that was not learnt from.
type LeftOut struct {
	File string `json:"file"` // relative to the class folder or the data set
	Why  string `json:"why"`
}

// Interval is a lower and an upper end, both null where there is none.
type Interval [2]Number

// KindMetrics is how well one kind of defect is told from the sound scans.
type KindMetrics struct {
	N      int    `json:"n"` // test scans of the kind
	OAUROC Number `json:"o_auroc"`
	PAUROC Number `json:"p_auroc"`
}

// BenchmarkScan is one test scan.
type BenchmarkScan struct {
	File      string `json:"file"` // relative to the class folder or the data set
	Kind      string `json:"kind"`
	Defective bool   `json:"defective"` // the truth
	Score     Number `json:"score"`     // 1 = the largest on held-out sound scans
	Verdict   string `json:"verdict"`   // sound, defective, unsure; empty where scoring failed or the detector gives none
	Points    int    `json:"points"`
	Seconds   Number `json:"seconds"`
	Reason    string `json:"reason,omitempty"` // why unsure
	Error     string `json:"error,omitempty"`  // why there is no score
}

// MarshalJSON writes empty lists and objects as such, never as null.
func (c BenchmarkClass) MarshalJSON() ([]byte, error) {
	if c.Kinds == nil {
		c.Kinds = map[string]KindMetrics{}
	}
	if c.Scans == nil {
		c.Scans = []BenchmarkScan{}
	}
	for _, i := range []*Interval{&c.OAUROCInterval, &c.OAUROCDeLong} {
		if *i == (Interval{}) {
			*i = Interval{None(), None()}
		}
	}
	type plain BenchmarkClass
	return json.Marshal(plain(c))
}

// MarshalJSON writes empty lists and objects as such, never as null, and adds what the
// verdicts came to.
func (d BenchmarkDetector) MarshalJSON() ([]byte, error) {
	if d.Classes == nil {
		d.Classes = []BenchmarkClass{}
	}
	if len(d.Config) == 0 {
		d.Config = json.RawMessage("{}")
	}
	type plain BenchmarkDetector
	return json.Marshal(struct {
		plain
		Verdicts Outcome `json:"verdicts"`
	}{plain(d), d.Verdicts()})
}

// ConfigJSON is the form in which documents keep a detector's configuration.
func ConfigJSON(config any) (json.RawMessage, error) {
	b, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("configuration as JSON: %w", err)
	}
	return b, nil
}

// MeanMetrics is the mean over classes of each metric; a class in which a metric
// cannot be computed does not count for it.
func MeanMetrics(classes []BenchmarkClass) Metrics {
	mean := func(pick func(*Metrics) Number) Number {
		sum, n := 0.0, 0
		for i := range classes {
			if v := pick(&classes[i].Metrics); v.Known() {
				sum += float64(v)
				n++
			}
		}
		if n == 0 {
			return None()
		}
		return Number(sum / float64(n))
	}
	return Metrics{
		OAUROC: mean(func(m *Metrics) Number { return m.OAUROC }),
		OAP:    mean(func(m *Metrics) Number { return m.OAP }),
		OF1Max: mean(func(m *Metrics) Number { return m.OF1Max }),
		PAUROC: mean(func(m *Metrics) Number { return m.PAUROC }),
		PAP:    mean(func(m *Metrics) Number { return m.PAP }),
		PF1Max: mean(func(m *Metrics) Number { return m.PF1Max }),
		AUPRO:  mean(func(m *Metrics) Number { return m.AUPRO }),
	}
}

// ClassNames lists the classes of all detectors, sorted.
func (b *Benchmark) ClassNames() []string {
	seen := map[string]bool{}
	for _, d := range b.Detectors {
		for _, c := range d.Classes {
			seen[c.Class] = true
		}
	}
	return sortedKeys(seen)
}

// KindNames lists the kinds of defect of all classes, sorted.
func (b *Benchmark) KindNames() []string {
	seen := map[string]bool{}
	for _, d := range b.Detectors {
		for _, c := range d.Classes {
			for k := range c.Kinds {
				seen[k] = true
			}
		}
	}
	return sortedKeys(seen)
}

// Class finds a class by name; nil where the detector did not run on it.
func (d *BenchmarkDetector) Class(name string) *BenchmarkClass {
	for i := range d.Classes {
		if d.Classes[i].Class == name {
			return &d.Classes[i]
		}
	}
	return nil
}

// KindMean is the mean over classes of one kind of defect, with N the number of
// its scans in all of them.
func (d *BenchmarkDetector) KindMean(kind string) KindMetrics {
	var out KindMetrics
	var sum [2]float64
	var n [2]int
	for i := range d.Classes {
		k, ok := d.Classes[i].Kinds[kind]
		if !ok {
			continue
		}
		out.N += k.N
		for j, v := range []Number{k.OAUROC, k.PAUROC} {
			if v.Known() {
				sum[j] += float64(v)
				n[j]++
			}
		}
	}
	mean := func(j int) Number {
		if n[j] == 0 {
			return None()
		}
		return Number(sum[j] / float64(n[j]))
	}
	out.OAUROC, out.PAUROC = mean(0), mean(1)
	return out
}

// fillAbsent marks what documents of earlier versions do not have. An F1 that exists is
// never 0: all called defective, some are.
func (b *Benchmark) fillAbsent() {
	fill := func(m *Metrics) {
		for _, v := range []*Number{&m.OF1Max, &m.PF1Max} {
			if *v == 0 {
				*v = None()
			}
		}
	}
	for i := range b.Detectors {
		d := &b.Detectors[i]
		fill(&d.Mean)
		for j := range d.Classes {
			fill(&d.Classes[j].Metrics)
			if d.Classes[j].PeakBytes == 0 {
				d.Classes[j].PeakBytes = None()
			}
		}
	}
}

// check tells a document of another kind from this one.
func (b *Benchmark) check() error {
	if b.Detectors == nil {
		return errors.New(`no "detectors": not a results.json of benchmark`)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
