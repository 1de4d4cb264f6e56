package format

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"blemish/geom"
)

// ptxScanText is one scan of three columns and two rows, turned a quarter about z and
// shifted; the second and the last point are missed returns.
func ptxScanText(shift string, more string) string {
	return "3\n2\n" + shift + "\n0 1 0\n-1 0 0\n0 0 1\n0 1 0 0\n-1 0 0 0\n0 0 1 0\n" + shift + " 1\n" +
		"1 2 3 0.5" + more + "\n0 0 0 0.5" + more + "\n2 2 3 0.25" + more + "\n\n4 0 1 0" + more + "\n5 0 1 1" + more + "\n0.0 -0.0 0e0 0.5" + more + "\n"
}

func TestPTX(t *testing.T) {
	want := []geom.Vec3{{X: 8, Y: 21, Z: 33}, {X: 8, Y: 22, Z: 33}, {X: 10, Y: 24, Z: 31}, {X: 10, Y: 25, Z: 31}}
	for _, name := range []string{"a.ptx", "a.txt", "scan"} {
		c, info, err := DecodeCloud(strings.NewReader(ptxScanText("10 20 30", " 255 128 0")), name)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(c.Points) != fmt.Sprint(want) || info.Kind != "ptx" || info.Dropped != 2 || fmt.Sprint(c.Scalar("intensity")) != "[0.5 0.25 0 1]" || c.Scalar("green")[0] != 128 {
			t.Errorf("%s: %v %+v", name, c, info)
		}
		if c.Sensor == nil || *c.Sensor != (geom.Vec{X: 10, Y: 20, Z: 30}) {
			t.Errorf("the scanner stands at %v", c.Sensor)
		}
		if !strings.Contains(strings.Join(info.Warnings, " "), "left out 2 of 6 points") {
			t.Errorf("warnings %q", info.Warnings)
		}
	}
	// Several scans: all in the common frame; no one place of the scanner.
	c, info, err := DecodeCloud(strings.NewReader(ptxScanText("10 20 30", "")+ptxScanText("0 0 0", "")+"\n"), "a.ptx")
	if err != nil || c.Len() != 8 || info.Dropped != 4 || c.Sensor != nil || c.Points[4] != (geom.Vec3{X: -2, Y: 1, Z: 3}) || c.Points[0] != want[0] {
		t.Errorf("two scans: %v %+v %v", c, info, err)
	}
	// One place twice is one place. Values that a later scan has more are left out.
	c, info, err = DecodeCloud(strings.NewReader(ptxScanText("10 20 30", "")+ptxScanText("10 20 30", " 1 2 3")), "a.ptx")
	if err != nil || c.Len() != 8 || c.Sensor == nil || len(info.Warnings) != 2 || len(c.Scalars) != 1 {
		t.Errorf("two scans from one place: %v %+v %v", c, info, err)
	}
	// Far from 0: the origin is taken off the scanner's place, too.
	c, _, err = DecodeCloud(strings.NewReader(ptxScanText("450000 5400000 300", "")), "a.ptx")
	if err != nil || c.Origin == [3]float64{} || c.Sensor.X+c.Origin[0] != 450000 || c.Sensor.Y+c.Origin[1] != 5400000 || float64(c.Points[0].X)+c.Origin[0] != 449998 {
		t.Errorf("far away: %v %v", c, err)
	}
}

// TestPTXHeads reads points that are in the common frame already, a matrix written
// the other way round, and refuses what is none.
func TestPTXHeads(t *testing.T) {
	head := func(position, matrix string) string {
		return "2\n1\n" + position + "\n1 0 0\n0 1 0\n0 0 1\n" + matrix + "\n1 2 3 0.5\n4 5 6 0.5\n"
	}
	identity := "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1"
	c, _, err := DecodeCloud(strings.NewReader(head("7 8 9", identity)), "a.ptx")
	if err != nil || c.Points[0] != (geom.Vec3{X: 1, Y: 2, Z: 3}) || *c.Sensor != (geom.Vec{X: 7, Y: 8, Z: 9}) {
		t.Errorf("in the common frame: %v %v", c, err)
	}
	c, info, err := DecodeCloud(strings.NewReader(head("0 0 0", "0 -1 0 10\n1 0 0 20\n0 0 1 30\n0 0 0 1")), "a.ptx")
	if err != nil || c.Points[0] != (geom.Vec3{X: 8, Y: 21, Z: 33}) || len(info.Warnings) != 1 || *c.Sensor != (geom.Vec{X: 10, Y: 20, Z: 30}) {
		t.Errorf("the matrix for columns: %v %+v %v", c, info, err)
	}
	good := head("7 8 9", identity)
	for says, file := range map[string]string{
		"no motion":                         head("0 0 0", "1 0 0 1\n0 1 0 0\n0 0 1 0\n0 0 0 2"),
		"line 3 of the head of scan 1":      strings.Replace(good, "7 8 9", "7 8", 1),
		"line 4 of the head of scan 1":      strings.Replace(good, "1 0 0", "1 x 0", 1),
		"line 1 of the head of scan 2":      good + "1.5\n",
		"within the head of scan 2":         good + "3\n2\n",
		"after 1 of the 2 points of scan 1": strings.Replace(good, "4 5 6 0.5\n", "", 1),
		"point 2 of scan 1 has 2 values":    strings.Replace(good, "4 5 6 0.5", "4 5", 1),
		"value 3 of point 1 of scan 1":      strings.Replace(good, "1 2 3 0.5", "1 2 z 0.5", 1),
		"all 2 are 0 0 0":                   strings.NewReplacer("1 2 3 0.5", "0 0 0 0", "4 5 6 0.5", "0 0 0 0").Replace(good),
		"promise none":                      "0\n0\n" + strings.Join(strings.Split(good, "\n")[2:10], "\n") + "\n",
		"at most 2147483647":                "2000000000\n2" + good[3:],
	} {
		_, _, err := DecodeCloud(strings.NewReader(file), "a.ptx")
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	if _, info, err := DecodeCloud(strings.NewReader("3\n1 2 3\n4 5 6\n7 8 9\n"), "a.pts"); err != nil || info.Kind != "text" {
		t.Errorf("PTS taken for PTX: %+v %v", info, err)
	}
}
