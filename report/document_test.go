package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
)

// sampleBenchmark has two detectors, two classes and a metric that cannot be
// computed.
func sampleBenchmark() *Benchmark {
	metrics := func(v float64) Metrics {
		return Metrics{Number(v), Number(v + 0.01), Number(v - 0.02), Number(v + 0.02), Number(v / 2), Number(v / 3), Number(v - 0.05)}
	}
	class := func(name string, v float64, shift float64) BenchmarkClass {
		c := BenchmarkClass{Class: name, Train: 4, Test: 4, Metrics: metrics(v), FitS: 1.25, ScoreS: 0.5, PeakBytes: 3 << 20}
		c.Kinds = map[string]KindMetrics{"hole": {1, 1, 0.9}, "bulge": {1, Number(v), 0.8}}
		c.Scans = []BenchmarkScan{
			{File: name + "_positive0.pcd", Kind: "positive", Score: Number(0.8 + shift), Verdict: "sound", Points: 100, Seconds: 0.1},
			{File: name + "_positive1.pcd", Kind: "positive", Score: Number(1.1 + shift), Verdict: "defective", Points: 100, Seconds: 0.1},
			{File: name + "_bulge0.pcd", Kind: "bulge", Defective: true, Score: Number(2.5 + shift), Verdict: "defective", Points: 100, Seconds: 0.1},
			{File: name + "_hole0.pcd", Kind: "hole", Defective: true, Score: Number(0.6 + shift), Verdict: "sound", Points: 100, Seconds: 0.1},
		}
		return c
	}
	b := &Benchmark{Blemish: "0.1.0", Data: "tiny", Layout: "anomaly-shapenet", Seed: 1}
	for i, name := range []string{"deviation", "imrnet"} {
		s := 0.05 * float64(i)
		d := BenchmarkDetector{Name: name, Config: json.RawMessage(`{"k":6,"radius":0.05}`)}
		d.Classes = []BenchmarkClass{class("bowl0", 0.75+s, s), class("vase0", 0.85+s, -s)}
		d.Classes[1].PAP = None()
		d.Mean = MeanMetrics(d.Classes)
		b.Detectors = append(b.Detectors, d)
	}
	return b
}

// sampleSeen is a scan of 100 points of which the first two belong to the cloud of samplePredict.
func sampleSeen() detect.Seen {
	return detect.Seen{Set: make([]scene.Set, 2), NotSeenArea: 4712.3, NotSeenShare: 0.18, Withheld: 0.0612, Comparable: 45, Strays: 5,
		Clutter: 48, NoReference: 2, Missed: 1, Noise: 0.08, SoundNoise: 0.04, Detectable: 0.05}
}

func samplePredict() *Predict {
	scan := &geom.Cloud{Points: []geom.Vec3{{X: 1}, {Y: 1}}, Origin: [3]float64{1000, 0, 0}}
	r := &detect.Result{Object: 1.5, Threshold: 1, Seen: sampleSeen(), Pose: geom.IdentityPose(), Verdict: detect.Defective,
		Fit: detect.FitQuality{Residual: 0.01, Expected: 0.009, Overlap: 0.98, Covered: 0.9, Ambiguous: true, Symmetry: "turns freely"},
		Regions: []detect.Region{{Kind: "excess", Points: 12, Area: 0.5, Box: geom.Box{Max: geom.Vec{X: 1, Y: 2, Z: 3}},
			Center: geom.Vec{X: 0.5, Y: 1, Z: 1.5}, Peak: 2, Mean: 1.5, Depth: 0.02, Typical: 0.018}}}
	return &Predict{Blemish: "0.1.0", Unit: "mm", Threshold: 1,
		Model: Model{File: "vase.safetensors", SHA256: "ab", Detector: "deviation", Class: "vase", Seed: 1, Config: json.RawMessage(`{"k":6}`)},
		Scans: []PredictScan{NewPredictScan("a.ply", scan, r, 0.25), FailedPredictScan("b.ply", errors.New(`b.ply: no points, "really"`))}}
}

