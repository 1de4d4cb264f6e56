package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"blemish/pointmae"
	"blemish/weights"
)

// convertWeights writes the tensors of a PyTorch checkpoint, or of another safetensors
// file, as safetensors.
func (e *env) convertWeights(in, out, encoding string) error {
	if encoding != "" && encoding != "f32" && encoding != "f16" {
		return usagef("--encoding %q: weights are written as f32 or f16", encoding)
	}
	isTorch, err := startsAsTorch(in)
	if err != nil {
		return err
	}
	if !isTorch && !writesWeights(in) {
		return fmt.Errorf("%s: %s is written from a PyTorch checkpoint or a safetensors file, and this is neither", in, filepath.Ext(out))
	}
	file, left, err := readWeights(in, isTorch)
	if err != nil {
		return err
	}
	switch encoding {
	case "f16":
		file.Halve()
	case "f32":
		for i := range file.Tensors {
			file.Tensors[i].Half = false
		}
	}
	values := 0
	for _, t := range file.Tensors {
		values += len(t.Data)
		for i, v := range t.Data {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				e.log.Warn(fmt.Sprintf("%s: tensor %q: value %d is %v", in, t.Name, i, v))
				break
			}
		}
	}
	if err := weights.Write(out, file); err != nil {
		return err
	}
	if e.json {
		return e.tellConverted(converted{File: out, Is: "weights", Tensors: len(file.Tensors), Values: values, Left: left})
	}
	if !e.quiet {
		fmt.Fprintf(e.stdout, "%s: %d tensors, %d values%s\n", out, len(file.Tensors), values, networkOf(file))
		if len(left) > 0 {
			fmt.Fprintf(e.stdout, "left out: %s\n", strings.Join(left, ", "))
		}
	}
	return nil
}

func readWeights(path string, isTorch bool) (*weights.File, []string, error) {
	if !isTorch {
		f, err := weights.Read(path)
		return f, nil, err
	}
	c, err := weights.ReadTorch(path)
	if err != nil {
		return nil, nil, err
	}
	c.Metadata = map[string]string{"source": "PyTorch checkpoint"}
	return &c.File, c.Left, nil
}

// networkOf names the model that the tensors make, where it is one that we know.
func networkOf(f *weights.File) string {
	c, err := pointmae.ShapeOf(f, "")
	if err != nil {
		return ""
	}
	return fmt.Sprintf("; Point-MAE of width %d, %d + %d blocks, %d points a patch", c.Width, c.Encoder, c.Decoder, c.GroupSize)
}

func writesWeights(path string) bool { return strings.ToLower(filepath.Ext(path)) == ".safetensors" }

// startsAsTorch reports whether the file begins as PyTorch's checkpoints do.
func startsAsTorch(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	return weights.IsTorch(head[:n]), nil
}
