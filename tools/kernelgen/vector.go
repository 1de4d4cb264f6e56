package main

import (
	"fmt"
	"math"
	"strings"
)

// kernel is one pass over arrays. It is written for both vector widths, with a Go
// function that chooses, and one that declines where there is no assembly.
type kernel struct {
	name string
	doc  string
	// Parameters: pointers and whole numbers, then float32 values. A leading '#'
	// marks a number, '%' a value, '@' a pointer to int32.
	params []string
	write  func(v *vec)
}

func (k kernel) parts() (pointers, ints, floats []string) {
	for _, p := range k.params {
		switch p[0] {
		case '#':
			ints = append(ints, p[1:])
		case '%':
			floats = append(floats, p[1:])
		default:
			pointers = append(pointers, strings.TrimPrefix(p, "@"))
		}
	}
	return
}

// signature is the parameter list in Go.
func (k kernel) signature() string {
	var s []string
	for _, p := range k.params {
		switch p[0] {
		case '#':
			s = append(s, p[1:]+" int")
		case '%':
			s = append(s, p[1:]+" float32")
		case '@':
			s = append(s, p[1:]+" *int32")
		default:
			s = append(s, p+" *float32")
		}
	}
	return strings.Join(s, ", ")
}

// arguments is the same as a call's list.
func (k kernel) arguments() string {
	var s []string
	for _, p := range k.params {
		s = append(s, strings.TrimLeft(p, "#%@"))
	}
	return strings.Join(s, ", ")
}

// pointerRegisters hold pointers in the order of the parameters. AX is the offset
// of the present vector in bytes, CX the number of values left; BX, R12 and R13 are
// for loops over rows.
var pointerRegisters = []string{"SI", "DI", "DX", "R8", "R9", "R10", "R11", "R12"}

// vec writes the vector code of one kernel at one width.
type vec struct {
	*text
	width
	kernel
	constants *constants
	masked    bool // the last, partial vector: memory is touched in its lanes only
	offset    string
	labels    int
}

// maskRegister holds the lanes of a partial vector with AVX2; AVX-512 has K1.
const maskRegister = 15

func (v *vec) r(i int) string { return fmt.Sprintf("%s%d", v.reg, i) }

// ins writes an instruction on vector registers, destination last.
func (v *vec) ins(name string, regs ...int) {
	var s []string
	for _, r := range regs {
		s = append(s, v.r(r))
	}
	v.op("%s %s", name, strings.Join(s, ", "))
}

// with writes an instruction whose first operand is a constant in memory.
func (v *vec) with(name string, c float32, regs ...int) {
	v.withBits(name, math.Float32bits(c), regs...)
}

func (v *vec) withBits(name string, bits uint32, regs ...int) {
	s := []string{v.constants.address(bits)}
	for _, r := range regs {
		s = append(s, v.r(r))
	}
	v.op("%s %s", name, strings.Join(s, ", "))
}

func (v *vec) at(pointer string) string { return fmt.Sprintf("(%s)(%s*1)", pointer, v.offset) }

// load reads a vector at the present offset; lanes outside are zero.
func (v *vec) load(pointer string, r int) {
	switch {
	case !v.masked:
		v.op("VMOVUPS %s, %s", v.at(pointer), v.r(r))
	case v.reg == "Z":
		v.op("VMOVUPS.Z %s, K1, %s", v.at(pointer), v.r(r))
	default:
		v.op("VMASKMOVPS %s, %s, %s", v.at(pointer), v.r(maskRegister), v.r(r))
	}
}

func (v *vec) store(r int, pointer string) {
	switch {
	case !v.masked:
		v.op("VMOVUPS %s, %s", v.r(r), v.at(pointer))
	case v.reg == "Z":
		v.op("VMOVUPS %s, K1, %s", v.r(r), v.at(pointer))
	default:
		v.op("VMASKMOVPS %s, %s, %s", v.r(r), v.r(maskRegister), v.at(pointer))
	}
}

// onlyInside clears lanes outside a partial vector.
func (v *vec) onlyInside(r int) {
	switch {
	case !v.masked:
	case v.reg == "Z":
		v.op("VMOVAPS.Z %s, K1, %s", v.r(r), v.r(r))
	default:
		v.ins("VANDPS", maskRegister, r, r)
	}
}

