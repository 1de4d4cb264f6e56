package dataset

import (
	"fmt"
	"path/filepath"
	"strings"

	"blemish/format"
	"blemish/geom"
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
		}
		return cloud, info, nil
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
func withTruth(cloud *geom.Cloud, path string) (*geom.Cloud, []float32, error) {
	truth, info, err := format.ReadCloud(path)
	if err != nil {
		return nil, nil, err
	}
	label := truth.Scalar("column4")
	if label == nil {
		return nil, nil, fmt.Errorf("%s: a truth file has four columns, x y z label; this one has %d", path, len(info.Fields))
	}
	for i, v := range label {
		label[i] = 0
		if v > 0.5 {
			label[i] = 1
		}
	}
	if sameOrder(cloud, truth) {
		return cloud, label, nil
	}
	truth.Scalars = nil
	return truth, label, nil
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
