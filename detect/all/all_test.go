package all

import (
	"context"
	"testing"

	"blemish/detect"
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
	if d, err := New("auto"); err != nil || d.Name() != Names()[0] {
		t.Errorf("auto: %v, %v", d, err)
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
	f, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(f); err != nil {
		t.Error(err)
	}
	if _, err := Open(&weights.File{}); err == nil {
		t.Error("a file without a card opens")
	}
	card, _ := detect.ReadCard(f)
	card.Detector = "no such"
	if err := card.Put(f); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(f); err == nil {
		t.Error("a model of an unknown detector opens")
	}
}
