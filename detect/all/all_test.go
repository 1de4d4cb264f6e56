package all

import (
	"context"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/seed"
	"blemish/weights"
)

func TestEveryDetectorHasItsOwnName(t *testing.T) {
	for _, name := range Names() {
		d, err := New(name)
		if err != nil {
			t.Fatal(err)
		}
		if d.Name() != name {
			t.Errorf("%q is called %q", name, d.Name())
		}
	}
	if d, err := New(""); err != nil || d.Name() != "auto" {
		t.Errorf("the default: %v, %v", d, err)
	}
	if _, err := New("no such"); err == nil {
		t.Error("an unknown name is accepted")
	}
}

func TestOpenFindsTheDetector(t *testing.T) {
	r := seed.Stream(1, "all")
	c := &geom.Cloud{}
	for range 500 {
		x, y, z := r.Direction()
		c.Points = append(c.Points, geom.Vec{X: x, Y: 2 * y, Z: 3 * z}.F())
	}
	d, err := New("deviation")
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Fit(context.Background(), []*geom.Cloud{c}, detect.FitOptions{Class: "egg"})
	if err != nil {
		t.Fatal(err)
	}
	f, ctx := detecttest.File(t, m), context.Background()
	if _, err := Open(ctx, f, detect.OpenOptions{}); err != nil {
		t.Error(err)
	}
	if _, err := Open(ctx, &weights.File{}, detect.OpenOptions{}); err == nil {
		t.Error("a file without a card opens")
	}
	card, _ := detect.ReadCard(f)
	card.Detector = "no such"
	if err := card.Put(f); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, f, detect.OpenOptions{}); err == nil {
		t.Error("a model of an unknown detector opens")
	}
}

func TestSettingsReplaceDefaultsAndAreChecked(t *testing.T) {
	for name, wrong := range map[string][]string{
		"deviation": {`{"neighbours":3}`, `{"neighbors":-1}`, `[]`},
		"imrnet":    {`{"width":95}`, `{"mode":"best"}`, `{"no_such":1}`, `{"steps":"many"}`},
	} {
		for _, settings := range wrong {
			if _, err := Configured(name, []byte(settings)); err == nil {
				t.Errorf("%s accepts %s", name, settings)
			}
		}
	}
	d, err := Configured("imrnet", []byte(`{"mode":"literal","steps":7}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := d.Config().(imrnet.Config); c.Steps != 7 || c.Width != 384 || c.Compare != "chamfer" {
		t.Errorf("literal with 7 steps is %+v", c)
	}
}
