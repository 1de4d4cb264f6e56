package inspection_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/inspection"
	"blemish/seed"
)

// spot shifts a round spot of the underside.
func spot(x, y, radius, by float64) func(p, n geom.Vec) float64 {
	return func(p, n geom.Vec) float64 {
		if n.Z < -0.9 && math.Hypot(p.X-x, p.Y-y) < radius {
			return by
		}
		return 0
	}
}

func adjust(t *testing.T, model detect.Adjustable, plan string, painted *geom.Cloud) {
	t.Helper()
	p, err := inspection.Parse([]byte(plan))
	if err != nil {
		t.Fatal(err)
	}
	a, err := p.Adjustment(context.Background(), model, func(string) (*geom.Cloud, error) { return painted, nil })
	if err == nil {
		err = model.Adjust(a)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestZonesChangeTheVerdict(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseFixed)
	r := seed.Stream(1, "zones")
	scan := func(move func(p, n geom.Vec) float64) *geom.Cloud { // where the part's model is
		c, pose := scanOf(wedge(), 4000, r, move)
		return c.Transform(pose.Inverse())
	}
	out, in, slight := scan(spot(12, 12, 4, 0.8)), scan(spot(12, 12, 4, -0.8)), scan(spot(12, 12, 4, 0.15))
	hole := &geom.Cloud{}
	for _, p := range scan(nil).Points {
		if !(p.Z < 1 && math.Hypot(float64(p.X)-12, float64(p.Y)-12) < 4) {
			hole.Points = append(hole.Points, p)
		}
	}
	const place = "cylinder: {from: [12, 12, -3], to: [12, 12, 3], radius: 6}"
	zone := func(kind string) string {
		return fmt.Sprintf("zones:\n- {name: spot, kind: %s, %s}\n", kind, place)
	}
	elsewhere := "zones:\n- {name: far, kind: ignore, box: {min: [25, 0, -1], max: [40, 30, 30]}}\n"
	partly := "zones:\n- {name: half, kind: ignore, box: {min: [-1, -1, -1], max: [12, 31, 1]}}\n"
	for _, c := range []struct {
		name, plan string
		scan       *geom.Cloud
		want       detect.Verdict
	}{
		{"out, no zone", "", out, detect.Defective},
		{"in, no zone", "", in, detect.Defective},
		{"hole, no zone", "", hole, detect.Defective},
		{"slight, no zone", "", slight, detect.Sound},
		{"out, ignored", zone("ignore"), out, detect.Sound},
		{"in, ignored", zone("ignore"), in, detect.Sound},
		{"hole, ignored", zone("ignore"), hole, detect.Sound},
		{"out, ignored elsewhere", elsewhere, out, detect.Defective},
		{"out, half of it ignored", partly, out, detect.Defective},
		{"out, only extra counts", zone("no-extra"), out, detect.Defective},
		{"in, only extra counts", zone("no-extra"), in, detect.Sound},
		{"hole, only extra counts", zone("no-extra"), hole, detect.Sound},
		{"out, only missing counts", zone("no-missing"), out, detect.Sound},
		{"in, only missing counts", zone("no-missing"), in, detect.Defective},
		{"hole, only missing counts", zone("no-missing"), hole, detect.Defective},
		{"slight, strict", zone("strict, tolerance: 0.05"), slight, detect.Defective},
		{"out, wide", zone("strict, tolerance: '+1,-0.1'"), out, detect.Sound},
		{"in, wide outside only", zone("strict, tolerance: '+1,-0.1'"), in, detect.Defective},
		{"out, datum", zone("datum"), out, detect.Defective},
	} {
		if err := model.Adjust(detect.Adjustment{}); err != nil {
			t.Fatal(err)
		}
		adjust(t, model, c.plan, nil)
		res := detecttest.Score(t, model, c.scan)
		if res.Verdict != c.want {
			t.Errorf("%s: %v, score %.2f of %.2f, %d regions, zones %+v", c.name, res.Verdict, res.Object, res.Threshold, len(res.Regions), res.Zones)
		}
		if strings.HasSuffix(c.name, ", ignored") && (len(res.Zones) != 1 || res.Zones[0].Missing == 0 && math.Max(res.Zones[0].High, -res.Zones[0].Low) < 0.7 || res.Seen.Ignored == 0) {
			t.Errorf("%s: what was left out is not told: %+v, %d points ignored", c.name, res.Zones, res.Seen.Ignored)
		}
		if strings.HasSuffix(c.name, "missing counts") && c.want == detect.Sound && res.Zones[0].LeftOut == 0 {
			t.Errorf("%s: what does not count is not told: %+v", c.name, res.Zones)
		}
		if strings.Contains(c.name, "strict") {
			if len(res.Regions) == 0 || res.Regions[0].Zone == nil || res.Regions[0].Zone.Zone != "spot" {
				t.Errorf("%s: the region is not said to lie in the zone: %+v", c.name, res.Regions)
			}
			if z := res.Zones[0]; math.Abs(z.High-0.15) > 0.05 {
				t.Errorf("%s: highest deviation %g", c.name, z.High)
			}
		}
	}
}

// Learnt from sound scans alone, a zone has a tolerance all the same.
// Zones are told in the order of the plan, whichever points of a scan come first.
func TestZonesAreToldInTheOrderOfThePlan(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseFixed)
	c, pose := scanOf(wedge(), 4000, seed.Stream(1, "order"), nil)
	scan := c.Transform(pose.Inverse())
	side := func(name, sign string) string {
		return fmt.Sprintf("- {name: %s, kind: datum, side: {point: [12, 0, 0], normal: [%s1, 0, 0]}}\n", name, sign)
	}
	for _, c := range []struct{ plan, want string }{
		{"zones:\n" + side("left", "-") + side("right", ""), "left right"},
		{"zones:\n" + side("right", "") + side("left", "-"), "right left"},
	} {
		adjust(t, model, c.plan, nil)
		var got []string
		for _, z := range detecttest.Score(t, model, scan).Zones {
			got = append(got, z.Zone)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("told as %v, want %s", got, c.want)
		}
	}
}

