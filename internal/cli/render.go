package cli

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"blemish/dataset"
	"blemish/feature"
	"blemish/format"
	"blemish/geom"
	"blemish/render"
	"blemish/spatial"

	"github.com/spf13/cobra"
)

// picture is what render's flags say.
type picture struct {
	out, color    string
	views         int
	sheet         bool
	columns       int
	width, height int
	stages        bool // of the samples of a data set
	only, meshes  []string
}

func newRender(e *env) *cobra.Command {
	var p picture
	cmd := &cobra.Command{
		Use:   "render FILE… -o PNG",
		Short: "pictures without a display",
		Long:  "Draw clouds and meshes to PNG, without a display. Several files or views make a contact sheet; a folder means all clouds or meshes in it.",
		Example: `  blemish render scan.ply -o scan.png
  blemish render out/scan.ply --color score --views 4 -o heat.png
  blemish render data/cup0/test --sheet --color label -o sheet.png
  blemish render data --stages -o figure1.png`,
		Args: atLeast(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case p.out == "":
				return usagef("-o PNG missing: the picture to write")
			case strings.ToLower(filepath.Ext(p.out)) != ".png":
				return usagef("-o %s: pictures are PNG; end the name in .png", p.out)
			case p.views < 1 || p.views > 64:
				return usagef("--views %d: from 1 to 64", p.views)
			case p.width < 16 || p.height < 16 || p.width > 8192 || p.height > 8192:
				return usagef("--size %dx%d: from 16 to 8192 pixels", p.width, p.height)
			}
			if p.stages && len(args) != 1 || !p.stages && len(p.only)+len(p.meshes) > 0 {
				return usagef("--stages takes one folder, a data set that synth has made; --only and --meshes go with it")
			}
			return e.render(cmd, args, p)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&p.out, "out", "o", "", "PNG to write")
	f.StringVar(&p.color, "color", "auto", "score, label, depth, normals, rgb (the file's own colours), any other per-point value of the file, or none; auto: the first of score, label, distance, rgb")
	f.IntVar(&p.views, "views", 1, "how many views, spaced around; a single view of labels or scores shows the marked side")
	f.BoolVar(&p.sheet, "sheet", false, "small pictures, many to a sheet")
	f.IntVar(&p.columns, "columns", 0, "columns of the sheet (0: fitting)")
	f.BoolVar(&p.stages, "stages", false, "of a data set of synth: below one another the mesh, the subdivided mesh, the defective cloud and its truth")
	f.StringSliceVar(&p.only, "only", nil, "with --stages: these samples, such as cup0_bulge0 (default: one of each of 8 classes)")
	f.StringSliceVar(&p.meshes, "meshes", nil, "with --stages: the mesh files or folders that the set was made from")
	f.IntVar(&p.width, "width", 800, "pixels per picture")
	f.IntVar(&p.height, "height", 600, "pixels per picture")
	group(cmd, "What is drawn", "color", "views")
	group(cmd, "How a data set came about", "stages", "only", "meshes")
	group(cmd, "The picture", "out", "sheet", "columns", "width", "height")
	complete(cmd, "color", "auto", "score", "label", "depth", "distance", "normals", "rgb", "none")
	return cmd
}

func (e *env) render(cmd *cobra.Command, args []string, p picture) error {
	if (p.sheet || p.stages) && !cmd.Flags().Changed("width") {
		p.width, p.height = 320, 260
	}
	if p.stages {
		images, labels, columns, err := e.drawStages(cmd.Context(), args[0], p)
		if err != nil {
			return err
		}
		return e.writePicture(p.out, render.Sheet(images, labels, columns), len(images), args)
	}
	files, err := dataset.Scans(args)
	if err != nil {
		return err
	}
	var images []image.Image
	var labels []string
	for _, path := range files {
		drawn, err := e.draw(cmd, path, p)
		if err != nil {
			return err
		}
		for i, img := range drawn {
			images = append(images, img)
			label := filepath.Base(path)
			if i > 0 {
				label = ""
			}
			labels = append(labels, label)
		}
	}
	final := images[0]
	if len(images) > 1 {
		final = render.Sheet(images, labels, p.columnsFor(len(images)))
	}
	return e.writePicture(p.out, final, len(images), files)
}

func (e *env) writePicture(out string, img image.Image, pictures int, from []string) error {
	if err := format.WriteAtomic(out, func(w io.Writer) error { return render.WritePNG(w, img) }); err != nil || !e.json {
		return err
	}
	size := img.Bounds().Size()
	return e.printJSON(struct {
		File     string   `json:"file"`
		Width    int      `json:"width"`
		Height   int      `json:"height"`
		Pictures int      `json:"pictures"`
		From     []string `json:"from"`
	}{out, size.X, size.Y, pictures, from})
}