func TestBenchmarkRoundTrip(t *testing.T) {
	var first, second bytes.Buffer
	doc := sampleBenchmark()
	if err := doc.Write(&first); err != nil {
		t.Fatal(err)
	}
	back, err := ReadBenchmark(bytes.NewReader(first.Bytes()), "results.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Write(&second); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Fatalf("written again, the document differs:\n%s\n%s", &first, &second)
	}
	if got := back.Detectors[1].Classes[0].Scans[2]; got != doc.Detectors[1].Classes[0].Scans[2] {
		t.Errorf("scan read as %+v", got)
	}
	if v := back.Detectors[0].Classes[1].PAP; v.Known() {
		t.Errorf("null read as %v", v)
	}
}

// The keys of the documents are a promise to other programs.
func TestDocumentKeys(t *testing.T) {
	keys := func(write func(*bytes.Buffer) error, path ...any) map[string]bool {
		t.Helper()
		var buf bytes.Buffer
		if err := write(&buf); err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(buf.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		for _, p := range path {
			switch p := p.(type) {
			case string:
				v = v.(map[string]any)[p]
			case int:
				v = v.([]any)[p]
			}
		}
		out := map[string]bool{}
		for k := range v.(map[string]any) {
			out[k] = true
		}
		return out
	}
	bench := func(b *bytes.Buffer) error { return sampleBenchmark().Write(b) }
	pred := func(b *bytes.Buffer) error { return samplePredict().Write(b) }
	for _, c := range []struct {
		got  map[string]bool
		want string
	}{
		{keys(bench), "blemish data layout seed detectors"},
		{keys(bench, "detectors", 0), "name config classes mean verdicts"},
		{keys(bench, "detectors", 0, "mean"), "o_auroc o_ap o_f1_max p_auroc p_ap p_f1_max aupro"},
		{keys(bench, "detectors", 0, "classes", 0), "class train test o_auroc o_auroc_ci o_auroc_delong o_ap o_f1_max p_auroc p_ap p_f1_max aupro kinds fit_s score_s peak_bytes scans"},
		{keys(bench, "detectors", 0, "classes", 0, "kinds", "bulge"), "n o_auroc p_auroc"},
		{keys(bench, "detectors", 0, "classes", 0, "scans", 0), "file kind defective score verdict points seconds"},
		{keys(pred), "blemish model unit threshold counts scans"},
		{keys(pred, "counts"), "sound defective unsure failed"},
		{keys(pred, "scans", 0), "file verdict score pose fit not_seen withheld no_reference clutter strays missed_returns noise regions points seconds"},
		{keys(pred, "scans", 1), "file verdict score regions error"},
		{keys(pred, "scans", 0, "not_seen"), "area share"},
		{keys(pred, "scans", 0, "withheld"), "share"},
		{keys(pred, "scans", 0, "clutter"), "points share"},
		{keys(pred, "scans", 0, "noise"), "scan sound detectable"},
		{keys(pred, "scans", 0, "fit"), "residual expected overlap covered mirrored ambiguous symmetry"},
		{keys(pred, "scans", 0, "regions", 0), "kind points area box center peak mean depth depth_95 part_box part_center below_threshold"},
	} {
		want := map[string]bool{}
		for _, k := range strings.Fields(c.want) {
			want[k] = true
		}
		if !reflect.DeepEqual(c.got, want) {
			t.Errorf("keys %v, want %s", sortedKeys(c.got), c.want)
		}
	}
}

func TestPredictRoundTrip(t *testing.T) {
	doc := samplePredict()
	var first, second bytes.Buffer
	if err := doc.Write(&first); err != nil {
		t.Fatal(err)
	}
	back, err := ReadPredict(bytes.NewReader(first.Bytes()), "results.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Write(&second); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Fatalf("written again, the document differs:\n%s\n%s", &first, &second)
	}
	if !reflect.DeepEqual(back.Scans[0], doc.Scans[0]) {
		t.Errorf("scan read as %+v", back.Scans[0])
	}
	if back.Scans[0].Regions[0].Center[0] != 1000.5 {
		t.Errorf("centre %v is not in the file's coordinates", back.Scans[0].Regions[0].Center)
	}
}

func TestReadersSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"{\n\"detectors\": [,]}", "r.json:2:"},
		{`{"scans": []}`, `no "detectors"`},
		{`{"detectors": "x"}`, "cannot unmarshal"},
	} {
		_, err := ReadBenchmark(strings.NewReader(c.text), "r.json")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "r.json") {
			t.Errorf("%s: error %v, want one with %q", c.text, err, c.want)
		}
	}
	if _, err := ReadPredict(strings.NewReader(`{"detectors": []}`), "r.json"); err == nil {
		t.Error("a benchmark was read as predictions")
	}
}

