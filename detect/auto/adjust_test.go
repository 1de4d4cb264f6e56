package auto

import (
	"context"
	"reflect"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/deviation"
	"blemish/geom"
	"blemish/seed"
)

// half is a rule for what lies beyond a coordinate of the part's frame.
type half struct {
	rule detect.Rule
	from float32
}

func (h *half) At(p geom.Vec3) *detect.Rule {
	if p.X > h.from {
		return &h.rule
	}
	return nil
}

func (h *half) Tolerances() bool { return h.rule.Own() }

// What is asked of deviation is asked of auto: it judges the same, as learnt and as opened.
func TestAdjustedAsDeviationIs(t *testing.T) {
	base, own := learntOfPlates(t)
	baseFile, ownFile := detecttest.File(t, base), detecttest.File(t, own)
	c, _ := plate(1800, 0.06, seed.Stream(5, "adjusted"))
	middle := base.(detect.Adjustable).Surface().Tree.Points()[0].X
	for name, a := range map[string]detect.Adjustment{
		"nothing":          {},
		"a tolerance":      {Over: 0.1, Under: 0.03},
		"a threshold":      {Threshold: 7},
		"a zone ignored":   {Rules: &half{detect.Rule{Zone: "z", Ignore: true}, middle}},
		"one side":         {Rules: &half{detect.Rule{Zone: "z", NoExcess: true}, middle}},
		"its own":          {Rules: &half{detect.Rule{Zone: "z", Over: 0.1, Under: 0.03}, middle}},
		"a pose, searched": {Align: func(_ context.Context, _ []geom.Vec3, best geom.Pose) (geom.Pose, error) { return best, nil }},
	} {
		opened := func(file func() (detect.Model, error)) detect.Adjustable {
			m, err := file()
			if err != nil {
				t.Fatal(err)
			}
			adjustable := m.(detect.Adjustable)
			if err := adjustable.Adjust(a); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return adjustable
		}
		one := opened(func() (detect.Model, error) {
			return deviation.Open(context.Background(), baseFile, detect.OpenOptions{})
		})
		two := opened(func() (detect.Model, error) { return Open(context.Background(), ownFile, detect.OpenOptions{}) })
		if p, q := one.About(), two.About(); !reflect.DeepEqual(p.Calibration, q.Calibration) || p.Decision != q.Decision || q.Detector != Name {
			t.Errorf("%s: the card is %+v, want %+v", name, q, p)
		}
		want, got := detecttest.Score(t, one, c), detecttest.Score(t, two, c)
		raised := 0
		for i, s := range want.Point {
			if got.Point[i] != s {
				raised++
				if s >= 1 || got.Point[i] < s || got.Point[i] >= 1 {
					t.Fatalf("%s: point %d scores %v, deviation says %v", name, i, got.Point[i], s)
				}
			}
		}
		if refines := name != "a tolerance"; refines != (raised > 0) {
			t.Errorf("%s: %d points are raised", name, raised)
		}
		for _, z := range want.Zones {
			if z.Rule.Zone != "z" || z.Points == 0 {
				t.Errorf("%s: zone %+v", name, z)
			}
		}
		if a.Rules != nil {
			if len(want.Zones) != 1 {
				t.Fatalf("%s: %d zones", name, len(want.Zones))
			}
			pose := want.Pose
			for i, p := range c.Points {
				// Points at the border may fall on either side of it by rounding.
				if x := pose.ApplyVec(p.D()).X; x > float64(middle)+0.01 && got.Point[i] != want.Point[i] {
					t.Fatalf("%s: point %d in the zone scores %v, deviation says %v", name, i, got.Point[i], want.Point[i])
				}
			}
		}
		got.Point, got.Terms = want.Point, want.Terms
		for _, z := range [][]detect.ZoneReading{got.Zones, want.Zones} {
			for k := range z {
				z[k].Rule = nil // the same one, for both
			}
		}
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%s: object %v, verdict %v, %d regions; want %v, %v, %d", name, got.Object, got.Verdict, len(got.Regions), want.Object, want.Verdict, len(want.Regions))
		}
	}
}

// A threshold for so many false alarms is deviation's, too.
func TestFalseAlarms(t *testing.T) {
	sound := plates(3)
	opt := detect.FitOptions{Class: "plate", Seed: 1, FalseAlarms: 0.05}
	var thresholds []detect.Calibration
	for _, d := range []detect.Detector{deviation.New(standing().Config), New(standing())} {
		m, err := d.Fit(context.Background(), sound, opt)
		if err != nil {
			t.Fatal(err)
		}
		thresholds = append(thresholds, m.(detect.Adjustable).About().Calibration)
	}
	if !reflect.DeepEqual(thresholds[0], thresholds[1]) || thresholds[0].FalseAlarms != 0.05 {
		t.Errorf("auto has %+v, deviation %+v", thresholds[1], thresholds[0])
	}
}
