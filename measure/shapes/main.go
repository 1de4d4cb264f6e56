// Command shapes draws the built-in classes as a contact sheet, for docs/images and for
// looking at a class after a change:
//
//	measure/shapes/run.sh [-classes cup,vase3] [-each 1] [-views 1] [-size 180] [-columns 8] -o docs/images/shapes.png
//
// It prints a table: for every class the faces of its meshes and the processor time
// that it took to build them, milliseconds, means over the instances. -o "" draws
// nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"image"
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
	out := flag.String("o", "shapes.png", "picture to write")
	flag.Parse()
	if err := sheet(*classes, *root, *each, *views, *size, *columns, *out); err != nil {
		fmt.Fprintln(os.Stderr, "shapes:", err)
		os.Exit(1)
	}
}

func sheet(classes string, root uint64, each, views, size, columns int, out string) error {
	var images []image.Image
	var labels []string
	wanted := strings.Split(classes, ",")
	fmt.Println("| class | faces | ms |\n|---|---|---|")
	for _, class := range shape.Classes() {
		if classes != "" && !slices.Contains(wanted, class) && !slices.Contains(wanted, shape.Family(class)) {
			continue
		}
		faces, spent := 0, time.Duration(0)
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
			faces, spent = faces+len(m.Faces), spent+used()-start
			if out == "" {
				continue
			}
			for _, v := range []render.View{render.Orbit(30, 25), render.Orbit(-60, 40), render.Orbit(20, -30)}[:views] {
				img, err := render.Mesh(context.Background(), m, render.Options{Width: size, Height: size, View: v})
				if err != nil {
					return err
				}
				images = append(images, img)
				labels = append(labels, class)
			}
		}
		fmt.Printf("| `%s` | %d | %d |\n", class, faces/each, spent.Milliseconds()/int64(each))
	}
	if out == "" {
		return nil
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := render.WritePNG(f, render.Sheet(images, labels, columns)); err != nil {
		return err
	}
	return f.Close()
}

// used is the processor time of this process so far.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
