package format

import (
	"math"
	"strconv"
	"strings"

	"blemish/geom"
)

// rolesOf names what each column is. Coordinates and normals are found by name,
// in any case; everything else is a scalar under its own name. ok is false where
// x, y or z is missing.
func rolesOf(names []string) (cols []column, ok bool) {
	cols = make([]column, len(names))
	have := [roleColour + 1]int{}
	for i, name := range names {
		r := roleOf(name)
		if r != roleScalar && have[r] > 0 {
			r = roleScalar // a second "x"
		}
		have[r]++
		cols[i] = column{name: name, role: r}
	}
	// A normal with two components is none.
	if have[roleNormalX]+have[roleNormalY]+have[roleNormalZ] < 3 {
		for i := range cols {
			if cols[i].role >= roleNormalX && cols[i].role <= roleNormalZ {
				cols[i].role = roleScalar
			}
		}
	}
	return cols, have[roleX] > 0 && have[roleY] > 0 && have[roleZ] > 0
}

func roleOf(name string) role {
	name = strings.ToLower(name)
	if i := strings.IndexAny(name, "[( "); i > 0 { // "x [mm]", "X(m)"
		name = name[:i]
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
