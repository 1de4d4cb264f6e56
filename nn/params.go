package nn

import (
	"fmt"

	"blemish/internal/pages"
)

// Param is one named array of trained values.
type Param struct {
	Name  string
	Shape []int
	Value []float32
	Grad  []float32 // nil until Params.AllocateGrads
	Decay bool      // weight decay applies

	at int // offset in the flat arrays
}

// Params holds all trained values of a model in one flat array, those with weight
// decay first, so that an optimiser runs over two stretches.
type Params struct {
	list   []*Param
	value  []float32
	grad   []float32
	decays int // values [0, decays) have weight decay
}

// Add names an array; it has no memory before Allocate. Names must differ.
func (p *Params) Add(name string, decay bool, shape ...int) *Param {
	if p.value != nil {
		panic("nn: parameter " + name + " added after Allocate")
	}
	for _, have := range p.list {
		if have.Name == name {
			panic("nn: parameter " + name + " added twice")
		}
	}
	a := &Param{Name: name, Shape: shape, Decay: decay}
	p.list = append(p.list, a)
	return a
}

// All lists the parameters in the order of their Add.
func (p *Params) All() []*Param { return p.list }

// Count is the number of trained values.
func (p *Params) Count() int {
	n := 0
	for _, a := range p.list {
		n += a.size()
	}
	return n
}

func (a *Param) size() int {
	n := 1
	for _, s := range a.Shape {
		n *= s
	}
	return n
}

// Allocate gives every parameter its zeroed values.
func (p *Params) Allocate() {
	at := 0
	for _, decay := range []bool{true, false} {
		for _, a := range p.list {
			if a.Decay == decay {
				a.at = at
				at += (a.size() + 15) / 16 * 16 // whole cache lines
			}
		}
		if decay {
			p.decays = at
		}
	}
	p.value = pages.Make[float32](at)
	for _, a := range p.list {
		a.Value = p.value[a.at : a.at+a.size() : a.at+a.size()]
	}
}

// AllocateGrads gives every parameter its gradient, once.
func (p *Params) AllocateGrads() {
	if p.grad != nil {
		return
	}
	p.grad = pages.Make[float32](len(p.value))
	for _, a := range p.list {
		a.Grad = p.grad[a.at : a.at+a.size() : a.at+a.size()]
	}
}

// CopyFrom copies the values of parameters added in the same order.
func (p *Params) CopyFrom(src *Params) {
	if len(p.value) != len(src.value) {
		panic(fmt.Sprintf("nn: copying %d values onto %d", len(src.value), len(p.value)))
	}
	copy(p.value, src.value)
}
