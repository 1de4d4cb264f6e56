package format

import "math"

// textElement reads one element of an ascii file.
func (r *reading) textElement(_ *plyHeader, e *plyElement, vertex bool) error {
	if vertex && e.stride > 0 {
		return r.readRows(e.count, e.name, rowParser{}, len(e.props), func(vals []float64) error {
			b := r.b
			for j := range vals {
				if c := &b.cols[j]; c.role != roleSkip {
					c.block[b.n] = vals[j]
				}
			}
			b.advance(1)
			return nil
		})
	}
	corners := -1
	if !vertex {
		corners = e.corners()
	}
	w := &words{reading: r, e: e}
	for i := int64(0); i < e.count; i++ {
		w.item = i
		if err := w.start(); err != nil {
			return err
		}
		for j, p := range e.props {
			if err := w.property(j, p, vertex, j == corners); err != nil {
				return err
			}
		}
		if token, _ := nextToken(w.rest); len(token) > 0 {
			return r.atLine(ErrFormat, "%s %d has more values than the header's properties: %s is left over", e.name, i+1, clip(token))
		}
		if vertex {
			r.b.advance(1)
		}
	}
	return nil
}

// words hands out the numbers of an element's items. An item begins on a line of
// its own and may run over several.
type words struct {
	*reading
	e      *plyElement
	item   int64
	rest   []byte
	corner []int32
}

// start goes to the next line that is not blank.
func (w *words) start() error {
	for {
		line, ok := w.nextLine()
		if !ok {
			return w.ended("the file ends after %d of the %d %s items that its header promises", w.item, w.e.count, w.e.name)
		}
		if !blank(line) {
			w.rest = line
			return nil
		}
	}
}

func (w *words) next() (float64, error) {
	token, rest := nextToken(w.rest)
	for len(token) == 0 {
		if err := w.start(); err != nil {
			return 0, err
		}
		token, rest = nextToken(w.rest)
	}
	w.rest = rest
	v, ok := rowParser{}.oddNumber(token)
	if !ok {
		return 0, w.atLine(ErrFormat, "%s in %s %d is no number", clip(token), w.e.name, w.item+1)
	}
	return v, nil
}

// whole32 reads a number that must be a whole one from least to the largest
// int32.
func (w *words) whole32(least int32, what string) (int32, error) {
	v, err := w.next()
	if err != nil {
		return 0, err
	}
	if v != math.Trunc(v) || !(v >= float64(least) && v <= math.MaxInt32) {
		return 0, w.atLine(ErrFormat, "%g in %s %d is no %s", v, w.e.name, w.item+1, what)
	}
	return int32(v), nil
}

// property reads one property of the current item.
func (w *words) property(j int, p plyProperty, vertex, corners bool) error {
	if !p.list() {
		v, err := w.next()
		if c := &w.b.cols; err == nil && vertex && (*c)[j].role != roleSkip {
			(*c)[j].block[w.b.n] = v
		}
		return err
	}
	n, err := w.whole32(0, "list length")
	if err != nil {
		return err
	}
	line := w.line
	w.corner = w.corner[:0]
	least := int32(0)
	if w.e.isStrips() {
		least = -1
	}
	for ; n > 0; n-- {
		if !corners {
			_, err = w.next()
		} else {
			var v int32
			v, err = w.whole32(least, "vertex number; they count from 0")
			w.corner = append(w.corner, v)
		}
		if err != nil {
			return err
		}
	}
	if corners {
		w.face(w.e, w.corner, line, 0)
	}
	return nil
}
