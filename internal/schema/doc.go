// Package schema holds documents against a JSON Schema, for the tests that keep documents and
// their description together. It knows the keywords that docs/schema uses, and fails on others.
package schema
