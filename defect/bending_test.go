package defect

import (
	"context"
	"errors"
	"os"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// TestWhatBendsDoesNotFold: limbs, plates and rims bend without going through
// themselves.
func TestWhatBendsDoesNotFold(t *testing.T) {
	draws := 4
	if os.Getenv("BLEMISH_LONG") != "" {
		draws = 16
	}
	for name, m := range map[string]*geom.Mesh{
		"rod": block(0.2, 0.25, 2), "plate": block(1, 1.5, 0.05), "pot": pot(0.06), "thin pot": pot(0.015), "thick pot": pot(0.11),
	} {
		at := target(t, m)
		for i := 0; i < draws; i++ {
			p, c, err := Carve(context.Background(), at, Bending, Easy, seed.Stream(uint64(i), "bend"))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			if wrong, count := turnedOver(at, c); wrong*20 > count {
				t.Errorf("%s %d: %d of %d points lie where it goes through itself: %+v", name, i, wrong, count, p)
			}
		}
	}
}

// TestMassiveBodiesDoNotBend: a cube, a brick, a ball have no limb and no wall.
func TestMassiveBodiesDoNotBend(t *testing.T) {
	for name, m := range map[string]*geom.Mesh{"cube": block(1, 1, 1), "brick": block(1, 0.8, 0.6), "ball": ball(16)} {
		at := target(t, m)
		for i := uint64(0); i < 5; i++ {
			if p, err := Draw(at, Bending, Medium, seed.Stream(i, "bend")); !errors.Is(err, ErrUnsuitable) {
				t.Errorf("a %s bends: %+v (%v)", name, p, err)
			}
		}
	}
}
