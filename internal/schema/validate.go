package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Validate says where a document breaks a schema (JSON Schema 2020-12); nil where it does not.
func Validate(schema, document []byte) error {
	var root map[string]any
	if err := json.Unmarshal(schema, &root); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	var doc any
	if err := json.Unmarshal(document, &doc); err != nil {
		return fmt.Errorf("document: %w", err)
	}
	return (&validator{root}).check("$", root, doc)
}

type validator struct{ root map[string]any }

// said are keywords that only people read.
var said = []string{"$schema", "$id", "$defs", "title", "description", "$comment", "examples"}

func (v *validator) check(at string, schema map[string]any, doc any) error {
	for _, key := range slices.Sorted(maps.Keys(schema)) {
		value := schema[key]
		var err error
		switch key {
		case "$ref":
			var target map[string]any
			if target, err = v.resolve(value); err == nil {
				err = v.check(at, target, doc)
			}
		case "type":
			err = checkType(at, value, doc)
		case "enum":
			if !slices.ContainsFunc(value.([]any), func(e any) bool { return e == doc }) {
				err = fmt.Errorf("%s: %v is none of %v", at, doc, value)
			}
		case "minimum":
			if n, ok := doc.(float64); ok && n < value.(float64) {
				err = fmt.Errorf("%s: %v is below %v", at, doc, value)
			}
		case "maximum":
			if n, ok := doc.(float64); ok && n > value.(float64) {
				err = fmt.Errorf("%s: %v is above %v", at, doc, value)
			}
		case "minItems", "maxItems":
			if list, ok := doc.([]any); ok && (key == "minItems" && len(list) < int(value.(float64)) || key == "maxItems" && len(list) > int(value.(float64))) {
				err = fmt.Errorf("%s: %d items, %s is %v", at, len(list), key, value)
			}
		case "items":
			list, _ := doc.([]any)
			for i, item := range list {
				if err == nil {
					err = v.check(fmt.Sprintf("%s[%d]", at, i), value.(map[string]any), item)
				}
			}
		case "required":
			object, ok := doc.(map[string]any)
			for _, name := range value.([]any) {
				if _, there := object[name.(string)]; ok && !there {
					err = fmt.Errorf("%s: no %q", at, name)
				}
			}
		case "properties":
			err = v.checkProperties(at, value.(map[string]any), schema["additionalProperties"], doc)
		case "additionalProperties": // seen to with the properties
		default:
			if !slices.Contains(said, key) {
				err = fmt.Errorf("schema of %s: the keyword %q is not known here", at, key)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) checkProperties(at string, properties map[string]any, more, doc any) error {
	object, ok := doc.(map[string]any)
	if !ok {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		property, known := properties[name]
		if !known {
			if more == false {
				return fmt.Errorf("%s: the key %q is not described", at, name)
			}
			continue
		}
		if err := v.check(at+"."+name, property.(map[string]any), object[name]); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) resolve(ref any) (map[string]any, error) {
	name, ok := strings.CutPrefix(fmt.Sprint(ref), "#/$defs/")
	defs, _ := v.root["$defs"].(map[string]any)
	target, there := defs[name].(map[string]any)
	if !ok || !there {
		return nil, fmt.Errorf("schema: %v refers to nothing", ref)
	}
	return target, nil
}

func checkType(at string, want, doc any) error {
	names, ok := want.([]any)
	if !ok {
		names = []any{want}
	}
	for _, name := range names {
		is := false
		switch d := doc.(type) {
		case nil:
			is = name == "null"
		case bool:
			is = name == "boolean"
		case string:
			is = name == "string"
		case float64:
			is = name == "number" || name == "integer" && d == math.Trunc(d)
		case []any:
			is = name == "array"
		case map[string]any:
			is = name == "object"
		}
		if is {
			return nil
		}
	}
	return fmt.Errorf("%s: %.40v is no %v", at, doc, want)
}
