package defect

import (
	"context"
	"os"
	"testing"

	"blemish/seed"
	"blemish/spatial"
)

// TestConcavitiesDoNotTurnTheMaterialOver: where the surface has been pushed in, there
// is still material just under it and none just above, though the wall is uneven.
func TestConcavitiesDoNotTurnTheMaterialOver(t *testing.T) {
	outer := [][2]float64{{0.5, 0}, {0.72, 0.3}, {0.8, 0.7}, {0.7, 1.1}, {0.62, 1.4}}
	walls := []float64{0.1, 0.07, 0.03, 0.05, 0.12}
	profile := [][2]float64{{0, 0}}
	profile = append(profile, outer...)
	for i := len(outer) - 1; i >= 0; i-- {
		profile = append(profile, [2]float64{outer[i][0] - walls[i], max(outer[i][1], 0.1)})
	}
	at := target(t, lathe(append(profile, [2]float64{0, 0.1}), 24))
	draws := 12
	if os.Getenv("BLEMISH_LONG") != "" {
		draws = 24
	}
	for i := 0; i < draws; i++ {
		_, c, err := Carve(context.Background(), at, Concavity, Easy, seed.Stream(uint64(i), "walls"))
		if err != nil {
			t.Fatal(err)
		}
		if wrong, count := turnedOver(at, c); wrong*50 > count {
			t.Errorf("concavity %d: %d of %d points lie where the walls have crossed", i, wrong, count)
		}
	}
}

// turnedOver counts the anomalous points of a carved solid that have no material just
// under them, or some just above: where it goes through itself. count is of all.
func turnedOver(at *Target, c *Carved) (wrong, count int) {
	tree := spatial.NewBVH(c.Mesh())
	cloud := c.Scan(4000, false, seed.Stream(1, "points"))
	step := 1e-4 * at.diagonal
	for k, l := range cloud.Scalar("label") {
		if l == 0 {
			continue
		}
		count++
		p, n := cloud.Points[k].D(), cloud.Normals[k].D()
		if !tree.Contains(p.AddScaled(-step, n), true) || tree.Contains(p.AddScaled(step, n), true) {
			wrong++
		}
	}
	return wrong, count
}
