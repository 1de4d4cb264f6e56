package render_test

import (
	"context"
	"fmt"
	"image"
	"io"

	"blemish/geom"
	"blemish/render"
)

// The same object from four sides on one sheet.
func Example() {
	c := &geom.Cloud{Points: []geom.Vec3{{}, {X: 1}, {Y: 1}, {Z: 1}}}
	var images []image.Image
	var labels []string
	for i, view := range render.Views(4) {
		img, err := render.Cloud(context.Background(), c, render.Options{Width: 80, Height: 60, View: view})
		if err != nil {
			fmt.Println(err)
			return
		}
		images = append(images, img)
		labels = append(labels, fmt.Sprint("view ", i))
	}
	sheet := render.Sheet(images, labels, 2)
	fmt.Println(sheet.Bounds().Dx(), sheet.Bounds().Dy(), render.WritePNG(io.Discard, sheet))
	// Output: 172 158 <nil>
}
