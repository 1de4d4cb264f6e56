package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"blemish/format"
	"blemish/geom"

	"github.com/spf13/cobra"
)

func newConvert(e *env) *cobra.Command {
	var encoding string
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "between formats",
		Long: "Convert a cloud or a mesh to another format. The content of IN says which format it has, the extension of OUT which one to write: clouds as " + format.WritableCloud.String() + ", meshes as " + format.WritableMesh.String() + ". - as IN is standard input, as OUT a PLY on standard output.\n\n" +
			"A PyTorch checkpoint (.pth, .pt) becomes safetensors: the tensors of its state dictionary under their own names; nothing in it is run.",
		Example: `  blemish convert scan.pcd scan.ply
  blemish convert part.stl part.obj
  blemish convert scan.txt scan.pcd --encoding binary_compressed
  blemish convert pretrain.pth weights.safetensors`,
		Args: exactly(2, "IN and OUT"),
		RunE: func(_ *cobra.Command, args []string) error {
			if e.json && args[1] == "-" {
				return usagef("--json does not go with - as OUT: standard output has the PLY")
			}
			if writesWeights(args[1]) {
				return e.convertWeights(args[0], args[1], encoding)
			}
			return e.convert(args[0], args[1], format.WriteOptions{Encoding: encoding})
		},
	}
	cmd.Flags().StringVar(&encoding, "encoding", "", format.EncodingList()+"; f32 or f16 (safetensors); default: the format's usual one")
	return cmd
}

func (e *env) convert(in, out string, opt format.WriteOptions) error {
	switch strings.ToLower(filepath.Ext(in)) {
	case ".pth", ".pt", ".ckpt", ".safetensors":
		return usagef("%s holds weights; OUT must end with .safetensors", in)
	}
	s, err := e.openShape(in)
	if err != nil {
		return err
	}
	name := out
	if out == "-" {
		name = "standard output.ply"
	}
	e.warnAll(s.file, s.info.Warnings)
	// A file with faces stays a mesh where the target can hold one.
	if s.mesh != nil && format.WritableMesh.Has(name) {
		if s.cloud.Len() == len(s.mesh.Vertices) && format.WritableVertexColumns.Has(name) {
			opt.Vertices = s.cloud
		} else {
			e.warnOfLoss(out, s.cloud)
		}
		if out == "-" {
			return format.EncodeMesh(e.stdout, name, s.mesh, opt)
		}
		if err := format.WriteMesh(out, s.mesh, opt); err != nil {
			return err
		}
		return e.tellConverted(converted{File: out, Is: "mesh", Points: len(s.mesh.Vertices), Faces: len(s.mesh.Faces)})
	}
	if s.mesh != nil {
		e.log.Warn(fmt.Sprintf("%s: %d faces are left out; %s files hold points", out, s.info.Faces, strings.ToLower(filepath.Ext(name))))
	}
	if !format.WritableColumns.Has(name) {
		e.warnOfLoss(out, s.cloud)
	}
	if out == "-" {
		return format.EncodeCloud(e.stdout, name, s.cloud, opt)
	}
	if err := format.WriteCloud(out, s.cloud, opt); err != nil {
		return err
	}
	return e.tellConverted(converted{File: out, Is: "cloud", Points: s.cloud.Len()})
}

// converted is what convert --json prints.
type converted struct {
	File    string   `json:"file"`
	Is      string   `json:"is"` // cloud, mesh or weights
	Points  int      `json:"points,omitempty"`
	Faces   int      `json:"faces,omitempty"`
	Tensors int      `json:"tensors,omitempty"`
	Values  int      `json:"values,omitempty"`
	Left    []string `json:"left_out,omitempty"` // entries of a checkpoint that are no tensors of the network
}

// tellConverted says nothing to people: the file is there.
func (e *env) tellConverted(c converted) error {
	if !e.json {
		return nil
	}
	return e.printJSON(c)
}

// warnOfLoss names what is known of the points that a format has no room for.
func (e *env) warnOfLoss(out string, cloud *geom.Cloud) {
	names := cloud.ScalarNames()
	if cloud.Normals != nil {
		names = append([]string{"normals"}, names...)
	}
	if len(names) > 0 {
		e.log.Warn(fmt.Sprintf("%s: left out, for the format has no room: %s", out, strings.Join(names, ", ")))
	}
}
