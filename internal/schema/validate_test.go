package schema

import (
	"strings"
	"testing"
)

func TestValidate(t *testing.T) {
	const schema = `{"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
		"a": {"type": ["integer", "null"], "minimum": 1}, "b": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/word"}}},
		"$defs": {"word": {"type": "string", "enum": ["x", "y"]}}}`
	for doc, want := range map[string]string{
		`{"a": 3}`:                     "",
		`{"a": null, "b": ["x", "y"]}`: "",
		`{}`:                           `no "a"`,
		`{"a": 1.5}`:                   "$.a",
		`{"a": 0}`:                     "below",
		`{"a": 1, "c": 2}`:             `"c" is not described`,
		`{"a": 1, "b": ["x"]}`:         "1 items",
		`{"a": 1, "b": ["x", "z"]}`:    "$.b[1]",
		`{"a": 1, "b": "x"}`:           "$.b",
		`[]`:                           "no object",
		`{`:                            "document",
	} {
		err := Validate([]byte(schema), []byte(doc))
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", doc, err, want)
		}
	}
	if err := Validate([]byte(`{"oneOf": []}`), []byte(`1`)); err == nil {
		t.Error("an unknown keyword is passed over")
	}
	if err := Validate([]byte(`{"$ref": "#/$defs/none"}`), []byte(`1`)); err == nil {
		t.Error("a reference to nothing is passed over")
	}
}
