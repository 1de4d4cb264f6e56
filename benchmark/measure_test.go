package benchmark

import (
	"math"
	"testing"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/metric"
)

// judged is a scan of two points, the second labelled where the scan is defective.
func judged(object float32, defective bool, points ...float32) scan {
	c := &geom.Cloud{Points: make([]geom.Vec3, 2)}
	label := []float32{0, 0}
	if defective {
		label[1] = 1
	}
	c.SetScalar("label", label)
	return scan{item: dataset.Item{Defective: defective}, cloud: c, region: make([]int32, 2), result: &detect.Result{Object: object, Point: points}}
}

func TestF1AndIntervalsOfAClass(t *testing.T) {
	scans := []scan{judged(1, false, 0, 1), judged(2, false, 0, 0), judged(1.5, true, 0, 3), judged(3, true, 2, 1)}
	m := measure(scans)
	// Calling all but the lowest scan defective finds both, with one false alarm.
	if math.Abs(float64(m.OF1Max)-0.8) > 1e-12 {
		t.Errorf("object F1 %v, want 0.8", m.OF1Max)
	}
	// Of points, the highest alone is found: precision 1, recall 1/2.
	if math.Abs(float64(m.PF1Max)-2.0/3) > 1e-12 {
		t.Errorf("point F1 %v, want 2/3", m.PF1Max)
	}
	low, high := metric.DeLongInterval([]float32{1, 2, 1.5, 3}, []bool{false, false, true, true}, 0.95)
	if i := deLong(scans); float64(i[0]) != low || float64(i[1]) != high || !(low < 0.75 && high == 1) {
		t.Errorf("interval %v, want %v to %v", i, low, high)
	}
	if i := deLong([]scan{judged(0, false), judged(1, false), judged(2, true), judged(3, true)}); i[0].Known() || i[1].Known() {
		t.Errorf("without an error the interval is %v", i)
	}
}
