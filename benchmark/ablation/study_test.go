package ablation

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/imrnet"
)

// with makes imrnet with settings.
func with(more ...string) (detect.Detector, error) {
	values := map[string]any{}
	for _, s := range more {
		key, text, _ := strings.Cut(s, "=")
		var value any = text
		if json.Valid([]byte(text)) {
			value = json.RawMessage(text)
		}
		values[key] = value
	}
	text, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	cfg, err := imrnet.Configure(text)
	if err != nil {
		return nil, err
	}
	return imrnet.New(cfg), nil
}

// TestEverySwitchHasARow holds the study of switches against the configurations: every
// field in which the default differs from the literal reading is turned in some row.
func TestEverySwitchHasARow(t *testing.T) {
	turned := map[string]bool{}
	for _, v := range switchVariants(imrnet.DefaultConfig()) {
		for _, s := range v.Set {
			key, _, _ := strings.Cut(s, "=")
			turned[key] = true
		}
	}
	// The size of the network and of its training, not readings of the text.
	size := []string{"mode", "width", "encoder_depth", "decoder_depth", "heads", "embed", "patch_size", "steps", "batch", "learning_rate"}
	a, b := fieldsOf(t, imrnet.DefaultConfig()), fieldsOf(t, imrnet.Literal())
	for key := range a {
		if string(a[key]) != string(b[key]) && !slices.Contains(size, key) && !turned[key] {
			t.Errorf("no row turns %s back from %s to %s", key, a[key], b[key])
		}
	}
	chosen, err := Of("switches")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := chosen.Settings(with)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(switchVariants(imrnet.DefaultConfig())); len(settings) != want {
		t.Errorf("%d rows of %d: the others are the default", len(settings), want)
	}
}

// TestEveryReadingIsOfTheLiteralMode: each row is the literal configuration but for what its
// name says.
func TestEveryReadingIsOfTheLiteralMode(t *testing.T) {
	chosen, err := Of("readings")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := chosen.Settings(with)
	if err != nil {
		t.Fatal(err)
	}
	if len(settings) != len(readingVariants(imrnet.Config{})) {
		t.Errorf("%d rows: one repeats the first", len(settings))
	}
	literal := fieldsOf(t, imrnet.Literal())
	for _, s := range settings {
		for key, value := range fieldsOf(t, s.Detector.Config().(imrnet.Config)) {
			if string(value) != string(literal[key]) && !strings.Contains(s.Name, key+"=") {
				t.Errorf("%s changes %s to %s", s.Name, key, value)
			}
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func fieldsOf(t *testing.T, c imrnet.Config) map[string]json.RawMessage {
	t.Helper()
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(mustJSON(t, c), &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}
