package format

import (
	"errors"
	"io"

	"blemish/geom"
)

func encodeNPY(w io.Writer, c *geom.Cloud, opt WriteOptions) error { return errors.New("todo") }
func encodeOBJ(w io.Writer, m *geom.Mesh, opt WriteOptions) error  { return errors.New("todo") }
func encodeOFF(w io.Writer, m *geom.Mesh, opt WriteOptions) error  { return errors.New("todo") }
func encodeSTL(w io.Writer, m *geom.Mesh, opt WriteOptions) error  { return errors.New("todo") }
