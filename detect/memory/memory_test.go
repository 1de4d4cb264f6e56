package memory

import (
	"context"
	"slices"
	"strings"
	"testing"

	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/seed"
	"blemish/weights"
)

// numbers are n vectors of one value: their own number.
func numbers(n int) []float32 {
	rows := make([]float32, n)
	for i := range rows {
		rows[i] = float32(i)
	}
	return rows
}

func TestWhichVectorsAreRemembered(t *testing.T) {
	for _, c := range []struct {
		what string
		cfg  Config
		want []float32
	}{
		{"all", Config{Vectors: 100, Share: 1}, numbers(9)},
		{"evenly drawn", Config{Vectors: 100, Share: 1, Drawn: 3}, []float32{0, 3, 6}},
		{"a coreset from the first on", Config{Vectors: 3, Share: 1}, []float32{0, 8, 4}},
		{"a share", Config{Vectors: 100, Share: 0.25}, []float32{0, 8}},
		{"at least one", Config{Vectors: 100, Share: 0.001}, []float32{0}},
	} {
		got, err := c.cfg.choose(context.Background(), 1, 1, numbers(9), 1)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v, error %v", c.what, got, c.want, err)
		}
	}
}

func TestEveryTakesTheFirstOfEachStep(t *testing.T) {
	f := &Features{At: make([]geom.Vec3, 7), Rows: numbers(14)}
	got := f.every(3, 2)
	if want := []float32{0, 1, 6, 7, 12, 13}; !slices.Equal(got.Rows, want) || len(got.At) != 3 {
		t.Errorf("%v, want %v, at %d places", got.Rows, want, len(got.At))
	}
}

// Features that take long are made once for each sound scan, however often it is learnt from.
func TestFeaturesAreKept(t *testing.T) {
	made := 0
	kind := Coordinates
	kind.Keep = true
	kind.Describe = func(ctx context.Context, c *Cloud) (*Features, error) {
		made++
		return Coordinates.Describe(ctx, c)
	}
	p := Plan(Published(), kind)
	r := seed.Stream(1, "kept")
	scans := make([][]geom.Vec3, 3)
	for i := range scans {
		for range 50 {
			x, y, z := r.Direction()
			scans[i] = append(scans[i], geom.Vec{X: x, Y: y, Z: z}.F())
		}
	}
	for _, number := range [][]int{{0, 1}, {1, 2}, {0, 1, 2}} {
		sound := &scoring.Sound{Number: number}
		for _, n := range number {
			sound.Scans = append(sound.Scans, scans[n])
		}
		m, err := p.Learn(context.Background(), sound)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.(*memory).banks[0].Len(); got != 50*len(number) {
			t.Errorf("scans %v: %d vectors", number, got)
		}
	}
	if made != 3 {
		t.Errorf("features of 3 scans are made %d times", made)
	}
}

// Scores are averaged around centres and come back to the points.
func TestSpreadSmooths(t *testing.T) {
	c := &Cloud{}
	score := make([]float32, 400)
	for i := range score {
		c.Points = append(c.Points, geom.Vec3{X: float32(i % 20), Y: float32(i / 20)})
		score[i] = float32(i % 2) // stripes
	}
	got, err := c.Spread(context.Background(), score, 100, 20, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range got {
		if s < 0.25 || s > 0.75 {
			t.Fatalf("point %d scores %v among stripes of 0 and 1", i, s)
		}
	}
}

func TestModes(t *testing.T) {
	for _, c := range []struct {
		settings, mode string
		vectors        int
	}{{`{}`, Default, 4000}, {`{"mode": "as-published", "vectors": 7}`, AsPublished, 7}} {
		got, err := modes([]byte(c.settings), Defaults, Published)
		if err != nil || got.Mode != c.mode || got.Vectors != c.vectors {
			t.Errorf("%s: mode %q with %d vectors, error %v", c.settings, got.Mode, got.Vectors, err)
		}
	}
	if _, err := modes([]byte(`{"vector": 7}`), Defaults, Published); err == nil || !strings.Contains(err.Error(), "vector") {
		t.Errorf("an unknown setting: %v", err)
	}
}

// A model's vectors are checked before they are measured.
func TestVectorsOfAModelAreChecked(t *testing.T) {
	for what, data := range map[string][]float32{"empty": {}, "too large": {1, 2, 1e20}} {
		f := &weights.File{}
		f.Add("memory.place", data, len(data)/3, 3)
		if _, err := open(context.Background(), f, 1, Published(), []Kind{Coordinates}); err == nil || !strings.Contains(err.Error(), "memory.place") {
			t.Errorf("%s: error %v", what, err)
		}
	}
}
