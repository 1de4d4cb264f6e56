package defect

import (
	"context"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"blemish/seed"
)

// planned is one drawn plan of each kind for a pot, with its target.
var planned = sync.OnceValues(func() (*Target, map[Kind]Plan) {
	at, err := NewTarget(context.Background(), pot(0.06))
	if err != nil {
		panic(err)
	}
	plans := map[Kind]Plan{}
	for _, k := range append(Kinds(), Hybrid) {
		for i := 0; plans[k].Kind == ""; i++ {
			if p, err := Draw(at, k, Medium, seed.Stream(1, "plan", string(k), i)); err == nil {
				plans[k] = p
			} else if i > 20 {
				panic(err)
			}
		}
	}
	return at, plans
})

// changes are a plan with one of its numbers changed, by the number's name in JSON.
func changes(p Plan) map[string]func(v float64) Plan {
	all := map[string]func(v float64) Plan{
		"center": func(v float64) Plan { p := p; p.Center[1] = v; return p },
		"normal": func(v float64) Plan { p := p; p.Normal[2] = v; return p },
		"along":  func(v float64) Plan { p := p; p.Along[0] = v; return p },
		"rough":  func(v float64) Plan { p := p; p.Rough = v; return p },
	}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(p.Form)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		set := func(v float64) Plan {
			form := reflect.New(reflect.TypeOf(p.Form)).Elem()
			form.Set(reflect.ValueOf(p.Form))
			if number := form.FieldByIndex(f.Index); number.Kind() == reflect.Array {
				number.Index(2).SetFloat(v)
			} else {
				number.SetFloat(v)
			}
			p := p
			p.Form = form.Interface().(Form)
			return p
		}
		if k := f.Type.Kind(); k == reflect.Float64 || k == reflect.Array {
			all[name] = set
		}
	}
	return all
}

// A plan that Draw never makes is refused, and the message names the field.
func TestBadPlansAreRefused(t *testing.T) {
	at, plans := planned()
	for kind, good := range plans {
		if kind == Hybrid {
			good = good.Parts[0]
		}
		if _, err := Apply(context.Background(), at, good); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		for name, with := range changes(good) {
			for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e30, -1e30, 1e6} {
				p := with(v)
				if kind == Hybrid {
					p = Plan{Kind: Hybrid, Severity: Medium, Parts: []Plan{p}}
				}
				if _, err := Apply(context.Background(), at, p); err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("%s with %s %v: %v", kind, name, v, err)
				}
			}
		}
		for _, radius := range []float64{0, -1, 1e-12, 1e-300} {
			p := changes(good)["radius"](radius)
			if _, err := Apply(context.Background(), at, p); err == nil || !strings.Contains(err.Error(), "radius") {
				t.Errorf("%s with radius %v: %v", kind, radius, err)
			}
		}
		p := good
		p.Severity = "awful"
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), "severity") {
			t.Errorf("%s: severity: %v", kind, err)
		}
		p = good
		p.Center = triple(at.sound.Box().Center()) // the hollow of the pot
		if _, err := Apply(context.Background(), at, p); err == nil || !strings.Contains(err.Error(), "off the surface") {
			t.Errorf("%s in the void: %v", kind, err)
		}
		p = good
		p.Parts = []Plan{good}
		if err := p.Validate(); err == nil {
			t.Errorf("%s with parts", kind)
		}
	}
	if err := (&Plan{Kind: Bulge, Severity: Easy, Form: HolePlan{}}).Validate(); err == nil {
		t.Error("a bulge with the form of a hole")
	}
	if err := (&Plan{Kind: Hybrid, Parts: make([]Plan, 1000)}).Validate(); err == nil {
		t.Error("a hybrid of a thousand parts")
	}
}

// FuzzPlan changes two numbers of a drawn plan: what is accepted can be scanned.
func FuzzPlan(f *testing.F) {
	at, plans := planned()
	kinds := append(Kinds(), Hybrid)
	for i := range kinds {
		f.Add(uint8(i), uint8(4), 0.0, uint8(6), 1e-3)
		f.Add(uint8(i), uint8(0), 0.3, uint8(11), 1.0)
	}
	f.Fuzz(func(t *testing.T, kind, one uint8, v float64, two uint8, w float64) {
		p := plans[kinds[int(kind)%len(kinds)]]
		q := &p
		if p.Kind == Hybrid {
			p.Parts = append([]Plan(nil), p.Parts...)
			q = &p.Parts[len(p.Parts)-1]
		}
		names := slices.Sorted(maps.Keys(changes(*q)))
		*q = changes(*q)[names[int(one)%len(names)]](v)
		*q = changes(*q)[names[int(two)%len(names)]](w)
		c, err := Apply(context.Background(), at, p)
		if err != nil {
			return
		}
		for i, x := range c.Sample(200, seed.Stream(1, "fuzz")).Points {
			if !x.Finite() {
				t.Fatalf("point %d is %v", i, x)
			}
		}
		c.Scan(200, true, seed.Stream(1, "fuzz"))
	})
}

// TestDocsHaveTheRanges holds the table of docs/settings.md against what forms say.
func TestDocsHaveTheRanges(t *testing.T) {
	text, err := os.ReadFile("../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| kind | radius |")
	table, _, _ = strings.Cut("| kind | radius |"+table, "\n\n")
	rows := strings.Split(table, "\n")
	cells := func(row string) []string { return strings.Split(strings.Trim(row, "| "), " | ") }
	_, plans := planned()
	for _, k := range Kinds() {
		at := slices.IndexFunc(rows, func(row string) bool { return slices.Contains(strings.Split(cells(row)[0], ", "), string(k)) })
		if at < 0 {
			t.Errorf("docs/settings.md has no row for %s in the table of lengths", k)
			continue
		}
		for i, name := range cells(rows[0])[1:] {
			want := "0"
			for _, l := range plans[k].Form.lengths() {
				if l.name == name {
					want = strconv.FormatFloat(l.bounds[0], 'f', -1, 64) + "–" + strconv.FormatFloat(l.bounds[1], 'f', -1, 64)
				}
			}
			if got := cells(rows[at])[1+i]; got != want {
				t.Errorf("docs/settings.md has %s for the %s of %s, which is %s", got, name, k, want)
			}
		}
	}
}
