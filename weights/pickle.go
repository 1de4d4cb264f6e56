package weights

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The pickle format is a program for a small stack machine whose GLOBAL and REDUCE
// name and call any Python function: loading a stranger's pickle runs what the
// stranger wrote. The machine here knows the opcodes that torch.save writes, calls
// nothing, and builds values only for the classes of pickle_class.go. It is written
// after Python's pickletools.py, which documents every opcode.

// Bounds of one pickle. A checkpoint's holds names and shapes, not values: some
// hundred kilobytes and some ten thousand steps.
const (
	maxPickle = 16 << 20 // bytes
	maxSteps  = 1 << 20  // opcodes
)

// Values on the stack are nil, bool, int64, float64, string, *list, *dict, class,
// *inert, *torchStorage and *torchTensor.
type (
	list struct{ items []any } // a list or tuple
	dict struct {              // in insertion order; a key given twice is there twice
		keys, values []any
	}
	class string // "module.name" of the allow-list
	inert string // an object that no tensor needs, by the name of its class
	mark  struct{}
)

// unpickler runs one pickle.
type unpickler struct {
	data  []byte
	at    int
	stack []any
	memo  map[uint32]any
	load  func(id any) (any, error) // resolves a persistent id
}

// unpickle runs the pickle at the start of data and returns its value and length.
func unpickle(data []byte, load func(id any) (any, error)) (value any, length int, err error) {
	u := &unpickler{data: data, memo: map[uint32]any{}, load: load}
	for range maxSteps {
		begin := u.at
		done, err := u.step()
		if err != nil {
			return nil, 0, fmt.Errorf("pickle, byte %d: %w", begin, err)
		}
		if done {
			value, err := u.pop()
			return value, u.at, err
		}
	}
	return nil, 0, fmt.Errorf("pickle of more than %d steps", maxSteps)
}

// next takes n bytes of the program.
func (u *unpickler) next(n uint64) ([]byte, error) {
	if n > uint64(len(u.data)-u.at) {
		return nil, fmt.Errorf("it ends %d bytes early", n-uint64(len(u.data)-u.at))
	}
	b := u.data[u.at : u.at+int(n)]
	u.at += int(n)
	return b, nil
}

// number takes an unsigned little-endian number of n bytes.
func (u *unpickler) number(n uint64) (uint64, error) {
	b, err := u.next(n)
	if err != nil {
		return 0, err
	}
	var word [8]byte
	copy(word[:], b)
	return binary.LittleEndian.Uint64(word[:]), nil
}

// counted takes a length of n bytes and as many bytes as it says.
func (u *unpickler) counted(n uint64) ([]byte, error) {
	length, err := u.number(n)
	if err != nil {
		return nil, err
	}
	return u.next(length)
}

// line takes the bytes up to a line feed.
func (u *unpickler) line() (string, error) {
	for i := u.at; i < len(u.data); i++ {
		if u.data[i] == '\n' {
			s := string(u.data[u.at:i])
			u.at = i + 1
			return s, nil
		}
	}
	return "", fmt.Errorf("a line without end")
}

func (u *unpickler) push(v any) error {
	u.stack = append(u.stack, v)
	return nil
}

func (u *unpickler) pop() (any, error) {
	if len(u.stack) == 0 {
		return nil, fmt.Errorf("nothing left on the stack")
	}
	v := u.stack[len(u.stack)-1]
	if _, ok := v.(mark); ok {
		return nil, fmt.Errorf("a mark where a value should be")
	}
	u.stack = u.stack[:len(u.stack)-1]
	return v, nil
}

// popN takes the top n values, in the order of their pushing.
func (u *unpickler) popN(n int) ([]any, error) {
	values := make([]any, n)
	for i := n - 1; i >= 0; i-- {
		v, err := u.pop()
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

// popMark takes the values above the topmost mark, and the mark.
func (u *unpickler) popMark() ([]any, error) {
	for i := len(u.stack) - 1; i >= 0; i-- {
		if _, ok := u.stack[i].(mark); ok {
			values := append([]any(nil), u.stack[i+1:]...)
			u.stack = u.stack[:i]
			return values, nil
		}
	}
	return nil, fmt.Errorf("no mark on the stack")
}

// top is the value on top, left there.
func (u *unpickler) top() (any, error) {
	v, err := u.pop()
	if err == nil {
		u.stack = append(u.stack, v)
	}
	return v, err
}

// put remembers the top value under a number.
func (u *unpickler) put(at uint64, err error) error {
	if err != nil {
		return err
	}
	v, err := u.top()
	u.memo[uint32(at)] = v
	return err
}

// get pushes what was remembered.
func (u *unpickler) get(at uint64, err error) error {
	if err != nil {
		return err
	}
	v, ok := u.memo[uint32(at)]
	if !ok {
		return fmt.Errorf("nothing was remembered as %d", at)
	}
	return u.push(v)
}

// whole reads a little-endian two's complement of any length; what does not fit 64
// bits is inert.
func whole(b []byte) any {
	if len(b) > 8 {
		v := inert("int")
		return &v
	}
	var v uint64
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	if shift := 64 - 8*len(b); len(b) > 0 {
		return int64(v<<shift) >> shift
	}
	return int64(0)
}

// float reads a big-endian double.
func float(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }
