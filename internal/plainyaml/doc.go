// Package plainyaml reads YAML from people within bounds: short texts of settings. Whatever
// else YAML can do, such as anchors, aliases and tags, is refused before it is parsed.
package plainyaml