func TestMeanLeavesOutWhatCannotBeComputed(t *testing.T) {
	m := MeanMetrics([]BenchmarkClass{
		{Metrics: Metrics{0.5, 1, 0.75, None(), None(), None(), 0.25}},
		{Metrics: Metrics{1, 0, 0.25, 0.75, None(), 0.5, 0.75}},
	})
	if m.OAUROC != 0.75 || m.OAP != 0.5 || m.PAUROC != 0.75 || m.PAP.Known() || m.AUPRO != 0.5 || m.OF1Max != 0.5 || m.PF1Max != 0.5 {
		t.Errorf("mean %+v", m)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	rows := append(samplePredict().Rows(), sampleBenchmark().Rows()...)
	var first, second bytes.Buffer
	if err := WriteCSV(&first, rows); err != nil {
		t.Fatal(err)
	}
	back, err := ReadCSV(bytes.NewReader(first.Bytes()), "results.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteCSV(&second, back); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() || len(back) != 2+16 {
		t.Fatalf("written again, the table differs:\n%s\n%s", &first, &second)
	}
	if back[0].WorstX != 1000.5 || back[1].Note != `b.ply: no points, "really"` || back[4].Truth != "defective" {
		t.Errorf("rows read as %+v", back[:5])
	}
	for text, want := range map[string]string{
		"file,score\na,b\n": `results.csv:2: column score: "b"`,
		"file\na\n":         `no column "score"`,
		"":                  "header",
	} {
		if _, err := ReadCSV(strings.NewReader(text), "results.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestTables(t *testing.T) {
	var bench, pred bytes.Buffer
	if err := sampleBenchmark().WriteTables(&bench); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"deviation on tiny (seed 1)", "bowl0", "0.750", "mean over classes", "hole", "–"} {
		if !strings.Contains(bench.String(), want) {
			t.Errorf("no %q in\n%s", want, &bench)
		}
	}
	if err := samplePredict().WriteTable(&pred); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a.ply", "defective", "1.50", "excess", "0.0200", "failed", "0 sound, 1 defective, 0 unsure, 1 failed"} {
		if !strings.Contains(pred.String(), want) {
			t.Errorf("no %q in\n%s", want, &pred)
		}
	}
	t.Logf("\n%s\n%s", &bench, &pred)
}

func TestNumberText(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1234567: "1.23e+06", 123.4: "123", 12.34: "12.3", 0.01234: "0.0123", -2: "-2.00", 1e-5: "1.00e-05", math.Inf(1): "–"} {
		if got := Number(v).short(); got != want {
			t.Errorf("%g is written %s, want %s", v, got, want)
		}
	}
}

// blanks never ends.
type blanks struct{}

func (blanks) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestEndlessDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 256 MiB")
	}
	if _, err := ReadPredict(blanks{}, "results.json"); err == nil || !strings.Contains(err.Error(), "more than 256 MiB") {
		t.Error(err)
	}
}

// Documents of earlier versions have no F1, which is not one of 0.
func TestAbsentFiguresAreNotZero(t *testing.T) {
	old := `{"detectors": [{"name": "d", "mean": {"o_auroc": 0.5}, "classes": [{"class": "a", "o_auroc": 0.5, "p_f1_max": 0.25}]}]}`
	b, err := ReadBenchmark(strings.NewReader(old), "results.json")
	if err != nil {
		t.Fatal(err)
	}
	d := b.Detectors[0]
	if d.Mean.OF1Max.Known() || d.Classes[0].OF1Max.Known() || d.Classes[0].PF1Max != 0.25 {
		t.Errorf("read as %+v and %+v", d.Mean, d.Classes[0].Metrics)
	}
	var out bytes.Buffer
	if err := b.WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "Object-level F1-max") || strings.Contains(out.String(), "interval") || !strings.Contains(out.String(), "Point-level F1-max") {
		t.Errorf("tables of what is not there:\n%s", out.String())
	}
}
