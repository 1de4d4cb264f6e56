package weights

import (
	"fmt"
	"slices"
)

// Tensor is one named array, row-major.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32 // product of Shape values
	Half  bool      // half precision (F16) on disk: set by reading, asked for in writing
}

// File is the content of one safetensors file.
type File struct {
	Tensors  []Tensor          // sorted by name when written
	Metadata map[string]string // the file's __metadata__
}

// Add appends a tensor. It panics where the data do not fill the shape.
func (f *File) Add(name string, data []float32, shape ...int) {
	n := 1
	for _, s := range shape {
		n *= s
	}
	if n != len(data) {
		panic(fmt.Sprintf("weights: tensor %q has %d values for shape %v", name, len(data), shape))
	}
	f.Tensors = append(f.Tensors, Tensor{Name: name, Shape: shape, Data: data})
}

// Halve marks the tensors of two or more dimensions for half precision, which halves
// the file. Vectors (biases, scales, running variances) are few and stay as they are.
func (f *File) Halve() {
	for i := range f.Tensors {
		f.Tensors[i].Half = len(f.Tensors[i].Shape) >= 2
	}
}

// Find returns the tensor of that name, nil where there is none.
func (f *File) Find(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// Get returns the data of a tensor whose name and shape must match; -1 in shape
// accepts any size there.
func (f *File) Get(name string, shape ...int) ([]float32, error) {
	t := f.Find(name)
	if t == nil {
		return nil, fmt.Errorf("tensor %q is missing", name)
	}
	fits := func(have, want int) bool { return want == -1 || have == want }
	if len(t.Shape) != len(shape) || !slices.EqualFunc(t.Shape, shape, fits) {
		return nil, fmt.Errorf("tensor %q has shape %v, want %v", name, t.Shape, shape)
	}
	return t.Data, nil
}

// NaN names the first tensor that holds a value which is not a number; nil where none
// does.
func (f *File) NaN() error {
	for _, t := range f.Tensors {
		for i, v := range t.Data {
			if v != v {
				return fmt.Errorf("tensor %q: value %d is NaN, not a number", t.Name, i)
			}
		}
	}
	return nil
}