// outsideFrom sets lanes outside a partial vector to those of another register.
func (v *vec) outsideFrom(other, r int) {
	switch {
	case !v.masked:
	case v.reg == "Z":
		v.op("VBLENDMPS %s, %s, K1, %s", v.r(r), v.r(other), v.r(r))
	default:
		v.ins("VBLENDVPS", maskRegister, r, other, r)
	}
}

// where sets dst to value in lanes where a > b, and leaves it elsewhere.
// mask is a free register.
func (v *vec) where(a, b, mask int, pairs ...[2]int) {
	if v.reg == "Z" {
		v.op("VCMPPS $30, %s, %s, K2", v.r(b), v.r(a))
		for _, p := range pairs {
			v.op("VMOVAPS %s, K2, %s", v.r(p[0]), v.r(p[1]))
		}
		return
	}
	v.op("VCMPPS $30, %s, %s, %s", v.r(b), v.r(a), v.r(mask))
	for _, p := range pairs {
		v.ins("VBLENDVPS", mask, p[0], p[1], p[1])
	}
}

// keepPositive clears r where a ≤ 0 or a is no number; zero is a cleared register.
func (v *vec) keepPositive(a, zero, mask, r int) {
	if v.reg == "Z" {
		v.op("VCMPPS $30, %s, %s, K2", v.r(zero), v.r(a))
		v.op("VMOVAPS.Z %s, K2, %s", v.r(r), v.r(r))
		return
	}
	v.op("VCMPPS $30, %s, %s, %s", v.r(zero), v.r(a), v.r(mask))
	v.ins("VANDPS", mask, r, r)
}

// begin writes the label and fetches the pointers.
func (v *vec) begin() {
	pointers, ints, floats := v.parts()
	v.line("")
	v.line("// func %s%s(%s)", v.name, v.suffix, v.signature())
	v.line("TEXT ·%s%s(SB), NOSPLIT, $0-%d", v.name, v.suffix, 8*(len(pointers)+len(ints))+4*len(floats))
	for i, p := range pointers {
		v.op("MOVQ %s+%d(FP), %s", p, 8*i, pointerRegisters[i])
	}
}

// integer fetches a whole number.
func (v *vec) integer(name, register string) {
	pointers, ints, _ := v.parts()
	for i, n := range ints {
		if n == name {
			v.op("MOVQ %s+%d(FP), %s", name, 8*(len(pointers)+i), register)
		}
	}
}

// pointer fetches a pointer again.
func (v *vec) pointer(name, register string) {
	pointers, _, _ := v.parts()
	for i, p := range pointers {
		if p == name {
			v.op("MOVQ %s+%d(FP), %s", name, 8*i, register)
		}
	}
}

// value fetches a float32 into all lanes.
func (v *vec) value(name string, r int) {
	pointers, ints, floats := v.parts()
	for i, f := range floats {
		if f == name {
			v.op("VBROADCASTSS %s+%d(FP), %s", name, 8*(len(pointers)+len(ints))+4*i, v.r(r))
		}
	}
}

// lanes runs body over CX values, the last time with a mask where they are no
// multiple of the width.
func (v *vec) lanes(body func()) {
	v.offset = "AX"
	v.op("XORQ AX, AX")
	v.op("SUBQ $%d, CX", v.width.lanes)
	v.op("JLT tail")
	v.line("loop:")
	body()
	v.op("ADDQ $%d, AX", v.bytes())
	v.op("SUBQ $%d, CX", v.width.lanes)
	v.op("JGE loop")
	v.line("tail:")
	v.op("ADDQ $%d, CX", v.width.lanes)
	v.op("JZ done")
	if v.reg == "Z" {
		v.op("MOVL $1, BX")
		v.op("SHLL CX, BX")
		v.op("DECL BX")
		v.op("KMOVW BX, K1")
	} else {
		v.op("NEGQ CX")
		v.op("LEAQ lanes<>+32(SB), BX")
		v.op("VMOVUPS (BX)(CX*4), %s", v.r(maskRegister))
	}
	v.masked = true
	body()
	v.masked = false
	v.line("done:")
}

