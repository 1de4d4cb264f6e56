package scoring

import (
	"context"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

// The score of a scan is what the detector says, the mean of the highest points, or that of
// the worst region, in this order.
func TestTheScoreOfAScan(t *testing.T) {
	scan := &Scan{Tree: spatial.NewTree([]geom.Vec3{{}, {X: 1}, {X: 2}, {X: 3}})}
	own := float32(7)
	for _, c := range []struct {
		what string
		top  int
		own  *float32
		want float32
	}{
		{"its own", 2, &own, 7},
		{"two highest", 2, nil, 4.5},
		{"more than there are", 9, nil, 2.75},
		{"a region of ten points", 0, nil, 0},
	} {
		r := &Reference{Settings: Settings{Top: c.top}}
		s, err := r.Settle(context.Background(), scan, &Terms{Score: []float32{2, 5, 4, 0}, Object: c.own}, nil)
		if err != nil || s.Object != c.want {
			t.Errorf("%s: %v, want %v, error %v", c.what, s.Object, c.want, err)
		}
	}
}
