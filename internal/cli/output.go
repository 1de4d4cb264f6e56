package cli

import (
	"encoding/json"
	"maps"
	"slices"
)

// printJSON prints the one document of --json.
func (e *env) printJSON(v any) error {
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// sortedKeys lists a map's keys so that output does not depend on map order.
func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