// columns runs body once for each vector of c columns. Inside, rows runs a loop
// down the rows with the row's offset for load and store.
func (v *vec) columns(body func()) {
	v.integer("c", "CX")
	v.op("LEAQ (CX*4), R13")
	v.lanes(body)
}

// rows runs body for every row; step moves a pointer to other rows, if there is one.
func (v *vec) rows(first int, body func(), step func()) {
	v.labels++
	v.integer("rows", "BX")
	v.op("MOVQ AX, R12")
	for range first {
		v.op("ADDQ R13, R12")
		v.op("DECQ BX")
	}
	v.op("TESTQ BX, BX")
	v.op("JLE rows%dend", v.labels)
	v.line("rows%d:", v.labels)
	v.offset = "R12"
	body()
	v.offset = "AX"
	if step != nil {
		step()
	}
	v.op("ADDQ R13, R12")
	v.op("DECQ BX")
	v.op("JNZ rows%d", v.labels)
	v.line("rows%dend:", v.labels)
}

func (v *vec) end() {
	v.op("VZEROUPPER")
	v.op("RET")
}

// constants are values repeated over 64 bytes, so that both widths read them.
type constants struct{ bits []uint32 }

func (c *constants) address(bits uint32) string {
	for i, b := range c.bits {
		if b == bits {
			return fmt.Sprintf("constants<>+%d(SB)", 64*i)
		}
	}
	c.bits = append(c.bits, bits)
	return fmt.Sprintf("constants<>+%d(SB)", 64*(len(c.bits)-1))
}

func (c *constants) write(t *text) {
	t.line("")
	for i, b := range c.bits {
		for lane := 0; lane < 16; lane += 2 {
			t.line("DATA constants<>+%d(SB)/8, $0x%08x%08x", 64*i+4*lane, b, b)
		}
	}
	t.line("GLOBL constants<>(SB), RODATA|NOPTR, $%d", 64*len(c.bits))
	t.line("")
	t.line("// n lanes of ones begin 4·n bytes before the middle.")
	for i := 0; i < 8; i++ {
		value := "0xffffffffffffffff"
		if i >= 4 {
			value = "0"
		}
		t.line("DATA lanes<>+%d(SB)/8, $%s", 8*i, value)
	}
	t.line("GLOBL lanes<>(SB), RODATA|NOPTR, $64")
}

// writeVectors writes all kernels in assembly.
func writeVectors(t *text) {
	c := &constants{}
	for _, k := range vectorKernels {
		for _, w := range []width{avx2, avx512} {
			v := &vec{text: t, width: w, kernel: k, constants: c}
			v.begin()
			k.write(v)
			v.end()
		}
	}
	c.write(t)
}

// writeVectorStubs writes their Go declarations and the choice between them.
func writeVectorStubs(t *text) {
	t.line("package tensor")
	t.line("")
	t.line(`import "blemish/internal/kernels"`)
	for _, k := range vectorKernels {
		t.line("")
		t.line("// %s %s", k.name, k.doc)
		t.line("// It reports whether there was a kernel for it.")
		t.line("func %s(%s) bool {", k.name, k.signature())
		t.op("switch active.vectors {")
		for i, w := range []width{avx512, avx2} {
			t.op("case %s:", []string{"kernels.AVX512", "kernels.AVX2"}[i])
			t.op("\t%s%s(%s)", k.name, w.suffix, k.arguments())
		}
		t.op("default:")
		t.op("\treturn false")
		t.op("}")
		t.op("return true")
		t.line("}")
		for _, w := range []width{avx2, avx512} {
			t.line("")
			t.line("//go:noescape")
			t.line("func %s%s(%s)", k.name, w.suffix, k.signature())
		}
	}
}

// writeVectorDeclines writes the functions for other architectures.
func writeVectorDeclines(t *text) {
	t.line("package tensor")
	for _, k := range vectorKernels {
		t.line("")
		t.line("func %s(%s) bool { return false }", k.name, k.signature())
	}
}
