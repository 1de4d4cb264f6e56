package defect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"blemish/internal/setting"
)

// The JSON of a plan: one flat object, whatever the kind.

// planKeys are the keys of a plan in the order in which manifests have them. What a kind
// adds of its own follows them.
var planKeys = []string{
	"kind", "severity", "center", "normal", "along", "pivot", "radius", "aspect", "depth", "above", "width", "lift", "angle",
	"rough", "through", "band", "noise",
}

// planUnused are the keys that every plan has, and what they hold where a kind has no
// such number; aspect is 0 in a hybrid.
var planUnused = map[string]string{"pivot": "[0,0,0]", "radius": "0", "aspect": "1", "depth": "0"}

// planHead is what plans of all kinds have.
type planHead struct {
	Kind     Kind     `json:"kind"`
	Severity Severity `json:"severity"`
	Site
}

// MarshalJSON writes the plan as one flat object, its keys in the order that all manifests
// have.
func (p Plan) MarshalJSON() ([]byte, error) {
	keys, values, err := p.members()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	sep := byte('{')
	for _, k := range keys {
		b.WriteByte(sep)
		fmt.Fprintf(&b, "%q:", k)
		b.Write(values[k])
		sep = ','
	}
	if len(p.Parts) > 0 {
		parts, err := json.Marshal(p.Parts)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, `,"parts":%s`, parts)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// members are the keys of a plan but for its parts, in order, and their values.
func (p Plan) members() (keys []string, values map[string]json.RawMessage, err error) {
	values = map[string]json.RawMessage{}
	if _, err := collect(planHead{p.Kind, p.Severity, p.Site}, values); err != nil {
		return nil, nil, err
	}
	var own []string
	if p.Form != nil {
		if own, err = collect(p.Form, values); err != nil {
			return nil, nil, err
		}
	}
	for k, unused := range planUnused {
		if values[k] == nil {
			values[k] = json.RawMessage(unused)
		}
	}
	if p.Form == nil {
		values["aspect"] = json.RawMessage("0")
	}
	for _, k := range planKeys {
		if values[k] != nil {
			keys = append(keys, k)
		}
	}
	for _, k := range own {
		if !slices.Contains(planKeys, k) {
			keys = append(keys, k)
		}
	}
	return keys, values, nil
}

// collect adds the members of a struct's JSON to values and returns their keys in order.
func collect(v any, values map[string]json.RawMessage) (keys []string, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.Token() // {
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		keys = append(keys, key.(string))
		values[key.(string)] = value
	}
	return keys, nil
}

// UnmarshalJSON reads what MarshalJSON writes. A plan of an unknown kind has no form, for
// Validate to refuse; a number that the kind does not have is an error.
func (p *Plan) UnmarshalJSON(text []byte) error {
	parts, err := p.readOne(text)
	if err != nil {
		return err
	}
	if most := len(hybridKinds); len(parts) > most {
		return fmt.Errorf("a hybrid has 1 to %d parts, not %d", most, len(parts))
	}
	for i, text := range parts {
		// A part has no parts, so that how deep a file is nested costs nothing.
		var part Plan
		if _, err := part.readOne(text); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
		if part.Kind == Hybrid {
			return fmt.Errorf("part %d: a hybrid is no part of another", i)
		}
		p.Parts = append(p.Parts, part)
	}
	return nil
}

// readOne reads a plan and returns the text of its parts.
func (p *Plan) readOne(text []byte) (parts []json.RawMessage, err error) {
	var head struct {
		planHead
		Parts []json.RawMessage `json:"parts"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	*p = Plan{Kind: head.Kind, Severity: head.Severity, Site: head.Site}
	if len(head.Parts) > 0 && p.Kind != Hybrid {
		return nil, fmt.Errorf("a %s has no parts; %s has", setting.Short(string(p.Kind)), Hybrid)
	}
	k := p.Kind.find()
	if k == nil {
		return head.Parts, nil
	}
	if p.Form, err = k.read(text); err != nil {
		return nil, err
	}
	return nil, p.checkUnused(text)
}

// checkUnused reports a length or an angle of the text that the kind does not have.
func (p *Plan) checkUnused(text []byte) error {
	var said struct {
		Radius, Depth, Above, Width, Lift, Angle, Band float64
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return err
	}
	_, values, err := p.members()
	if err != nil {
		return err
	}
	for _, n := range []struct {
		key   string
		value float64
	}{
		{"radius", said.Radius}, {"depth", said.Depth}, {"above", said.Above}, {"width", said.Width}, {"lift", said.Lift},
		{"angle", said.Angle}, {"band", said.Band},
	} {
		kept := 0.0
		if values[n.key] != nil {
			if err := json.Unmarshal(values[n.key], &kept); err != nil {
				return err
			}
		}
		if n.value != kept {
			return fmt.Errorf("%s is %g; a %s has none, so it must be 0", n.key, n.value, p.Kind)
		}
	}
	return nil
}