func TestStrictZoneInALearntModel(t *testing.T) {
	r := seed.Stream(2, "learnt")
	var sound []*geom.Cloud
	for range 4 {
		c, _ := scanOf(wedge(), 4000, r, func(p, n geom.Vec) float64 { return 0 })
		sound = append(sound, c)
	}
	model := fromScans(t, sound)
	bump, _ := scanOf(wedge(), 4000, r, spot(12, 12, 4, 0.8))
	if res := detecttest.Score(t, model, bump); res.Verdict != detect.Defective {
		t.Fatalf("a bump is %v, %s", res.Verdict, res.Reason)
	}
	// The part's frame is that of a sound scan: the zone is painted on a scan in any pose.
	painted, pose := scanOf(wedge(), 4000, r, nil)
	back, label := pose.Inverse(), make([]float32, painted.Len())
	for i, p := range painted.Points {
		if q := back.Apply(p).D(); q.Z < 1 && math.Hypot(q.X-12, q.Y-12) < 6 {
			label[i] = 3
		}
	}
	painted.SetScalar("zone", label)
	adjust(t, model, "paint: {file: painted.ply}\nzones:\n- {name: wide, kind: strict, tolerance: 1.2, label: 3}\n", painted)
	if res := detecttest.Score(t, model, bump); res.Verdict != detect.Sound {
		t.Errorf("a bump within the zone's tolerance is %v: score %.2f of %.2f, zones %+v", res.Verdict, res.Object, res.Threshold, res.Zones)
	}
	adjust(t, model, "paint: {file: painted.ply}\nzones:\n- {name: narrow, kind: strict, tolerance: 0.4, label: 3}\n", painted)
	if res := detecttest.Score(t, model, bump); res.Verdict != detect.Defective {
		t.Errorf("a bump beyond the zone's tolerance is %v: score %.2f", res.Verdict, res.Object)
	}
	adjust(t, model, "tolerance: 1.2", nil)
	if res := detecttest.Score(t, model, bump); res.Verdict != detect.Sound {
		t.Errorf("a bump within the part's tolerance is %v: score %.2f", res.Verdict, res.Object)
	}
	if decision := model.About().Decision; !strings.Contains(decision, "±1.2") {
		t.Errorf("decided by %q", decision)
	}
}

// A painted mesh in colours, as it stands in the part's frame.
func TestPaintedByColour(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseAny)
	r := seed.Stream(3, "colour")
	out, _ := scanOf(wedge(), 4000, r, spot(12, 12, 4, 0.8))
	painted, pose := scanOf(wedge(), 4000, r, nil)
	back := pose.Inverse()
	red, green, blue := make([]float32, painted.Len()), make([]float32, painted.Len()), make([]float32, painted.Len())
	for i, p := range painted.Points {
		painted.Points[i] = back.Apply(p)
		if q := painted.Points[i].D(); q.Z < 1 && math.Hypot(q.X-12, q.Y-12) < 6 {
			red[i] = 250
		} else {
			red[i], green[i], blue[i] = 200, 200, 200
		}
	}
	painted.SetScalar("red", red)
	painted.SetScalar("green", green)
	painted.SetScalar("blue", blue)
	adjust(t, model, "paint: {file: p.ply}\nzones:\n- {name: label, kind: ignore, colour: red}\n", painted)
	if res := detecttest.Score(t, model, out); res.Verdict != detect.Sound {
		t.Errorf("verdict %v, zones %+v", res.Verdict, res.Zones)
	}
}

func TestPlansSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"zones:\n- {kind: ignore, box: {min: [0,0,0], max: [1,1,1]}}":                        "no name",
		"zones:\n- {name: a, kind: ignore}":                                                  "got 0",
		"zones:\n- {name: a, kind: maybe, box: {min: [0,0,0], max: [1,1,1]}}":                `kind "maybe"`,
		"zones:\n- {name: a, kind: strict, box: {min: [0,0,0], max: [1,1,1]}}":               "want a distance above 0",
		"zones:\n- {name: a, kind: ignore, tolerance: 1, box: {min: [0,0,0], max: [1,1,1]}}": "takes no tolerance",
		"zones:\n- {name: a, kind: ignore, box: {min: [0,0,0], max: [-1,1,1]}}":              "not below max",
		"zones:\n- {name: a, kind: ignore, box: {min: [0,0], max: [-1,1,1]}}":                "three numbers",
		"zones:\n- {name: a, kind: ignore, label: 3}":                                        "under paint",
		"align: {planes: [a, b, c]}":                                                         `no zone "a"`,
		"align: {pose: [1, 2, 3]}":                                                           "16 numbers",
		"align: {pose: [2,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]}":                                "scales",
		"align: {pose: [-1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]}":                               "mirrors",
		"tolerance: -1": "want a distance",
		"sections:\n- {point: [0,0,0], normal: [0,0,0]}": "no direction",
		"zone: 3":           "unknown field",
		"paint: {field: x}": "file missing",
	} {
		if _, err := inspection.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nerror %v, want %q", text, err, want)
		}
	}
	p, err := inspection.Parse([]byte("zones:\n- {name: far, kind: ignore, box: {min: [900,0,0], max: [901,1,1]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Adjustment(context.Background(), learnt(t, wedge(), 0.3, scoring.PoseAny), nil); err == nil || !strings.Contains(err.Error(), "holds nothing of the part") {
		t.Errorf("a zone beside the part: error %v", err)
	}
}
