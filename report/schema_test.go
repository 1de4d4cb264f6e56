package report

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/inspection"
	"blemish/internal/schema"
)

// The schema of docs/schema describes every document, and every key that one can have.
func TestPredictKeepsItsSchema(t *testing.T) {
	text, err := os.ReadFile("../docs/schema/predict.json")
	if err != nil {
		t.Fatal(err)
	}
	full := hostile()
	full.Title, full.Alignment, full.Detection = "x", "y", []string{"z"}
	full.SetTolerance(inspection.Tolerance{Over: 0.3, Under: 0.1})
	full.Model.CAD = &TrainingFile{File: "part.stl", SHA256: "ab"}
	r := &detect.Result{Signed: []float32{0.1, -0.2}, Seen: sampleSeen(), Zones: []detect.ZoneReading{{Rule: &detect.Rule{Zone: "seal", Kind: inspection.Strict, Over: 1, Under: 1}, Points: 2}}}
	full.Scans[0].Describe(r, inspection.Tolerance{Over: 1}, "mm")
	fake, _ := fakePredict(5, 300)
	for name, doc := range map[string]*Predict{"plain": samplePredict(), "full": full, "of a page": fake, "empty": {}} {
		var out bytes.Buffer
		if err := doc.Write(&out); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(text, out.Bytes()); err != nil {
			t.Errorf("%s document: %v", name, err)
		}
	}
	for _, kind := range []any{Predict{}, PredictScan{}, PredictSeen{}, PredictFit{}, PredictRegion{}, PredictDeviation{}, Histogram{}, PredictZone{}, PredictTolerance{}, Head{}, Model{}, TrainingFile{}, Counts{}} {
		for _, key := range keysOf(reflect.TypeOf(kind)) {
			if !regexp.MustCompile(`"` + key + `": \{`).Match(text) {
				t.Errorf("the schema does not describe %q of %T", key, kind)
			}
		}
	}
}

// keysOf lists the JSON keys of a struct.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" {
			keys = append(keys, name)
		}
	}
	return keys
}
