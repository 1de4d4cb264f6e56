package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"

	"blemish/capability"
	"blemish/defect/inscan"
	"blemish/format"
)

// What pod found out about a model, in words, and the file beside the model that keeps it:
// MODEL.pod.json. predict tells it with its verdicts.

const (
	besideSuffix = ".pod.json"
	unmeasured   = "not measured: " // how such claims begin
	mostBeside   = 256 << 10        // bytes of such a file
	mostClaims   = 200
	mostClaim    = 300 // characters
)

// beside is that file.
type beside struct {
	Model  string   `json:"model"` // sha256 of the model's file
	Unit   string   `json:"unit"`
	Claims []string `json:"claims"`
}

// claims says in words what the curves and the map allow to be said.
func claims(r *capability.Report, unit string) []string {
	out := []string{}
	for i := range r.Curves {
		c := &r.Curves[i]
		deep, size := "", "across"
		if c.Kind.HasDepth() {
			deep = " " + withUnit(c.Depth, unit) + " deep"
		}
		if c.Kind == inscan.Scratch || c.Kind == inscan.Crack || c.Kind == inscan.Burr {
			size = "long"
		}
		if c.Fit == nil || c.Fit.Beyond {
			out = append(out, fmt.Sprintf("%s%s: from what size on 9 in 10 are found is not known, up to %s %s", c.Kind, deep, withUnit(r.Design.Most, unit), size))
			continue
		}
		out = append(out, fmt.Sprintf("%s%s: found from %s %s on, 9 in 10 with 95 %% confidence", c.Kind, deep, withUnit(c.Fit.A9095, unit), size))
	}
	for i := range r.Maps {
		if m := &r.Maps[i]; m.Blind > 0 {
			out = append(out, fmt.Sprintf("%s: none found at %d of %d places", m.Kind, m.Blind, m.Tested))
		}
	}
	return append(out, notMeasured(r, unit)...)
}

// notMeasured says in words of what the claims say nothing.
func notMeasured(r *capability.Report, unit string) []string {
	var out []string
	add := func(format string, a ...any) { out = append(out, unmeasured+fmt.Sprintf(format, a...)) }
	var kinds []string
	for _, k := range inscan.Kinds() {
		if !slices.Contains(r.Design.Kinds, k) {
			kinds = append(kinds, string(k))
		}
	}
	switch len(kinds) {
	case 0:
	case 1:
		add("the kind %s", kinds[0])
	default:
		add("the kinds %s", strings.Join(kinds, ", "))
	}
	if slices.ContainsFunc(r.Design.Kinds, inscan.Kind.HasDepth) {
		var depths []string
		for _, d := range r.Design.Depths {
			depths = append(depths, plain(d, 3))
		}
		add("other depths than %s", strings.TrimSpace(strings.Join(depths, ", ")+" "+unit))
	}
	add("sizes below %s and above %s", withUnit(r.Design.Least, unit), withUnit(r.Design.Most, unit))
	if r.NoPlace > 0 {
		add("%s of the surface that the sound scans show: none that is judged by a model which knows it has room for a defect there", smallShare(r.NoPlace))
	}
	for i := range r.Maps {
		if m := &r.Maps[i]; m.NotMeasured > r.NoPlace {
			add("%s at %s of that surface: no room, no edge or a false alarm there", m.Kind, smallShare(m.NotMeasured))
		}
	}
	if r.NotShown > 0 {
		add("%s of the surface that the model knows: no sound scan shows it", smallShare(r.NotShown))
	}
	return out
}

func withUnit(v float64, unit string) string { return strings.TrimSpace(plain(v, 3) + " " + unit) }

// keepBeside writes what was found out beside the model. Where that cannot be, it is a warning:
// the results stand in their own folder.
func (e *env) keepBeside(model string, doc *podDocument) {
	err := format.WriteAtomic(model+besideSuffix, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(beside{Model: doc.Model.SHA256, Unit: doc.Unit, Claims: doc.Claims})
	})
	if err != nil {
		e.log.Warn("predict will not tell what was found out: " + err.Error())
	}
}

// readBeside is what pod has found out about a model; nothing where it has not run, and a warning
// where the file is damaged or another model's.
func (e *env) readBeside(model, sum string) []string {
	path := model + besideSuffix
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		defer in.Close()
		var b beside
		if err = json.NewDecoder(io.LimitReader(in, mostBeside)).Decode(&b); err == nil {
			if b.Model == sum {
				return tidyClaims(b.Claims)
			}
			err = errors.New("it is of another model; run pod again")
		}
	}
	e.log.Warn(fmt.Sprintf("%s is not used: %v", path, err))
	return nil
}

// tidyClaims bounds what a file says, which goes to terminals.
func tidyClaims(claims []string) []string {
	var out []string
	for _, c := range claims[:min(len(claims), mostClaims)] {
		c = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return -1
			}
			return r
		}, c)
		if r := []rune(c); len(r) > mostClaim {
			c = string(r[:mostClaim])
		}
		if c != "" {
			out = append(out, c)
		}
	}
	return out
}
