package weights

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// sections are the entries that weights stand in, the likeliest first.
var sections = []string{"base_model", "model", "state_dict", "model_state_dict", "net"}

// choose finds the state dictionary and reads its tensors.
func (f *torchFile) choose(root any) (*Checkpoint, error) {
	d, ok := root.(*dict)
	if !ok {
		return nil, fmt.Errorf("it holds %s, want a dictionary of tensors", kind(root))
	}
	c := &Checkpoint{}
	state := d
	if !d.hasTensors() {
		if c.Section, state = d.section(); state == nil {
			return nil, fmt.Errorf("no state dictionary in it, only: %s", strings.Join(d.names(""), ", "))
		}
		c.Left = d.names(c.Section)
	}
	last := map[string]int{} // of a key given twice the last counts, as in Python
	for i, k := range state.keys {
		if name, ok := k.(string); ok {
			last[name] = i
		}
	}
	from := map[string]string{}
	for i, k := range state.keys {
		t, isTensor := state.values[i].(*torchTensor)
		name, isText := k.(string)
		if !isText || last[name] != i {
			continue
		}
		if !isTensor {
			c.Left = append(c.Left, name)
			continue
		}
		short := name
		for strings.HasPrefix(short, "module.") {
			short = short[len("module."):]
		}
		if other, twice := from[short]; twice {
			return nil, fmt.Errorf("tensors %q and %q are one without \"module.\"", other, name)
		}
		from[short] = name
		tensor, err := f.tensor(t)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		tensor.Name = short
		c.Tensors = append(c.Tensors, tensor)
	}
	return c, nil
}

func (d *dict) hasTensors() bool {
	return slices.ContainsFunc(d.values, func(v any) bool { _, ok := v.(*torchTensor); return ok })
}

// section returns the dictionary of tensors within d: the likeliest by name, or the
// only one.
func (d *dict) section() (string, *dict) {
	for _, name := range sections {
		if s, ok := d.get(name).(*dict); ok && s.hasTensors() {
			return name, s
		}
	}
	name, only := "", (*dict)(nil)
	for i, v := range d.values {
		if s, ok := v.(*dict); ok && s.hasTensors() {
			if only != nil {
				return "", nil
			}
			name, _ = d.keys[i].(string)
			only = s
		}
	}
	return name, only
}

// names lists the keys but one, twenty at most.
func (d *dict) names(but string) []string {
	var names []string
	for _, k := range d.keys {
		name, ok := k.(string)
		switch {
		case ok && name == but:
		case len(names) == 20:
			return append(names, "…")
		case ok:
			names = append(names, name)
		default:
			names = append(names, kind(k))
		}
	}
	return names
}

// spend takes bytes from what the file may cost; tensors that overlap in a storage
// could otherwise ask for any multiple of it.
func (f *torchFile) spend(bytes int64) error {
	if f.budget -= bytes; f.budget < 0 {
		return fmt.Errorf("the tensors together are many times the file's size; they overlap, and this is no model")
	}
	return nil
}

// check verifies a tensor against its storage. It returns its number of values and
// the stretch of the storage, in values from its offset on, that they lie in.
func (t *torchTensor) check() (count, stretch int64, err error) {
	count = 1
	for i, n := range t.shape {
		if n < 0 || n > math.MaxInt32 || n > 0 && count > math.MaxInt64/8/n || t.stride[i] < 0 {
			return 0, 0, fmt.Errorf("impossible shape %v with strides %v", t.shape, t.stride)
		}
		count *= n
	}
	if t.offset < 0 || t.offset > t.storage.count {
		return 0, 0, fmt.Errorf("it starts at value %d of a storage of %d", t.offset, t.storage.count)
	}
	if count == 0 {
		return 0, 0, nil
	}
	room := t.storage.count - t.offset
	stretch = 1
	for i, n := range t.shape {
		if n > 1 && t.stride[i] > room/(n-1) {
			stretch = room + 1
			break
		}
		stretch += (n - 1) * t.stride[i] // at most 16 times room: no overflow
	}
	if stretch > room {
		return 0, 0, fmt.Errorf("shape %v with strides %v from value %d on reaches beyond its storage of %d values",
			t.shape, t.stride, t.offset, t.storage.count)
	}
	return count, stretch, nil
}

// tensor reads a tensor's values, whatever their order in the storage.
func (f *torchFile) tensor(t *torchTensor) (Tensor, error) {
	out := Tensor{Shape: make([]int, len(t.shape)), Half: t.storage.dtype.name == "F16"}
	if len(t.stride) != len(t.shape) {
		return out, fmt.Errorf("shape %v with strides %v", t.shape, t.stride)
	}
	count, stretch, err := t.check()
	if err != nil {
		return out, err
	}
	for i, n := range t.shape {
		out.Shape[i] = int(n)
	}
	size := int64(t.storage.dtype.size)
	if err := f.spend(4*count + (size+4)*stretch); err != nil {
		return out, err
	}
	if t.storage.at < 0 {
		return out, fmt.Errorf("its storage %.40q is missing", t.storage.key)
	}
	raw := make([]byte, stretch*size)
	if _, err := f.r.ReadAt(raw, t.storage.at+t.offset*size); err != nil && !(err == io.EOF && stretch == 0) {
		return out, fmt.Errorf("its values cannot be read: %w", err)
	}
	values := make([]float32, stretch)
	t.storage.dtype.read(raw, values)
	out.Data = values
	if !t.contiguous() {
		out.Data = gather(values, t.shape, t.stride, int(count))
	}
	return out, nil
}

// contiguous reports whether the values lie in the storage as in the tensor.
func (t *torchTensor) contiguous() bool {
	want := int64(1)
	for i, n := range slices.Backward(t.shape) {
		if n != 1 && t.stride[i] != want {
			return false
		}
		want *= n
	}
	return true
}

// gather copies count values of a strided tensor in row-major order.
func gather(src []float32, shape, stride []int64, count int) []float32 {
	dst := make([]float32, count)
	index := make([]int64, len(shape))
	at := int64(0)
	for i := range dst {
		dst[i] = src[at]
		for d := len(shape) - 1; d >= 0; d-- {
			index[d]++
			at += stride[d]
			if index[d] < shape[d] {
				break
			}
			at -= shape[d] * stride[d]
			index[d] = 0
		}
	}
	return dst
}
