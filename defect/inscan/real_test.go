package inscan

import (
	"os"
	"path/filepath"
	"testing"

	"blemish/format"
)

// Range scans of the Stanford bunny, whose scanner looked along -z: the files do not have
// its place, but what faces it is found all the same, and a bulge comes towards it.
func TestRealScansFaceTheirScanner(t *testing.T) {
	data := os.Getenv("BLEMISH_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared")
	}
	for _, name := range []string{"bun000", "bun045", "bun090", "bun180", "bun270", "bun315"} {
		cloud, _, err := format.ReadCloud(filepath.Join(data, "clouds", "real", "bunny", name+".pcd"))
		if os.IsNotExist(err) {
			t.Skip("no real scans; BLEMISH_DATA says where they are")
		}
		if err != nil {
			t.Fatal(err)
		}
		g := ground(t, cloud)
		towards, known := 0, 0
		for _, n := range g.normals {
			if n.Z != 0 {
				known++
			}
			if n.Z > 0 {
				towards++
			}
		}
		if share := float64(towards) / float64(known); share < 0.97 {
			t.Errorf("%s: %.1f %% of the normals look to the scanner", name, 100*share)
		}
		if g.eye == nil || g.eye.Z < g.Diagonal {
			t.Errorf("%s: seen from %v", name, g.eye)
		}
		carved, tried := 0, 0
		for i := 0; i < cloud.Len(); i += cloud.Len() / 20 {
			tried++
			c, err := g.Carve(t.Context(), Plan{Kind: Bulge, Center: triple(cloud.Points[i].D()), Size: 0.01, Depth: 0.001})
			if err != nil {
				continue
			}
			carved++
			for _, j := range c.Moved {
				if c.Cloud.Points[j].Z < cloud.Points[c.Source[j]].Z-1e-4 {
					t.Errorf("%s: a bulge at %v goes away from the scanner", name, c.Plan.Center)
					break
				}
			}
			if len(c.Moved) < 30 {
				t.Errorf("%s: a bulge of 10 mm moves %d points", name, len(c.Moved))
			}
		}
		if carved < tried/2 {
			t.Errorf("%s: only %d of %d places can be carved into", name, carved, tried)
		}
	}
}
