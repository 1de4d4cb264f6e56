package dataset

import (
	"fmt"
	"path/filepath"
	"strings"

	"blemish/format"
	"blemish/geom"
	"blemish/spatial"
)

// Load reads the cloud of an item. Where the item has a truth file, the cloud
// carries it as scalar "label" (0 or 1 a point); a sound item has label 0
// throughout.
//
// The published sets store the points of a truth file in another order than those
// of the cloud, so that labels cannot be matched by index: then the coordinates of
// the truth file are the cloud, as every published loader does it. Where both hold
// the same points in the same order, the cloud's own coordinates are kept, for the
// truth's are rounded.
func (s *Set) Load(it Item) (*geom.Cloud, *format.Info, error) {
	cloud, info, err := format.ReadCloud(s.Path(it.File))
	if err != nil {
		return nil, nil, err
	}
	if it.Truth == "" {
		if !it.Defective {
			cloud.SetScalar("label", make([]float32, cloud.Len()))
		} else if label := ownLabels(cloud); label != nil {
			cloud.SetScalar("label", label)
		}
		return cloud, info, nil
	}
	if !isFile(s.Path(it.Truth)) {
		return nil, nil, s.noTruth(it)
	}
	labelled, label, err := withTruth(cloud, s.Path(it.Truth))
	if err != nil {
		return nil, nil, err
	}
	labelled.SetScalar("label", label)
	return labelled, info, nil
}

// withTruth reads a truth file and returns the cloud that its labels belong to: the
// given one where the order is the same, else the truth file's own points.
//
// A file may also have the labels alone, a number a line (MiniShift), or the places of the
// anomalous points alone, x y z (MulSen-AD): then the point of the cloud that is nearest to
// each is anomalous.
func withTruth(cloud *geom.Cloud, path string) (*geom.Cloud, []float32, error) {
	label, err := format.ReadColumn(path)
	if err != nil {
		return nil, nil, err
	}
	if label != nil {
		if len(label) != cloud.Len() {
			return nil, nil, fmt.Errorf("%s: %d labels for the %d points of the scan", path, len(label), cloud.Len())
		}
		return cloud, binary(label), nil
	}
	truth, info, err := format.ReadCloud(path)
	if err != nil {
		return nil, nil, err
	}
	label = truth.Scalar("column4")
	if label == nil && len(info.Fields) == 3 {
		return cloud, marked(cloud, truth), nil
	}
	if label == nil {
		return nil, nil, fmt.Errorf("%s: a truth file has four columns, x y z label; this one has %d", path, len(info.Fields))
	}
	binary(label)
	if sameOrder(cloud, truth) {
		return cloud, label, nil
	}
	truth.Scalars = nil
	return truth, label, nil
}

// binary makes labels of numbers, in place: 1 from a half on.
func binary(label []float32) []float32 {
	for i, v := range label {
		label[i] = 0
		if v > 0.5 {
			label[i] = 1
		}
	}
	return label
}

// marked labels the points of a cloud that are nearest to some places.
func marked(cloud, places *geom.Cloud) []float32 {
	label := make([]float32, cloud.Len())
	shift := geom.Vec{X: places.Origin[0] - cloud.Origin[0], Y: places.Origin[1] - cloud.Origin[1], Z: places.Origin[2] - cloud.Origin[2]}
	tree := spatial.NewTree(cloud.Points)
	for _, p := range places.Points {
		if n := tree.Nearest(p.D().Add(shift).F()); n.Index >= 0 {
			label[n.Index] = 1
		}
	}
	return label
}

// ownLabels are those that a scan itself carries: a value called label, or a fourth column of
// nothing but 0 and 1, of both.
func ownLabels(c *geom.Cloud) []float32 {
	if label := c.Scalar("label"); label != nil {
		return binary(label)
	}
	label := c.Scalar("column4")
	var zero, one bool
	for _, v := range label {
		if v != 0 && v != 1 {
			return nil
		}
		zero, one = zero || v == 0, one || v == 1
	}
	if zero && one {
		return label
	}
	return nil
}

// sameOrder reports whether two clouds hold the same points in the same order, up
// to the rounding of a text file.
func sameOrder(a, b *geom.Cloud) bool {
	if a.Len() != b.Len() {
		return false
	}
	// Text files keep at least three digits of the size; a shuffled cloud is off by far more.
	limit := 1e-3 * a.Box().Diagonal()
	shift := geom.Vec{X: b.Origin[0] - a.Origin[0], Y: b.Origin[1] - a.Origin[1], Z: b.Origin[2] - a.Origin[2]}
	for i := range a.Points {
		if b.Points[i].D().Add(shift).Sub(a.Points[i].D()).Norm() > limit {
			return false
		}
	}
	return true
}

// TruthBeside looks for the truth file of a scan that lies in the test folder of a
// published data set, and returns the cloud that the labels belong to (see Load).
func TruthBeside(path string, cloud *geom.Cloud) (labelled *geom.Cloud, label []float32, ok bool) {
	folder, file := filepath.Split(filepath.Clean(path))
	stem := strings.TrimSuffix(file, filepath.Ext(file))
	for _, name := range []string{"GT", "gt"} {
		truth := filepath.Join(filepath.Dir(filepath.Clean(folder)), name, stem+".txt")
		if filepath.Base(filepath.Clean(folder)) != "test" || !isFile(truth) {
			continue
		}
		labelled, label, err := withTruth(cloud, truth)
		return labelled, label, err == nil
	}
	return nil, nil, false
}
