// Shapes draws the built-in classes as a contact sheet, for docs/images and for
// looking at a class after a change:
//
//	go run ./scripts/shapes [-classes cup,vase3] [-each 1] [-views 1] [-size 180] [-columns 8] [-colors 32] -o docs/images/shapes.png
//
// It prints the faces of each mesh and the processor time it took to build.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"blemish/render"
	"blemish/seed"
	"blemish/shape"
)

func main() {
	classes := flag.String("classes", "", "classes or families; all")
	each := flag.Int("each", 1, "instances of each class")
	views := flag.Int("views", 1, "views of each instance, 1 to 3")
	size := flag.Int("size", 180, "pixels of a picture")
	columns := flag.Int("columns", 8, "pictures in a row")
	root := flag.Uint64("seed", 1, "seed")
	colors := flag.Int("colors", 0, "grey levels to reduce the sheet to, for a small file; 0: all colours")
	out := flag.String("o", "shapes.png", "picture to write")
	flag.Parse()
	if err := sheet(*classes, *root, *each, *views, *size, *columns, *colors, *out); err != nil {
		fmt.Fprintln(os.Stderr, "shapes:", err)
		os.Exit(1)
	}
}

func sheet(classes string, root uint64, each, views, size, columns, colors int, out string) error {
	var images []image.Image
	var labels []string
	wanted := strings.Split(classes, ",")
	for _, class := range shape.Classes() {
		if classes != "" && !slices.Contains(wanted, class) && !slices.Contains(wanted, shape.Family(class)) {
			continue
		}
		for i := 0; i < each; i++ {
			r := seed.Stream(root, "shape", class)
			if i > 0 {
				r = seed.Stream(root, "shape", class, i)
			}
			start := used()
			m, err := shape.Build(class, r)
			if err != nil {
				return err
			}
			fmt.Printf("%s\t%d faces\t%d ms\n", class, len(m.Faces), (used() - start).Milliseconds())
			for _, v := range []render.View{render.Orbit(30, 25), render.Orbit(-60, 40), render.Orbit(20, -30)}[:views] {
				images = append(images, render.Mesh(m, render.Options{Width: size, Height: size, View: v}))
				labels = append(labels, class)
			}
		}
	}
	var img image.Image = render.Sheet(images, labels, columns)
	if colors > 0 {
		img = reduced(img, colors)
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := render.WritePNG(f, img); err != nil {
		return err
	}
	return f.Close()
}

// reduced is the picture in n greys.
func reduced(img image.Image, n int) image.Image {
	greys := make(color.Palette, n)
	for i := range greys {
		greys[i] = color.Gray{uint8(255 * i / (n - 1))}
	}
	small := image.NewPaletted(img.Bounds(), greys)
	draw.Draw(small, small.Rect, img, img.Bounds().Min, draw.Src)
	return small
}

// used is the processor time of this process so far.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
