package inspection

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"blemish/geom"
)

// What scans are aligned to.

// Align says it; the zero value is the best fit to the whole part. Numbers are zones of the
// plan.
type Align struct {
	Pose    *geom.Pose // known: between the coordinates of the files and the part's frame
	Surface []int      // best fit to these zones alone
	Planes  []int      // three planes, 3-2-1: the first says three things of the pose, the second two, the third one
	Axis    int        // the axis of a cylinder, where Plane ≥ 0 …
	Plane   int        // … and the plane along it

	names []string // of all zones, for messages
}

// BestFit is in words what scans are aligned to where nothing else is asked for.
const BestFit = "best fit to the whole part"

// best reports whether the best fit is not corrected.
func (a *Align) best() bool { return len(a.Surface) == 0 && len(a.Planes) == 0 && a.Plane < 0 }

// Words says what scans are aligned to.
func (a *Align) Words() string {
	name := func(zones ...int) string {
		var out []string
		for _, z := range zones {
			out = append(out, a.names[z])
		}
		return strings.Join(out, ", ")
	}
	switch {
	case len(a.Surface) > 0:
		return "best fit to " + name(a.Surface...)
	case len(a.Planes) > 0:
		return "datum planes " + name(a.Planes...) + " (3-2-1)"
	case a.Plane >= 0:
		return fmt.Sprintf("datum axis %s and plane %s", name(a.Axis), name(a.Plane))
	case a.Pose != nil:
		return "a pose that was given"
	}
	return BestFit
}

type alignDocument struct {
	Surface []string  `yaml:"surface"`
	Planes  []string  `yaml:"planes"`
	Axis    string    `yaml:"axis"`
	Plane   string    `yaml:"plane"`
	Pose    []float64 `yaml:"pose"`
}

func (d *alignDocument) read(zones []Zone) (Align, error) {
	a := Align{Axis: -1, Plane: -1}
	for _, z := range zones {
		a.names = append(a.names, z.Name)
	}
	if d == nil {
		return a, nil
	}
	index := func(name string) (int, error) {
		if i := slices.Index(a.names, name); i >= 0 {
			return i, nil
		}
		return 0, fmt.Errorf("there is no zone %q", name)
	}
	ways := 0
	for _, there := range []bool{len(d.Surface) > 0, len(d.Planes) > 0, d.Axis != "" || d.Plane != "", len(d.Pose) > 0} {
		if there {
			ways++
		}
	}
	if ways != 1 {
		return a, fmt.Errorf("want one of surface, planes, axis with plane, and pose, got %d", ways)
	}
	var err error
	for _, list := range []struct {
		from []string
		to   *[]int
	}{{d.Surface, &a.Surface}, {d.Planes, &a.Planes}} {
		for _, name := range list.from {
			i, err := index(name)
			if err != nil {
				return a, err
			}
			*list.to = append(*list.to, i)
		}
	}
	switch {
	case len(d.Planes) > 0 && len(d.Planes) != 3:
		return a, fmt.Errorf("planes: want three zones, got %d", len(d.Planes))
	case d.Axis != "" || d.Plane != "":
		if a.Axis, err = index(d.Axis); err != nil {
			return a, fmt.Errorf("axis: %w", err)
		}
		if a.Plane, err = index(d.Plane); err != nil {
			a.Plane = -1
			return a, fmt.Errorf("plane: %w", err)
		}
	case len(d.Pose) > 0:
		a.Pose, err = poseOf(d.Pose)
	}
	return a, err
}

// SetPose has a pose decide.
func (a *Align) SetPose(pose geom.Pose) error {
	if !a.best() {
		return fmt.Errorf("the plan aligns scans by %s, and a pose was given as well", a.Words())
	}
	a.Pose = &pose
	return nil
}

// poseOf makes a pose of a matrix of 4 × 4 or 3 × 4 numbers, row by row.
func poseOf(v []float64) (*geom.Pose, error) {
	if len(v) != 16 && len(v) != 12 {
		return nil, fmt.Errorf("pose: want the 16 numbers of a matrix, row by row, got %d", len(v))
	}
	var m [16]float64
	copy(m[:], v)
	if len(v) == 16 && (m[12] != 0 || m[13] != 0 || m[14] != 0 || m[15] != 1) {
		return nil, fmt.Errorf("pose: the last row is %v; that of a rigid pose is 0 0 0 1", m[12:])
	}
	pose := geom.PoseFromMatrix(m)
	const near = 1e-4
	unit := pose.R.Mul(pose.R.T())
	for i, want := range geom.Identity3() {
		if !(math.Abs(unit[i]-want) <= near) {
			return nil, fmt.Errorf("pose: it turns and scales; scans are moved rigidly")
		}
	}
	if !(pose.R.Det() > 0) {
		return nil, fmt.Errorf("pose: it mirrors; scans are moved rigidly")
	}
	for _, x := range []float64{pose.T.X, pose.T.Y, pose.T.Z} {
		if !(math.Abs(x) <= 1e15) {
			return nil, fmt.Errorf("pose: %v is no place", pose.T)
		}
	}
	return &pose, nil
}

// ReadPose reads a pose: a matrix as text, or the "pose" of a JSON document, such as that of
// register --json.
func ReadPose(path string) (geom.Pose, error) {
	none := geom.Pose{}
	f, err := os.Open(path)
	if err != nil {
		return none, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostPlan+1))
	if err != nil {
		return none, err
	}
	if len(text) > mostPlan {
		return none, fmt.Errorf("%s: longer than %d bytes: no pose", path, mostPlan)
	}
	numbers, err := matrixOf(text)
	if err != nil {
		return none, fmt.Errorf("%s: %w", path, err)
	}
	pose, err := poseOf(numbers)
	if err != nil {
		return none, fmt.Errorf("%s: %w", path, err)
	}
	return *pose, nil
}

func matrixOf(text []byte) ([]float64, error) {
	if trimmed := strings.TrimSpace(string(text)); strings.HasPrefix(trimmed, "{") {
		var doc struct {
			Pose []float64 `json:"pose"`
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			return nil, err
		}
		return doc.Pose, nil
	}
	var numbers []float64
	split := func(r rune) bool { return strings.ContainsRune(" \t\r\n,;[]", r) }
	for _, word := range strings.FieldsFunc(string(text), split) {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number; want a matrix of 4 × 4", word)
		}
		numbers = append(numbers, v)
	}
	return numbers, nil
}