func (p picture) columnsFor(n int) int {
	switch {
	case p.columns > 0:
		return p.columns
	case p.views > 1:
		return p.views
	}
	for columns := 1; ; columns++ {
		if columns*columns >= n || columns == 8 {
			return columns
		}
	}
}

func (e *env) draw(cmd *cobra.Command, path string, p picture) ([]image.Image, error) {
	cloud, info, err := format.ReadCloud(path)
	if err != nil {
		return nil, err
	}
	if truth, label, ok := dataset.TruthBeside(path, cloud); ok && (p.color == "auto" || p.color == "label") {
		cloud = truth
		cloud.SetScalar("label", label)
	}
	var mesh *geom.Mesh
	if info.Faces > 0 {
		if mesh, _, err = format.ReadMesh(path); err != nil {
			return nil, err
		}
	}
	opt := render.Options{Width: p.width, Height: p.height, Workers: e.workers, Bar: !p.sheet}
	by := p.color
	if by == "label" && p.sheet && cloud.Scalar("label") == nil {
		by = "none" // a sound scan among defective ones
	}
	if err := e.colour(cmd, cloud, mesh, by, &opt); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var images []image.Image
	views := []render.View{{}}
	switch {
	case p.views > 1:
		views = render.Views(p.views)
	case mesh == nil && opt.Values != nil && opt.BarLabel == "label":
		views[0] = render.Facing(cloud.Points, opt.Values, 0)
	case mesh == nil && opt.Values != nil && opt.BarLabel == "score":
		views[0] = render.Facing(cloud.Points, opt.Values, 1) // above every sound point seen in training
	}
	for _, v := range views {
		opt.View = v
		var img image.Image
		if mesh != nil {
			img, err = render.Mesh(cmd.Context(), mesh, opt)
		} else {
			img, err = render.Cloud(cmd.Context(), cloud, opt)
		}
		if err != nil {
			return nil, err
		}
		images = append(images, img)
	}
	return images, nil
}

// colour chooses what a picture is coloured by.
func (e *env) colour(cmd *cobra.Command, cloud *geom.Cloud, mesh *geom.Mesh, by string, opt *render.Options) error {
	if by == "auto" {
		by = "none"
		for _, name := range []string{"rgb", "distance", "label", "score"} {
			if cloud.Scalar(name) != nil || name == "rgb" && ownColors(cloud) != nil {
				by = name
			}
		}
	}
	switch {
	case by == "none":
		return nil
	case mesh != nil:
		return errors.New("a mesh has no per-point values to colour by; use --color none")
	case by == "normals":
		return e.colourNormals(cmd, cloud, opt)
	case by == "rgb":
		if opt.Colors = ownColors(cloud); opt.Colors == nil {
			return errors.New("no colours in the file; they are red, green and blue, each 0 to 255")
		}
		return nil
	case cloud.Scalar(by) == nil:
		return fmt.Errorf("no per-point value %q to colour by; there are: %s", by, strings.Join(cloud.ScalarNames(), ", "))
	}
	opt.Values, opt.BarLabel = cloud.Scalar(by), by
	switch by {
	case "label":
		opt.Map = render.Labels
	case "score":
		// Calibrated: 1 is the largest on held-out sound scans. A fixed scale keeps a
		// sound scan from looking like a defective one.
		opt.Map, opt.Lo, opt.Hi = render.Heat, 0, 3
	case "depth", "signed":
		opt.Map = render.CoolWarm
	case "distance":
		if opt.Map = render.Heat; slices.ContainsFunc(opt.Values, func(v float32) bool { return v < 0 }) {
			opt.Map = render.CoolWarm
		}
	default:
		opt.Map = render.Inferno
	}
	return nil
}

// ownColors are the colours that a cloud's file came with, nil where it has none.
func ownColors(cloud *geom.Cloud) []color.NRGBA {
	red, green, blue := cloud.Scalar("red"), cloud.Scalar("green"), cloud.Scalar("blue")
	if red == nil || green == nil || blue == nil {
		return nil
	}
	colors := make([]color.NRGBA, cloud.Len())
	for i := range colors {
		colors[i] = color.NRGBA{R: uint8(red[i]), G: uint8(green[i]), B: uint8(blue[i]), A: 255}
	}
	return colors
}

// colourNormals colours by how far the surface faces up.
func (e *env) colourNormals(cmd *cobra.Command, cloud *geom.Cloud, opt *render.Options) error {
	normals := cloud.Normals
	if normals == nil {
		var err error
		if normals, _, err = feature.Normals(cmd.Context(), e.workers, spatial.NewTree(cloud.Points), 30); err != nil {
			return err
		}
		feature.Orient(cloud.Points, normals, cloud.Box().Center())
	}
	opt.Values, opt.Map, opt.BarLabel = make([]float32, len(normals)), render.CoolWarm, "normal, z"
	for i, n := range normals {
		opt.Values[i] = n.Z
	}
	return nil
}
