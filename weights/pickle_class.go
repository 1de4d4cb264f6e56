package weights

import (
	"fmt"
	"strings"
)

// storageTypes are the classes of PyTorch's typed memory.
var storageTypes = map[class]string{
	"torch.FloatStorage":    "F32",
	"torch.HalfStorage":     "F16",
	"torch.BFloat16Storage": "BF16",
	"torch.DoubleStorage":   "F64",
	"torch.LongStorage":     "I64",
	"torch.IntStorage":      "I32",
	"torch.ShortStorage":    "I16",
	"torch.CharStorage":     "I8",
	"torch.ByteStorage":     "U8",
	"torch.BoolStorage":     "BOOL",
}

// inertClasses stand in checkpoints for what training left beside the tensors (a
// metric as a NumPy number, a size, a device). Their objects stay empty.
var inertClasses = map[class]bool{
	"torch.Size":                          true,
	"torch.device":                        true,
	"numpy.dtype":                         true,
	"numpy.ndarray":                       true,
	"numpy.core.multiarray.scalar":        true,
	"numpy._core.multiarray.scalar":       true,
	"numpy.core.multiarray._reconstruct":  true,
	"numpy._core.multiarray._reconstruct": true,
	"_codecs.encode":                      true,
}

const (
	orderedDict      class = "collections.OrderedDict"
	rebuildTensor    class = "torch._utils._rebuild_tensor"
	rebuildTensorV2  class = "torch._utils._rebuild_tensor_v2"
	rebuildParameter class = "torch._utils._rebuild_parameter"
)

// allowed returns the class of that name, or an error where it is none of those that
// a checkpoint of tensors needs.
func allowed(module, name string) (class, error) {
	c := class(module + "." + name)
	switch {
	case c == orderedDict, c == rebuildTensor, c == rebuildTensorV2, c == rebuildParameter, inertClasses[c], storageTypes[c] != "":
		return c, nil
	case strings.HasPrefix(module, "__torch__"):
		return "", fmt.Errorf("the file is a TorchScript program; save its weights with torch.save(model.state_dict(), path)")
	}
	return "", fmt.Errorf("it asks for %.120q, which is not among the classes that a checkpoint of tensors needs, and nothing was run; "+
		"save the tensors alone with torch.save(model.state_dict(), path)", string(c))
}

// build makes the value of a call: what f(args…) would have returned in Python.
func build(f, args any) (any, error) {
	c, ok := f.(class)
	l, also := args.(*list)
	if !ok || !also {
		return nil, fmt.Errorf("a call of %s with %s", kind(f), kind(args))
	}
	switch {
	case c == orderedDict:
		if len(l.items) > 0 {
			return nil, fmt.Errorf("an OrderedDict made from %s, as Python 2 wrote it; load and save it once with Python 3", kind(l.items[0]))
		}
		return &dict{}, nil
	case c == rebuildTensor, c == rebuildTensorV2:
		return buildTensor(l.items)
	case c == rebuildParameter:
		if len(l.items) > 0 {
			if t, ok := l.items[0].(*torchTensor); ok {
				return t, nil
			}
		}
		return nil, fmt.Errorf("a parameter without its tensor")
	case inertClasses[c]:
		return (*inert)(&c), nil
	}
	return nil, fmt.Errorf("a call of %s", kind(f))
}

// buildTensor takes storage, offset, size and stride; what may follow (whether it
// wants a gradient, hooks, metadata) is nothing for us.
func buildTensor(args []any) (any, error) {
	if len(args) < 4 {
		return nil, fmt.Errorf("a tensor of %d arguments, want storage, offset, size, stride", len(args))
	}
	s, ok := args[0].(*torchStorage)
	if !ok {
		return nil, fmt.Errorf("a tensor on %s, want a storage", kind(args[0]))
	}
	offset, ok := args[1].(int64)
	if !ok {
		return nil, fmt.Errorf("a tensor that starts at %s", kind(args[1]))
	}
	shape, err := integers(args[2])
	if err != nil {
		return nil, fmt.Errorf("the size of a tensor: %w", err)
	}
	stride, err := integers(args[3])
	if err != nil {
		return nil, fmt.Errorf("the stride of a tensor: %w", err)
	}
	return &torchTensor{s, offset, shape, stride}, nil
}

func integers(v any) ([]int64, error) {
	l, ok := v.(*list)
	if !ok {
		return nil, fmt.Errorf("%s, want a tuple", kind(v))
	}
	if len(l.items) > 16 {
		return nil, fmt.Errorf("%d dimensions, at most 16 are read", len(l.items))
	}
	numbers := make([]int64, len(l.items))
	for i, item := range l.items {
		n, ok := item.(int64)
		if !ok {
			return nil, fmt.Errorf("%s, want a whole number", kind(item))
		}
		numbers[i] = n
	}
	return numbers, nil
}
