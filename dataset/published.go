package dataset

import (
	"path/filepath"
	"slices"
	"strings"
)

// real3dClasses are those of Real3D-AD (Liu et al., 2023), each with four scans to learn from
// and 100 to judge, chicken with 106.
var real3dClasses = strings.Fields("airplane candybar car chicken diamond duck fish gemstone seahorse shell starfish toffees")

// Published is the layout's name where the files are those of Anomaly-ShapeNet or Real3D-AD,
// "" else: its layout, the scans of every class in the numbers of its listing, and no
// manifest, which sets made here have. Names and numbers are compared, contents are not.
func (s *Set) Published() string {
	known := map[string]func(*Class) bool{AnomalyShapeNet: isAnomalyShapeNet, Real3D: isReal3D}[s.Layout]
	if known == nil || len(s.Classes) == 0 || isFile(filepath.Join(s.Dir, ManifestName)) {
		return ""
	}
	for i := range s.Classes {
		if !known(&s.Classes[i]) {
			return ""
		}
	}
	return s.Layout
}

func isAnomalyShapeNet(c *Class) bool {
	batches, ok := presetBatches(c.Name)
	if !ok || len(c.Train) != presetTrain {
		return false
	}
	want := map[string]int{Sound: presetSound}
	for _, b := range batches {
		want[shapeNetWord(b.kind)] += b.count
	}
	for _, it := range c.Test {
		want[it.Kind]--
	}
	for _, left := range want {
		if left != 0 {
			return false
		}
	}
	return true
}

func isReal3D(c *Class) bool {
	test := 100
	if c.Name == "chicken" {
		test = 106
	}
	return slices.Contains(real3dClasses, c.Name) && len(c.Train) == 4 && len(c.Test) == test
}
