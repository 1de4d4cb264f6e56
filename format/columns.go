package format

import (
	"math"
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
	return have[roleX] && have[roleY] && have[roleZ]
}

func roleOf(name string) role {
	name = strings.ToLower(name)
	if i := strings.IndexAny(name, "[("); i > 0 && strings.HasSuffix(name, [...]string{"]", ")"}[strings.IndexByte("[(", name[i])]) {
		name = strings.TrimRight(name[:i], " ") // "x [mm]", "X(m)"
	}
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
