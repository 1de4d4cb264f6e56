package report

// Scans of a bumpy ball with a bulge, a dent or a hole, judged by a rule that
// knows the truth: enough like the real thing to draw.

import (
	"encoding/json"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
)

const fakeThreshold = 1.0

// fakeScan has n points of a ball of 50 mm that stands 1 km from the origin, with
// a defect of the given kind towards +X+Y: "bulge", "dent", "hole" or "" for none.
func fakeScan(name, kind string, n int, root uint64) ScanView {
	r := seed.Stream(root, "fake", name)
	toward := geom.Vec{X: 0.7, Y: 0.6, Z: 0.39}.Unit()
	surface := func(d geom.Vec) float64 {
		return 50 * (1 + 0.06*math.Sin(4*math.Atan2(d.Y, d.X))*(1-d.Z*d.Z) + 0.05*math.Cos(5*d.Z))
	}
	c := &geom.Cloud{Origin: [3]float64{1000, 2000, 0}}
	res := &detect.Result{Pose: geom.IdentityPose(), Terms: map[string][]float32{}}
	var label, distance, rough []float32
	box, middle, inside := geom.EmptyBox(), geom.Vec{}, 0
	for c.Len() < n {
		x, y, z := r.Direction()
		d := geom.Vec{X: x, Y: y, Z: z}
		angle := math.Acos(math.Min(1, d.Dot(toward)))
		shift := 0.06 * r.Norm()
		hit := kind != "" && angle < 0.33
		if hit {
			rise := 3.5 * math.Pow(math.Cos(angle/0.33*math.Pi/2), 2)
			switch kind {
			case "bulge":
				shift += rise
			case "dent":
				shift -= rise
			case "hole":
				if angle < 0.26 {
					res.Missing = append(res.Missing, d.Scale(surface(d)).F())
					if len(res.Missing) > n/10 {
						panic("the hole swallows all")
					}
					continue
				}
				hit = false
			}
		}
		p := d.Scale(surface(d) + shift)
		c.Points = append(c.Points, p.F())
		res.Signed = append(res.Signed, float32(shift))
		score := math.Abs(shift)/0.35 + 0.08*math.Abs(r.Norm())
		res.Point = append(res.Point, float32(score))
		distance = append(distance, float32(math.Abs(shift)))
		rough = append(rough, float32(math.Abs(r.Norm())*0.1+0.3*math.Abs(shift)))
		label = append(label, 0)
		if hit && math.Abs(shift) > 0.2 {
			label[len(label)-1] = 1
			inside++
			box.Extend(p)
			middle = middle.Add(p)
		}
		res.Object = max(res.Object, float32(0.55+0.05*r.Norm()))
	}
	res.Terms["distance"], res.Terms["roughness"] = distance, rough
	res.Fit = detect.FitQuality{Residual: 0.047, Expected: 0.045, Overlap: 0.997, Covered: 0.981}
	region := detect.Region{Points: inside, Box: box, Center: middle.Scale(1 / math.Max(1, float64(inside))), Peak: 9.4, Mean: 4.1, Depth: 3.5, Area: 512.3}
	switch kind {
	case "bulge", "dent":
		region.Kind = map[string]string{"bulge": "excess", "dent": "missing"}[kind]
		res.Object, res.Verdict, res.Regions = 6.2+float32(0.1*r.Norm()), detect.Defective, []detect.Region{region}
	case "hole":
		b := geom.BoxOf(res.Missing)
		res.Object, res.Verdict = 3.1, detect.Defective
		res.Regions = []detect.Region{{Kind: "missing", Points: len(res.Missing), Box: b, Center: toward.Scale(surface(toward)), Peak: 3.1, Mean: 2.8, Area: 611}}
	}
	return ScanView{Name: name, Cloud: c, Result: res, Truth: label, Kind: kind, Detector: "deviation", Class: "ball"}
}

