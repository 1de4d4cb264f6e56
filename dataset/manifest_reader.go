package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Manifests read piece by piece: memory follows what is there and is bounded by what a
// set can hold, whatever the file says.

const (
	// mostPiece is how many bytes a single piece may have: a sample, the options, or
	// something that this version does not know.
	mostPiece = 4 << 20
	// mostDeep is how deep pieces that are passed over may be nested.
	mostDeep = 100
)

// pieces hands a file to a JSON decoder and stops where one piece grows too large.
type pieces struct {
	r    io.Reader
	left int // bytes before the next piece must have begun
}

var errLargePiece = fmt.Errorf("a single entry has more than %d MB", mostPiece>>20)

func (p *pieces) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, errLargePiece
	}
	n, err := p.r.Read(b[:min(len(b), p.left, 64<<10)])
	p.left -= n
	return n, err
}

// manifestReader walks through a manifest.
type manifestReader struct {
	*json.Decoder
	source *pieces
	into   Manifest
}

// DecodeManifest is ReadManifest from a stream.
func DecodeManifest(r io.Reader) (*Manifest, error) {
	source := &pieces{r: r, left: mostPiece}
	d := &manifestReader{Decoder: json.NewDecoder(source), source: source}
	if err := d.read(); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends within")
		}
		return nil, fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	return &d.into, d.into.valid()
}

// next allows another piece to be read.
func (d *manifestReader) next() { d.source.left = mostPiece }

func (d *manifestReader) read() error {
	if err := d.expect('{'); err != nil {
		return err
	}
	for d.More() {
		d.next()
		key, err := d.Token()
		if err != nil {
			return err
		}
		d.next()
		switch key {
		case "blemish":
			err = d.Decode(&d.into.Blemish)
		case "seed":
			err = d.Decode(&d.into.Seed)
		case "options":
			err = d.Decode(&d.into.Options)
		case "samples":
			err = list(d, &d.into.Samples, (*Sample).valid)
		case "skipped":
			err = list(d, &d.into.Skipped, nil)
		default:
			err = d.pass()
		}
		if err != nil {
			return err
		}
	}
	if err := d.expect('}'); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows its end")
	}
	return nil
}

// expect reads a delimiter.
func (d *manifestReader) expect(want json.Delim) error {
	d.next()
	got, err := d.Token()
	if err == nil && got != want {
		err = fmt.Errorf("there is %.20q where %q should be", fmt.Sprint(got), want.String())
	}
	return err
}

// list reads an array entry by entry; valid, unless nil, checks each.
func list[T any](d *manifestReader, into *[]T, valid func(*T) error) error {
	*into = nil
	switch begin, err := d.Token(); {
	case err != nil:
		return err
	case begin == nil: // null
		return nil
	case begin != json.Delim('['):
		return fmt.Errorf("there is %.20q where a list should be", fmt.Sprint(begin))
	}
	for d.More() {
		if len(*into) == mostClouds {
			return fmt.Errorf("a set has at most %d clouds", mostClouds)
		}
		d.next()
		var one T
		if err := d.Decode(&one); err != nil {
			return fmt.Errorf("entry %d: %w", len(*into)+1, err)
		}
		if valid != nil {
			if err := valid(&one); err != nil {
				return err
			}
		}
		*into = append(*into, one)
	}
	return d.expect(']')
}

// pass goes over a value of a key that this version does not know.
func (d *manifestReader) pass() error {
	for depth := 0; ; {
		d.next()
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > mostDeep {
				return fmt.Errorf("nested more than %d deep", mostDeep)
			}
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// Bounds of a data set.
const (
	mostClouds = 1_000_000
	mostPoints = 10_000_000 // of a cloud
	mostViews  = 2
)
