package format

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"blemish/geom"
)

// lattice writes 240 points of a grid, one a line, each made by row.
func lattice(row func(i int, x, y, z float64) string) string {
	var b strings.Builder
	for i := range 240 {
		b.WriteString(row(i, float64(i/30), float64(i/5%6), float64(i%5)) + "\n")
	}
	return b.String()
}

// isLattice reports whether a cloud holds lattice's points.
func isLattice(c *geom.Cloud) bool {
	for i, p := range c.Points {
		if p != (geom.Vec3{X: float32(i / 30), Y: float32(i / 5 % 6), Z: float32(i % 5)}) {
			return false
		}
	}
	return c.Len() == 240
}

// TestTablesOfOneLattice reads one lattice as programs write it.
func TestTablesOfOneLattice(t *testing.T) {
	german := func(v float64) string { return strings.ReplaceAll(fmt.Sprintf("%.3f", v), ".", ",") }
	fortran := func(v float64) string { return strings.ReplaceAll(fmt.Sprintf("%.6E", v), "E", "D") }
	for _, tc := range []struct {
		name, file string
		fields     string
		warns      string // "" for no warning
	}{
		{"counted.txt", "X;Y;Z;Intensity\n240\n" + lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%.8f;%.8f;%.8f;0.4", x, y, z) }), "X Y Z Intensity", ""},
		{"counted.csv", "x,y,z\n240\n" + lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%g,%g,%g", x, y, z) }), "x y z", ""},
		{"counted.asc", "//X Y Z\n240\n" + lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%g %g %g", x, y, z) }), "X Y Z", ""},
		{"counted.xyz", "240\nx y z\n" + lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%g %g %g", x, y, z) }), "x y z", ""},
		{"titled.txt", "Scan 12b\n240\n" + lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%g %g %g", x, y, z) }), "x y z", "passed over line 1"},
		{"titled.asc", "scanner:\n" + lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%g;%g;%g;P%d", x, y, z, i) }), "x y z column4", "passed over line 1"},
		{"zero.pts", "0\n" + lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%g %g %g", x, y, z) }), "x y z", "count before the points is 0"},
		{"spaced.txt", lattice(func(_ int, x, y, z float64) string { return german(x) + ", " + german(y) + ", " + german(z) }), "x y z", ""},
		{"spaced.txt", "0, 0, 0\n0, 0, 1\n" + lattice(func(_ int, x, y, z float64) string { return german(x) + ", " + german(y) + ", " + german(z) })[2*len("0,000, 0,000, 0,000\n"):], "x y z", ""},
		{"tabbed.txt", lattice(func(_ int, x, y, z float64) string { return german(x) + ",\t" + german(y) + ",\t" + german(z) + "," }), "x y z column", ""},
		{"whole.xyz", "0 0 0\n" + lattice(func(_ int, x, y, z float64) string { return german(x) + " " + german(y) + " " + german(z) })[len("0,000 0,000 0,000\n"):], "x y z", ""},
		{"fortran.xyz", lattice(func(_ int, x, y, z float64) string { return "  " + fortran(x) + "  " + fortran(y) + "  " + fortran(z) }), "x y z", ""},
		{"tail.xyz", lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%g %g %g  # id %d", x, y, z, i) }), "x y z", ""},
		{"tail.txt", lattice(func(i int, x, y, z float64) string {
			return fmt.Sprintf("%g %g %g", x, y, z) + [...]string{"", "# start", " // row", " % m", "\t#", ""}[min(i, 5)]
		}), "x y z", ""},
		{"tail.csv", lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%g, %g, %g # %d, odd", x, y, z, i) }), "x y z", ""},
		{"colours.csv", "x,y,z,colour\n" + lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%g,%g,%g,#ff%04x", x, y, z, i) }), "x y z colour", "left out column 4 (colour)"},
		{"names.txt", lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("P%d %g %g %g", i+1, x, y, z) }), "column1 x y z", "left out column 1 (column1)"},
		{"names.csv", lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%g,cap %d,%g,%g,7", x, i, y, z) }), "x column2 y z column5", "left out column 2"},
		{"names.csv", "name,a,b,c\n" + lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("P%d,%g,%g,%g", i, x, y, z) }), "name a b c", "left out column 1 (name)"},
		{"quoted.csv", "name,x,y,z\n" + lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("\"Lid, %d\",%g,%g,\"%g\"", i, x, y, z) }), "name x y z", "left out column 1 (name)"},
		{"quoted.csv", "\"the \"\"name\"\"\",x,y,z\n" + lattice(func(i int, x, y, z float64) string {
			return fmt.Sprintf("\"a \"\"%d\"\";\nb, 1, 2, 3\",%g,%g,%g", i, x, y, z)
		}), "the \"name\" x y z", "left out column 1 (the \"name\")"},
		{"quoted.txt", lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("\"Lid %d\" %g %g %g", i, x, y, z) }), "column1 x y z", "left out column 1"},
		{"position.csv", "time,position_x,position_y,position_z\n" + lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%d,%g,%g,%g", i, x, y, z) }), "time position_x position_y position_z", ""},
	} {
		c, info, err := DecodeCloud(strings.NewReader(tc.file), tc.name)
		if err != nil {
			t.Errorf("%s: %v\n%.60s", tc.name, err, tc.file)
			continue
		}
		if !isLattice(c) || strings.Join(info.Fields, " ") != tc.fields {
			t.Errorf("%s: fields %q, first points %v\n%.60s", tc.name, info.Fields, c.Points[:min(6, c.Len())], tc.file)
		}
		if (tc.warns == "") != (info.Warnings == nil) || tc.warns != "" && !strings.Contains(strings.Join(info.Warnings, "; "), tc.warns) {
			t.Errorf("%s: warnings %q, want %q", tc.name, info.Warnings, tc.warns)
		}
	}
}

// TestCommasThatNobodyCanTell refuses, or warns of, commas that may be both.
func TestCommasThatNobodyCanTell(t *testing.T) {
	for file, says := range map[string]string{
		"0,500,1,250,2,000\n3,500,1,250,2,000\n":     "both decimal and between columns",
		"1,5,2,25,3,05\n1,5,2,25,3,75\n":             "both decimal and between columns",
		"-0,5,1,2,3,4\n":                             "both decimal and between columns",
		"1,500,2,250,3,000,17\n":                     "both decimal and between columns",
		"0, 0, 0\n0,5, 1,25, 2\n1, 2\n":              "the lines before have 3",
		"0,0,0\n0,5,1,25,2,75\n":                     "with decimal commas",
		"x,y,z\n0,5,1,25,2,75\n":                     "6 values for the 3 names",
		"1 2 3\n1.234,5 2 3\n":                       "no number",
		"a,1,2,3\n\"a,1,2,3\na,1,2,3\n":              "a quote is not closed",
		"3\n1 2 3\n4 5 6\n7 8 9\n2\n1 2 3\n":         "after 4 of the 5 points that the counts of its blocks",
		"1\n1 2 3\n99999999999\n":                    "at most",
		"name,x,y,z\nfoo,1,\"1,250\",3\nfoo,1,2,3\n": `column 3 should hold a coordinate, but "1,250"`,
	} {
		if _, _, err := DecodeCloud(strings.NewReader(file), "a.txt"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", file, err, says)
		}
	}
	_, info, err := DecodeCloud(strings.NewReader("1,5,2,25,3,75\n1,6,2,25,3,75\n"), "a.txt")
	if err != nil || len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "6 columns of whole numbers") {
		t.Errorf("%+v %v", info, err)
	}
	// Whole numbers in a table of three or of other numbers are no doubt.
	for _, file := range []string{"1,2,3\n4,5,6\n", "1.5,2,3,255,0,10\n", "x,y,z,r,g,b\n1,2,3,000,010,020\n", "007,1,2,3\n003,1,2,3\n"} {
		if _, info, err := DecodeCloud(strings.NewReader(file), "a.txt"); err != nil || info.Warnings != nil {
			t.Errorf("%q: %+v %v", file, info, err)
		}
	}
}

func TestRunningNumberIsTold(t *testing.T) {
	numbered := func(row func(i int) string, more string) string {
		return lattice(func(i int, x, y, z float64) string { return row(i) + fmt.Sprintf(" %g %g %g", x, y, z) + more })
	}
	for name, tc := range map[string]struct {
		file string
		says string
	}{
		"from 1":        {numbered(func(i int) string { return fmt.Sprint(i + 1) }, ""), "--columns 2,3,4"},
		"with gaps":     {numbered(func(i int) string { return fmt.Sprint(7 * i) }, " 0.5"), "--columns 2,3,4"},
		"after a word":  {numbered(func(i int) string { return "cap " + fmt.Sprint(i) }, ""), "--columns 3,4,5"},
		"unnamed":       {"id a b c\n" + numbered(func(i int) string { return fmt.Sprint(i) }, ""), "--columns 2,3,4"},
		"not rising":    {numbered(func(i int) string { return fmt.Sprint(i % 200) }, ""), ""},
		"not whole":     {numbered(func(i int) string { return fmt.Sprint(float64(i) + 0.5) }, ""), ""},
		"named":         {"x y z i\n" + numbered(func(i int) string { return fmt.Sprint(i) }, ""), ""},
		"three columns": {"1 2 3\n4 5 6\n7 8 9\n", ""},
	} {
		_, info, err := DecodeCloud(strings.NewReader(tc.file), "a.txt")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		all := strings.Join(info.Warnings, "; ")
		if strings.Contains(all, "running number") != (tc.says != "") || !strings.Contains(all, tc.says) {
			t.Errorf("%s: %q", name, all)
		}
	}
}

func TestNamesOfCoordinates(t *testing.T) {
	for _, names := range []string{
		"position_x,position_y,position_z", "pos.x,pos.y,pos.z", "PosX,PosY,PosZ", "x_pos,y_pos,z_pos", "X Coordinate,Y Coordinate,Z Coordinate", "xcoord,ycoord,zcoord",
		"px,py,pz", "pose.position.x,pose.position.y,pose.position.z", "Points[0],Points[1],Points[2]", "position:0,position:1,position:2",
		"Easting,Northing,Elevation", "x_mm,y_mm,z_mm", "point_x [mm],point_y [mm],point_z [mm]", "X-Koordinate,Y-Koordinate,Z-Koordinate",
	} {
		file := "velocity_x,vx,orientation.x,nx," + names + ",x_2\n9,9,9,9,1,2,3,9\n"
		c, info, err := DecodeCloud(strings.NewReader(file), "a.csv")
		if err != nil || c.Points[0] != (geom.Vec3{X: 1, Y: 2, Z: 3}) || info.Warnings != nil {
			t.Errorf("%s: %v %v", names, info, err)
		}
	}
	// Plain names go before long ones, and long ones must belong together.
	for file, want := range map[string]geom.Vec3{
		"pos_x,pos_y,pos_z,x,y,z\n1,2,3,4,5,6\n":                   {X: 4, Y: 5, Z: 6},
		"pos_x,point_y,pos_y,pos_z\n1,9,2,3\n":                     {X: 1, Y: 2, Z: 3},
		"vx,vy,vz,a\n1,2,3,4\n":                                    {X: 1, Y: 2, Z: 3}, // the first three, with a warning
		"mx,pos_x,my,pos_y,mz,pos_z\n7,1,8,2,9,3\n":                {X: 1, Y: 2, Z: 3},
		"pos_z,label,pos_x,pos_y,\n3,0,1,2,\n":                     {X: 1, Y: 2, Z: 3},
		"point_0,point_1,point_2,pos_9\n1,2,3,4\n":                 {X: 1, Y: 2, Z: 3},
		"xyz_pos_x,pos_x,pos_y,pos_z\n9,1,2,3\n":                   {X: 1, Y: 2, Z: 3},
		"position_x_y,position_x,position_y,position_z\n9,1,2,3\n": {X: 1, Y: 2, Z: 3},
	} {
		if c, _, err := DecodeCloud(strings.NewReader(file), "a.csv"); err != nil || c.Points[0] != want {
			t.Errorf("%q: %v %v", file, c, err)
		}
	}
}

func TestChosenColumns(t *testing.T) {
	table := lattice(func(i int, x, y, z float64) string { return fmt.Sprintf("%d %g %g %g 0 0 -2", i+1, x, y, z) })
	for _, columns := range [][]string{{"2", "3", "4"}, {"y", "Z", "column4"}} {
		c, info, err := ReadOptions{Columns: columns}.DecodeCloud(strings.NewReader(table), "a.txt")
		if err != nil || !isLattice(c) || info.Warnings != nil || c.Scalar("x") == nil || len(c.Scalars) != 4 {
			t.Errorf("%v: %+v %v", columns, info, err)
		}
	}
	c, _, err := ReadOptions{Columns: []string{"2", "3", "4", "5", "6", "7"}}.DecodeCloud(strings.NewReader(table), "a.txt")
	if err != nil || !isLattice(c) || c.Normals == nil || c.Normals[7] != (geom.Vec3{Z: -1}) {
		t.Errorf("with normals: %v", err)
	}
	for says, columns := range map[string][]string{
		"there are 2":                  {"1", "2"},
		`no column "8"; it has 1 x, 2`: {"1", "2", "8"},
		`no column "0"`:                {"0", "2", "3"},
		"twice":                        {"1", "2", "x"},
	} {
		if _, _, err := (ReadOptions{Columns: columns}).DecodeCloud(strings.NewReader(table), "a.txt"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q", columns, err, says)
		}
	}
	words := "cap 1 2 3\ncup 4 5 6\n"
	if _, _, err := (ReadOptions{Columns: []string{"1", "2", "3"}}).DecodeCloud(strings.NewReader(words), "a.txt"); err == nil || !strings.Contains(err.Error(), "holds no numbers") {
		t.Errorf("a column of words: %v", err)
	}
	// PLY and PCD have names of their own: numbers leave them as they are.
	head := "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nproperty float u\nproperty float v\nproperty float w\nend_header\n1 2 3 4 5 6\n"
	pcd := "FIELDS x y z u v w\nWIDTH 1\nDATA ascii\n1 2 3 4 5 6\n"
	for columns, want := range map[string]geom.Vec3{"4 5 6": {X: 1, Y: 2, Z: 3}, "u v w": {X: 4, Y: 5, Z: 6}, "u v q": {X: 1, Y: 2, Z: 3}} {
		for name, file := range map[string]string{"a.ply": head, "a.pcd": pcd} {
			c, _, err := ReadOptions{Columns: strings.Fields(columns)}.DecodeCloud(strings.NewReader(file), name)
			if err != nil || !reflect.DeepEqual(c.Points, []geom.Vec3{want}) {
				t.Errorf("%s with %s: %v %v", name, columns, c, err)
			}
		}
	}
}

func TestBlocksOfPTS(t *testing.T) {
	rows := lattice(func(_ int, x, y, z float64) string { return fmt.Sprintf("%g %g %g %g", x, y, z, x) })
	for _, file := range []string{
		"240\n" + rows + "240\n" + rows,
		"240\n" + rows + "\n0\n240\n" + rows + "\n",
		"0\n240\n" + rows + "240\r\n" + rows,
	} {
		c, info, err := DecodeCloud(strings.NewReader(file), "a.pts")
		if err != nil || c.Len() != 480 || info.Warnings != nil || c.Points[479] != c.Points[239] || c.Scalar("intensity") == nil {
			t.Errorf("%.10q: %+v %v", file, info, err)
		}
	}
}
