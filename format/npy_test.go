package format

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"blemish/geom"
)

func npyOf(t *testing.T, data []float32, shape ...int) []byte {
	var b bytes.Buffer
	if err := WriteNPY(&b, data, shape...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func counted(n int) []float32 {
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(i)
	}
	return data
}

// TestShapesOfNPY refuses what is no list of points with the call that makes it one.
func TestShapesOfNPY(t *testing.T) {
	for _, tc := range []struct {
		shape []int
		says  string // "" is read
	}{
		{[]int{240, 3}, ""}, {[]int{3, 3}, ""}, {[]int{4, 6}, ""}, {[]int{2, 7}, ""}, {[]int{50, 36}, ""},
		{[]int{16, 15, 3}, ""}, {[]int{16, 15, 6}, ""}, {[]int{1, 240, 3}, ""}, {[]int{3, 80, 3}, ""},
		{[]int{3, 240}, "a.T.copy()"}, {[]int{3, 4}, "a.T.copy()"}, {[]int{6, 240}, "a.T.copy()"}, {[]int{4, 100}, "a.T.copy()"},
		{[]int{3, 48, 64}, "numpy.moveaxis(a, 0, -1)"}, {[]int{2, 4, 5, 3}, "a.reshape(-1, 3)"},
		{[]int{240}, "a cloud is N rows"}, {[]int{240, 2}, "a cloud is N rows"}, {[]int{16, 15, 2}, "a cloud is N rows"}, {nil, "a cloud is N rows"},
	} {
		n := 1
		for _, s := range tc.shape {
			n *= s
		}
		file := npyOf(t, counted(n), tc.shape...)
		c, info, err := DecodeCloud(bytes.NewReader(file), "a.npy")
		if tc.says != "" {
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v: %v", tc.shape, err)
			}
			continue
		}
		width := tc.shape[len(tc.shape)-1]
		if err != nil || c.Len() != n/width || len(c.Scalars) != width-3 || info.Warnings != nil {
			t.Errorf("%v: %+v %v", tc.shape, info, err)
			continue
		}
		if last := c.Points[c.Len()-1]; last != (geom.Vec3{X: float32(n - width), Y: float32(n - width + 1), Z: float32(n - width + 2)}) {
			t.Errorf("%v: the last point is %v", tc.shape, last)
		}
	}
	// What numpy.save writes of a.T of a plain array is in Fortran order, too.
	turned := bytes.Replace(npyOf(t, counted(720), 3, 240), []byte("False, "), []byte("True,  "), 1)
	if _, _, err := DecodeCloud(bytes.NewReader(turned), "a.npy"); err == nil || !strings.Contains(err.Error(), "a.T.copy()") {
		t.Errorf("3 × N in Fortran order: %v", err)
	}
	wide := npyOf(t, counted(480*640), 480, 640)
	if _, info, err := DecodeCloud(bytes.NewReader(wide), "a.npy"); err != nil || !strings.Contains(fmt.Sprint(info.Warnings), "depth map") {
		t.Errorf("a depth map: %+v %v", info, err)
	}
}

// TestOrganisedCloudOfNPY drops and counts the places that saw nothing.
func TestOrganisedCloudOfNPY(t *testing.T) {
	data := counted(16 * 15 * 3)
	for i := 0; i < len(data); i += 12 {
		data[i], data[i+1], data[i+2] = float32(math.NaN()), float32(math.NaN()), float32(math.NaN())
	}
	c, info, err := DecodeCloud(bytes.NewReader(npyOf(t, data, 16, 15, 3)), "a.npy")
	if err != nil || c.Len() != 180 || info.Dropped != 60 || c.Points[0] != (geom.Vec3{X: 3, Y: 4, Z: 5}) {
		t.Errorf("%+v %v", info, err)
	}
	c, _, err = ReadOptions{Columns: []string{"3", "1", "column4"}}.DecodeCloud(bytes.NewReader(npyOf(t, counted(40), 10, 4)), "a.npy")
	if err != nil || c.Points[1] != (geom.Vec3{X: 6, Y: 4, Z: 7}) {
		t.Errorf("chosen columns: %v %v", c, err)
	}
}
