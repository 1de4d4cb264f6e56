package geom

import (
	"math/rand/v2"
	"testing"
)

// scatter is n random places, each so many times, in an order that mixes them.
func scatter(n, times int) []Vec3 {
	r := rand.New(rand.NewPCG(11, 12))
	points := make([]Vec3, n*times)
	for i := range points {
		if i < n {
			points[i] = Vec3{r.Float32(), r.Float32(), r.Float32() + 1}
		} else {
			points[i] = points[i-n]
		}
	}
	return points
}

func TestMissedReturns(t *testing.T) {
	zeros := func(n int) []Vec3 { return make([]Vec3, n) }
	for name, c := range map[string]struct {
		points []Vec3
		want   int
	}{
		"none":                         {scatter(100, 1), 0},
		"one may be measured":          {append(scatter(100, 1), zeros(1)...), 0},
		"two":                          {append(scatter(100, 1), zeros(2)...), 0},
		"three":                        {append(scatter(100, 1), zeros(3)...), 3},
		"as often as all":              {append(scatter(100, 40), zeros(40)...), 0},
		"more often than all":          {append(scatter(100, 40), zeros(120)...), 120},
		"a third of many":              {append(scatter(200000, 1), zeros(100000)...), 100000},
		"as often as all, among many":  {append(scatter(50000, 4), zeros(4)...), 0},
		"more than all, among many":    {append(scatter(50000, 4), zeros(14)...), 14},
		"nothing else":                 {zeros(5), 5},
		"no points":                    {nil, 0},
		"corner of a box without weld": {append(scatter(7, 5), zeros(6)...), 0},
	} {
		missed := (&Cloud{Points: c.points}).MissedReturns()
		if len(missed) != c.want {
			t.Errorf("%s: %d missed returns, want %d", name, len(missed), c.want)
		}
		for k, i := range missed {
			if c.points[i] != (Vec3{}) || k > 0 && missed[k-1] >= i {
				t.Fatalf("%s: index %d at %d", name, i, k)
			}
		}
	}
}

func TestMissedReturnsCountsFromTheFilesZero(t *testing.T) {
	c := &Cloud{Points: scatter(50, 1), Origin: [3]float64{450000.1, -5.4e6, 300}}
	x, y := 450000.1, 5.4e6
	for range 5 {
		c.Points = append(c.Points, Vec3{float32(-x), float32(y), -300}, Vec3{})
	}
	missed := c.MissedReturns()
	if len(missed) != 5 || missed[0] != 50 || missed[4] != 58 {
		t.Errorf("missed returns of a cloud with an origin: %v", missed)
	}
}

func TestSensorGoesWithTheCloud(t *testing.T) {
	c := &Cloud{Points: scatter(10, 1), Sensor: &Vec{1, 2, 3}}
	if s := c.Select([]int32{4, 2}).Sensor; s == nil || *s != (Vec{1, 2, 3}) {
		t.Errorf("Select gave the sensor %v", s)
	}
	turn := Pose{R: Mat3{0, -1, 0, 1, 0, 0, 0, 0, 1}, T: Vec{10, 0, 0}}
	if s := c.Transform(turn).Sensor; s == nil || *s != (Vec{8, 1, 3}) {
		t.Errorf("Transform gave the sensor %v", s)
	}
	if *c.Sensor != (Vec{1, 2, 3}) {
		t.Errorf("Transform moved the sensor of its source to %v", *c.Sensor)
	}
	if s := (&Cloud{Points: c.Points}).Transform(turn).Sensor; s != nil {
		t.Errorf("a cloud without a sensor got %v", *s)
	}
}