// fakePredict is up to a dozen scans, one more that failed, and their document; n
// points a scan.
func fakePredict(scans, n int) (*Predict, []ScanView) {
	doc := &Predict{Blemish: "0.1.0", Threshold: fakeThreshold, Model: Model{File: "ball.safetensors", SHA256: "3f1c9a52e0d7b86a44f0c1d2e3958a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f",
		Blemish: "0.1.0", Detector: "deviation", Class: "ball", Seed: 1, Config: json.RawMessage(`{"neighbors":12,"smooth":{"radius":2.5,"weight":"area"}}`),
		Training: []TrainingFile{{"sound0.ply", "aa11"}, {"sound1.ply", "bb22"}}}}
	reference := fakeScan("reference", "", n, 1).Cloud
	reference.Origin = [3]float64{}
	var views []ScanView
	for i, kind := range []string{"bulge", "hole", "", "dent", "", "", "", "", "bulge", "", "", ""}[:scans] {
		v := fakeScan(fmt.Sprintf("incoming/2026-11/part%02d.ply", i+1), kind, n, 1)
		v.Truth, v.Kind, v.Class, v.Detector = nil, "", "", ""
		v.Reference = reference
		if i == 4 {
			v.Result.Verdict, v.Result.Reason = detect.Unsure, "only 58 % of the scan lies on the reference"
			v.Result.Fit = detect.FitQuality{Residual: 0.31, Expected: 0.045, Overlap: 0.58, Ambiguous: true, Symmetry: "turns freely"}
			v.Result.Object = 1.4
		}
		views = append(views, v)
		doc.Scans = append(doc.Scans, NewPredictScan(v.Name, v.Cloud, v.Result, 0.1))
	}
	doc.Scans = append(doc.Scans, FailedPredictScan("incoming/2026-11/part13.ply", fmt.Errorf("part13.ply: the header promises 20000 points, the file ends after 913")))
	return doc, views
}

// fakeBenchmark is two detectors on three classes, with scans to open.
func fakeBenchmark(n int) (*Benchmark, []ScanView) {
	doc := &Benchmark{Blemish: "0.1.0", Data: "anomaly-balls", Layout: "anomaly-shapenet", Seed: 1}
	var views []ScanView
	for di, name := range []string{"deviation", "imrnet"} {
		d := BenchmarkDetector{Name: name, Config: json.RawMessage(`{"neighbors":12}`)}
		for ci, class := range []string{"ball0", "ball1", "cup0"} {
			r := seed.Stream(1, name, class)
			c := BenchmarkClass{Class: class, Train: 4, Test: 20, FitS: 2, ScoreS: 1, Kinds: map[string]KindMetrics{}}
			q := 0.97 - 0.08*float64(di) - 0.05*float64(ci)
			c.Metrics = Metrics{Number(q), Number(q + 0.01), Number(q - 0.02), Number(q + 0.02), Number(q / 2), Number(q / 3), Number(q - 0.05)}
			if ci == 2 {
				c.AUPRO = None()
			}
			for _, k := range []string{"bulge", "dent", "hole"} {
				c.Kinds[k] = KindMetrics{5, Number(q - 0.03*r.Float64()), Number(q + 0.02*r.Float64())}
			}
			for i := 0; i < 20; i++ {
				kind := []string{"positive", "bulge", "dent", "hole"}[i%4]
				s := BenchmarkScan{File: fmt.Sprintf("test/%s_%s%d.pcd", class, kind, i/4), Kind: kind, Defective: i%4 > 0, Points: n, Seconds: 0.1}
				s.Score = Number(0.6 + 0.15*r.Norm())
				if s.Defective {
					s.Score = Number(math.Max(0.4, 1.9+0.7*r.Norm()-0.3*float64(di)))
				}
				s.Verdict = "sound"
				if s.Score > 1 {
					s.Verdict = "defective"
				}
				c.Scans = append(c.Scans, s)
				if i == 1 || i == 2 || i == 0 {
					v := fakeScan(s.File, map[int]string{0: "", 1: "bulge", 2: "dent"}[i], n, uint64(di))
					v.Detector, v.Class, v.Kind = name, class, kind
					v.Result.Object = float32(s.Score)
					v.Result.Verdict = detect.Sound
					if s.Verdict == "defective" {
						v.Result.Verdict = detect.Defective
					}
					views = append(views, v)
				}
			}
			d.Classes = append(d.Classes, c)
		}
		d.Mean = MeanMetrics(d.Classes)
		doc.Detectors = append(doc.Detectors, d)
	}
	return doc, views
}
