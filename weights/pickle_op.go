package weights

import "fmt"

// step runs one opcode; done after STOP. Names and codes are those of pickletools.py,
// protocols 0 to 4, as far as torch.save writes them.
func (u *unpickler) step() (done bool, err error) {
	code, err := u.number(1)
	if err != nil {
		return false, err
	}
	switch code {
	case '.': // STOP
		return true, nil
	case 0x80: // PROTO
		version, err := u.number(1)
		if err == nil && version > 5 {
			err = fmt.Errorf("pickle protocol %d, 0 to 5 are known", version)
		}
		return false, err
	case 0x95: // FRAME
		_, err := u.number(8)
		return false, err
	}
	for _, group := range []func(*unpickler, byte) (bool, error){(*unpickler).literal, (*unpickler).container, (*unpickler).object} {
		if known, err := group(u, byte(code)); known || err != nil {
			return false, err
		}
	}
	return false, fmt.Errorf("opcode %#x, which torch.save does not write", code)
}

// literal runs the opcodes that push a number, a text or a constant.
func (u *unpickler) literal(code byte) (known bool, err error) {
	number := func(bytes uint64, sign bool) error {
		b, err := u.next(bytes)
		if err != nil {
			return err
		}
		if !sign { // a zero byte above keeps the top bit from being a sign
			b = append(append([]byte(nil), b...), 0)
		}
		return u.push(whole(b))
	}
	text := func(b []byte, err error) error {
		if err != nil {
			return err
		}
		return u.push(string(b))
	}
	switch code {
	case 'N': // NONE
		err = u.push(nil)
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		err = u.push(code == 0x88)
	case 'J': // BININT
		err = number(4, true)
	case 'K': // BININT1
		err = number(1, false)
	case 'M': // BININT2
		err = number(2, false)
	case 0x8a: // LONG1
		var b []byte
		if b, err = u.counted(1); err == nil {
			err = u.push(whole(b))
		}
	case 'G': // BINFLOAT
		var b []byte
		if b, err = u.next(8); err == nil {
			err = u.push(float(b))
		}
	case 'X', 'T', 'B': // BINUNICODE, BINSTRING, BINBYTES
		err = text(u.counted(4))
	case 'U', 0x8c, 'C': // SHORT_BINSTRING, SHORT_BINUNICODE, SHORT_BINBYTES
		err = text(u.counted(1))
	default:
		return false, nil
	}
	return true, err
}

// container runs the opcodes that make and fill lists, tuples and dictionaries, and
// those that remember a value.
func (u *unpickler) container(code byte) (known bool, err error) {
	tuple := func(items []any, err error) error {
		if err != nil {
			return err
		}
		return u.push(&list{items})
	}
	switch code {
	case '(': // MARK
		err = u.push(mark{})
	case '}': // EMPTY_DICT
		err = u.push(&dict{})
	case ']', ')': // EMPTY_LIST, EMPTY_TUPLE
		err = u.push(&list{})
	case 't': // TUPLE
		err = tuple(u.popMark())
	case 0x85, 0x86, 0x87: // TUPLE1, TUPLE2, TUPLE3
		err = tuple(u.popN(int(code) - 0x84))
	case 'a': // APPEND
		err = u.extend(u.popN(1))
	case 'e': // APPENDS
		err = u.extend(u.popMark())
	case 's': // SETITEM
		err = u.setItems(u.popN(2))
	case 'u': // SETITEMS
		err = u.setItems(u.popMark())
	case 'q': // BINPUT
		err = u.put(u.number(1))
	case 'r': // LONG_BINPUT
		err = u.put(u.number(4))
	case 0x94: // MEMOIZE
		err = u.put(uint64(len(u.memo)), nil)
	case 'h': // BINGET
		err = u.get(u.number(1))
	case 'j': // LONG_BINGET
		err = u.get(u.number(4))
	default:
		return false, nil
	}
	return true, err
}

// extend appends to the list on top.
func (u *unpickler) extend(items []any, err error) error {
	if err != nil {
		return err
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	l, ok := v.(*list)
	if !ok {
		return fmt.Errorf("values are appended to %s", kind(v))
	}
	l.items = append(l.items, items...)
	return nil
}

// setItems adds keys and values, in turns, to the dictionary on top.
func (u *unpickler) setItems(items []any, err error) error {
	if err != nil {
		return err
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	d, ok := v.(*dict)
	if !ok || len(items)%2 == 1 {
		return fmt.Errorf("%d keys and values for %s", len(items), kind(v))
	}
	for i := 0; i < len(items); i += 2 {
		d.keys = append(d.keys, items[i])
		d.values = append(d.values, items[i+1])
	}
	return nil
}

// object runs the opcodes that name classes and ask for their objects.
func (u *unpickler) object(code byte) (known bool, err error) {
	switch code {
	case 'c': // GLOBAL
		module, err := u.line()
		if err != nil {
			return true, err
		}
		name, err := u.line()
		if err != nil {
			return true, err
		}
		return true, u.global(module, name)
	case 0x93: // STACK_GLOBAL
		names, err := u.popN(2)
		if err != nil {
			return true, err
		}
		module, ok := names[0].(string)
		name, also := names[1].(string)
		if !ok || !also {
			return true, fmt.Errorf("a class is named by %s and %s", kind(names[0]), kind(names[1]))
		}
		return true, u.global(module, name)
	case 'Q': // BINPERSID
		id, err := u.pop()
		if err != nil {
			return true, err
		}
		v, err := u.load(id)
		if err != nil {
			return true, err
		}
		return true, u.push(v)
	case 'R': // REDUCE
		call, err := u.popN(2)
		if err != nil {
			return true, err
		}
		v, err := build(call[0], call[1])
		if err != nil {
			return true, err
		}
		return true, u.push(v)
	case 'b': // BUILD: a state for the object on top
		if _, err := u.pop(); err != nil {
			return true, err
		}
		switch v, err := u.top(); v.(type) {
		case *dict, *inert, *torchTensor:
			return true, err // attributes beside the values, which nobody needs
		default:
			return true, fmt.Errorf("attributes for %s", kind(v))
		}
	}
	return false, nil
}

func (u *unpickler) global(module, name string) error {
	c, err := allowed(module, name)
	if err != nil {
		return err
	}
	return u.push(c)
}

// kind says what a value is, for messages.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool, int64, float64:
		return fmt.Sprint(v)
	case string:
		return fmt.Sprintf("%.40q", v)
	case *list:
		return "a list"
	case *dict:
		return "a dictionary"
	case class:
		return "the class " + string(v)
	case *inert:
		return "an object of " + string(*v)
	case *torchStorage:
		return "a storage"
	case *torchTensor:
		return "a tensor"
	}
	return fmt.Sprintf("%T", v)
}
