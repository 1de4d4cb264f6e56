package format

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"blemish/geom"
)

// columnsOf are columns of these names with no role yet.
func columnsOf(names []string) []column {
	cols := make([]column, len(names))
	for i, name := range names {
		cols[i].name = name
	}
	return cols
}

// assignRoles decides what each column is that has no role yet. Coordinates and
// normals are found by name, in any case; everything else is a scalar under its
// own name. It reports whether there are x, y and z.
func assignRoles(cols []column) bool {
	have := [roleColour + 1]bool{}
	for i := range cols {
		if r := cols[i].role; r >= roleX && r <= roleNormalZ {
			have[r] = true
		}
	}
	for i := range cols {
		if cols[i].role == roleUnknown {
			r := roleOf(cols[i].name)
			if have[r] {
				r = roleScalar // a second "x"
			}
			have[r] = r != roleScalar
			cols[i].role = r
		}
	}
	// A normal with two components is none.
	if !(have[roleNormalX] && have[roleNormalY] && have[roleNormalZ]) {
		for i := range cols {
			if cols[i].role >= roleNormalX && cols[i].role <= roleNormalZ {
				cols[i].role = roleScalar
			}
		}
	}
	if !have[roleX] && !have[roleY] && !have[roleZ] {
		return assignLongNames(cols)
	}
	return have[roleX] && have[roleY] && have[roleZ]
}

func roleOf(name string) role {
	name = withoutUnit(strings.ToLower(name))
	switch name {
	case "x", "points:0", "points_0":
		return roleX
	case "y", "points:1", "points_1":
		return roleY
	case "z", "points:2", "points_2":
		return roleZ
	case "nx", "normal_x", "normals:0", "normals_0":
		return roleNormalX
	case "ny", "normal_y", "normals:1", "normals_1":
		return roleNormalY
	case "nz", "normal_z", "normals:2", "normals_2":
		return roleNormalZ
	}
	return roleScalar
}

// withoutUnit turns "x [mm]" and "x(m)" into "x".
func withoutUnit(name string) string {
	if i := strings.IndexAny(name, "[("); i > 0 && strings.HasSuffix(name, [...]string{"]", ")"}[strings.IndexByte("[(", name[i])]) {
		return strings.TrimRight(name[:i], " ")
	}
	return name
}

// assignLongNames finds coordinates called "position_x", "pos.x", "X coordinate",
// "xCoord", "position[0]" or "Easting, Northing, Height": the first three columns,
// one an axis, whose names differ in nothing else.
func assignLongNames(cols []column) bool {
	found := map[string]*[3]int{} // column + 1 of each axis
	for i := range cols {
		if cols[i].role != roleScalar {
			continue
		}
		axis, family := axisOf(cols[i].name)
		if axis < 0 {
			continue
		}
		f := found[family]
		if f == nil {
			f = new([3]int)
			found[family] = f
		}
		if f[axis] == 0 {
			f[axis] = i + 1
		}
		if f[0]*f[1]*f[2] > 0 {
			for k, j := range f {
				cols[j-1].role = roleX + role(k)
			}
			return true
		}
	}
	return false
}

// placeWords are what may stand in a coordinate's name beside its axis.
var placeWords = []string{
	"positions", "position", "posn", "pos", "points", "point", "pts", "pt", "coordinates", "coordinate", "coords", "coord", "koordinate", "vertices",
	"vertex", "vert", "locations", "location", "loc", "translation", "pose", "center", "centre", "world", "global", "local", "scan", "scanner",
	"cloud", "data", "field", "xyz", "mm", "cm", "um", "in", "m", "p",
}

var surveyAxes = map[string]int{
	"easting": 0, "northing": 1, "elevation": 2, "height": 2, "altitude": 2, "east": 0, "north": 1, "up": 2,
}

// axisOf tells the axis that a long name names, -1 for none, and what the name is
// without it.
func axisOf(name string) (axis int, family string) {
	axis = -1
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" \t_.:-/[](){}", r) })
	for _, word := range words {
		at, rest := -1, ""
		switch {
		case slices.Contains(placeWords, word):
			rest = word
		case len(word) == 1 && word[0] >= 'x' && word[0] <= 'z':
			at = int(word[0] - 'x')
		case len(word) == 1 && word[0] >= '0' && word[0] <= '2' && len(words) > 1:
			at, rest = int(word[0]-'0'), "#"
		default:
			if k, ok := surveyAxes[word]; ok {
				at, rest = k, "survey"
				break
			}
			// "posx", "xcoord"
			last, first := len(word)-1, word[0]
			switch {
			case word[last] >= 'x' && word[last] <= 'z' && isPlace(word[:last]):
				at, rest = int(word[last]-'x'), word[:last]+"*"
			case first >= 'x' && first <= 'z' && isPlace(word[1:]):
				at, rest = int(first-'x'), "*"+word[1:]
			default:
				return -1, ""
			}
		}
		if at >= 0 {
			if axis >= 0 {
				return -1, ""
			}
			axis = at
		}
		family += " " + rest
	}
	return axis, family
}

// isPlace reports whether a word may be joined with the axis: "posx", "xcoord", "px".
func isPlace(word string) bool {
	return (len(word) > 2 || word == "p") && slices.Contains(placeWords, word)
}

// assign gives the columns their roles: those that were chosen, else by name. In a
// format that names its coordinates, where table is false, choices by number or of
// names that are not there do not matter.
func (r *reading) assign(cols []column, table bool) (found bool, err error) {
	if r.chosen == nil {
		return assignRoles(cols), nil
	}
	index := make([]int, len(r.chosen))
	for k, want := range r.chosen {
		index[k] = findColumn(cols, want, table)
		switch {
		case index[k] < 0 && !table:
			return assignRoles(cols), nil
		case index[k] < 0:
			return false, r.whole(ErrFormat, "has no column %q; it has %s", want, listColumns(cols))
		case cols[index[k]].role == roleSkip:
			return false, r.whole(ErrFormat, "column %q holds no numbers", want)
		case slices.Contains(index[:k], index[k]):
			return false, r.whole(ErrFormat, "column %q was chosen twice", want)
		}
	}
	for k, i := range index {
		cols[i].role = roleX + role(k)
	}
	return assignRoles(cols), nil
}

// findColumn is the place of a column given by name or, with numbers, by its number
// from 1; -1 for none.
func findColumn(cols []column, want string, numbers bool) int {
	for i := range cols {
		if cols[i].name == want {
			return i
		}
	}
	for i := range cols {
		if strings.EqualFold(cols[i].name, want) {
			return i
		}
	}
	if n, ok := parseInt([]byte(want)); ok && numbers && n >= 1 && n <= int64(len(cols)) {
		return int(n - 1)
	}
	return -1
}

func listColumns(cols []column) string {
	const most = 12
	var list []string
	for i := range cols {
		if i == most {
			list = append(list, "…")
			break
		}
		list = append(list, fmt.Sprintf("%d %s", i+1, cols[i].name))
	}
	return strings.Join(list, ", ")
}

// numbered is a name with a number, "column4".
func numbered(name string, i int) string { return name + strconv.Itoa(i) }

// scaleUnitColours brings colours of 0…1 to the 0…255 that PLY and PCD have.
func scaleUnitColours(c *geom.Cloud) {
	for _, name := range colourNames {
		for i, v := range c.Scalar(name) {
			v *= 255
			if whole := float32(math.Round(float64(v))); math.Abs(float64(v-whole)) < 0.01 {
				v = whole // 0.501961 is 128/255 in six digits
			}
			c.Scalars[name][i] = v
		}
	}
}
