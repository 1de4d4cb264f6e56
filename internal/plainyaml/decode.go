package plainyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"blemish/internal/setting"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

const (
	mostNested  = 8   // brackets within brackets, or dashes on one line
	mostMessage = 500 // bytes of a message of the parser, which quotes the text
)

// Decode decodes a text once it has been looked through for what would take long.
// An empty text leaves into as it is.
func Decode(text []byte, into any, opts ...yaml.DecodeOption) (err error) {
	if bytes.IndexByte(text, 0) >= 0 {
		return errors.New("it holds a byte 0: no text")
	}
	if err := plain(string(text)); err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, into, opts...); err != nil && !errors.Is(err, io.EOF) {
		message := err.Error()
		if len(message) > mostMessage {
			message = strings.ToValidUTF8(message[:mostMessage], "") + "…"
		}
		return errors.New(message)
	}
	return nil
}

// plain refuses what settings never need and what makes a parser work without
// bound: anchors, aliases, tags, and values nested deeply.
func plain(text string) error {
	depth, line, onLine := 0, 0, 0
	for _, t := range lexer.Tokenize(text) {
		if t.Position != nil && t.Position.Line != line {
			line, onLine = t.Position.Line, 0
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType:
			return fmt.Errorf("line %d: %q: settings have no anchors, aliases and tags", line, setting.Short(t.Value))
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			if depth == 0 { // within brackets these are entries beside one another
				onLine++
			}
		default:
			continue
		}
		if depth > mostNested || depth == 0 && onLine > mostNested {
			return fmt.Errorf("line %d: values nested more than %d deep", line, mostNested)
		}
	}
	return nil
}
