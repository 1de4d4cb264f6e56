package dataset

import "path/filepath"

// Published is the layout's name where the files are those of Anomaly-ShapeNet, "" else:
// its layout, the scans of every class in the numbers of its listing, and no manifest, which
// sets made here have. Names and numbers are compared, contents are not.
func (s *Set) Published() string {
	if s.Layout != AnomalyShapeNet || len(s.Classes) == 0 || isFile(filepath.Join(s.Dir, ManifestName)) {
		return ""
	}
	for _, c := range s.Classes {
		batches, ok := presetBatches(c.Name)
		if !ok || len(c.Train) != presetTrain {
			return ""
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
				return ""
			}
		}
	}
	return s.Layout
}
