package setting

import (
	"bytes"
	"encoding/json"
)

// Decode reads settings, a JSON object, over those that to points at. Names that it does not
// have are errors.
func Decode(settings []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(settings))
	d.DisallowUnknownFields()
	return d.Decode(to)
}
