package report

// One picture a scan: a file beside the page, and a small one in it.

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"blemish/detect"
	"blemish/format"
	"blemish/geom"
	"blemish/render"
	"blemish/task"
)

// gapColor marks missing surface, in pictures as in the viewer.
var gapColor = color.NRGBA{0, 114, 178, 255}

// greyColor marks points that were not judged.
var greyColor = color.NRGBA{150, 148, 144, 255}

// pictures draws every scan of the gallery into dir/pictures, and keeps a small
// copy of each for the page.
func (w *writer) pictures() error {
	if len(w.g.scans) == 0 {
		return nil
	}
	folder := filepath.Join(w.dir, "pictures")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	hi, _ := w.g.scoreHi()
	used := map[string]bool{}
	for i, p := range w.g.scans {
		s := sketch{ctx: w.ctx, view: w.g.views[i], scan: p, hi: hi, threshold: usable(p.Limit), workers: w.opt.Workers}
		if !p.Limit.Known() && w.g.views[i].Result.Verdict == detect.Unjudged { // scores in a unit of their own
			s.hi, s.threshold = w.g.peak(p.Detector), 0
		}
		thumbnail, err := s.score(192, 144, false)
		if err != nil {
			return err
		}
		small, err := dataURL(thumbnail)
		if err != nil {
			return err
		}
		w.g.pictures = append(w.g.pictures, small)
		name := pictureName(p, used)
		img, err := s.sheet()
		if err != nil {
			return err
		}
		err = format.WriteAtomic(filepath.Join(folder, name), func(out io.Writer) error { return render.WritePNG(out, img) })
		if err != nil {
			return err
		}
		if err := w.deviationMap(folder, strings.TrimSuffix(name, ".png")+mapSuffix+".png", i); err != nil {
			return err
		}
	}
	return nil
}

// deviationMap writes the map of deviations of a scan, and keeps a copy for the page.
func (w *writer) deviationMap(folder, name string, i int) error {
	text, err := w.addMap(i)
	if err != nil || text == nil {
		return err
	}
	return format.WriteAtomic(filepath.Join(folder, name), func(out io.Writer) error {
		_, err := out.Write(text)
		return err
	})
}

// addMap draws the map of a scan for the page, and returns it as a PNG; nil where the scan has none.
func (w *writer) addMap(i int) ([]byte, error) {
	v := w.g.views[i]
	if w.maps == nil || v.Result.Signed == nil {
		w.g.maps = append(w.g.maps, "")
		return nil, nil
	}
	img, err := w.maps.deviationMap(w.ctx, w.opt.Workers, v, w.g.scans[i])
	if err != nil {
		return nil, err
	}
	text, err := encoded(img)
	w.g.maps = append(w.g.maps, asURL(text))
	return text, err
}

// mapSuffix is what stands behind the name of a scan's picture for its map of deviations.
const mapSuffix = "-deviation"

// pictureName is a file name made of what tells the scan apart.
func pictureName(p *packed, used map[string]bool) string {
	parts := make([]string, 0, 3)
	for _, s := range []string{p.Detector, p.Class, strings.TrimSuffix(p.Title, path.Ext(p.Title))} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	clean := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, strings.Join(parts, "_"))
	clean = strings.TrimLeft(clean, ".")
	name := clean + ".png"
	taken := func(name string) bool {
		stem := strings.ToLower(strings.TrimSuffix(name, ".png"))
		return used[stem] || used[stem+mapSuffix]
	}
	for n := 2; taken(name); n++ {
		name = fmt.Sprintf("%s_%d.png", clean, n)
	}
	stem := strings.ToLower(strings.TrimSuffix(name, ".png"))
	used[stem], used[stem+mapSuffix] = true, true
	return name
}

// sketch draws one scan.
type sketch struct {
	ctx       context.Context
	view      *ScanView
	scan      *packed
	hi        float64 // end of the score scale
	threshold float64
	workers   task.Workers
}

// sheet is the large picture: scores, and beside them the truth where it is known.
func (s *sketch) sheet() (image.Image, error) {
	score, err := s.score(600, 450, true)
	if err != nil || s.view.Truth == nil {
		return score, err
	}
	values := make([]float32, len(s.scan.order))
	for i, j := range s.scan.order {
		if s.view.Truth[j] > 0 {
			values[i] = 1
		}
	}
	truth, err := render.Cloud(s.ctx, s.cloud(s.scan.order), s.options(render.Options{Width: 600, Height: 450, Values: values, Map: render.Labels, Title: "truth"}))
	if err != nil {
		return nil, err
	}
	return render.Sheet([]image.Image{score, truth}, nil, 2), nil
}

// score draws the scan coloured by score, with the missing surface in its own
// colour where there is some. A lettered picture says what it shows.
func (s *sketch) score(width, height int, lettered bool) (*image.NRGBA, error) {
	order := s.scan.order
	if !lettered {
		order = s.judged()
	}
	cloud := s.cloud(order)
	values := make([]float32, len(order))
	for i, j := range order {
		values[i] = s.view.Result.Point[j]
		if !lettered && float64(values[i]) < s.threshold {
			values[i] = 0 // so small a picture shows what is marked and nothing else
		}
	}
	opt := render.Options{Width: width, Height: height, Values: values, Hi: s.hi, Map: render.Heat}
	if len(s.scan.gap) > 0 || len(s.scan.Sets) > 0 {
		opt.Values = nil
		for i, v := range values {
			c := render.Heat.At(float64(v) / s.hi)
			if !s.view.Judged(int(order[i])) {
				c = greyColor
			}
			opt.Colors = append(opt.Colors, c)
		}
	}
	if len(s.scan.gap) > 0 {
		cloud.Normals = nil
		for _, j := range s.scan.gap {
			cloud.Points = append(cloud.Points, s.view.Result.Missing[j])
			opt.Colors = append(opt.Colors, gapColor)
		}
	}
	if lettered {
		opt.Title = fmt.Sprintf("%s: %s, score %s", s.scan.Title, s.scan.Verdict, s.scan.Score.fixed(2))
		opt.Bar, opt.BarLabel = true, "score"
		switch gap, grey := len(s.scan.gap) > 0, len(s.scan.Sets) > 0; {
		case gap && grey:
			opt.Caption = "red: unusual, blue: missing surface, grey: not judged"
		case gap:
			opt.Caption = "red: unusual, blue: missing surface"
		case grey:
			opt.Caption = "grey: not judged"
		}
	}
	return render.Cloud(s.ctx, cloud, s.options(opt))
}

// judged lists the points that were judged; all where none was.
func (s *sketch) judged() []int32 {
	var out []int32
	for _, i := range s.scan.order {
		if s.view.Judged(int(i)) {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return s.scan.order
	}
	return out
}

func (s *sketch) cloud(order []int32) *geom.Cloud {
	c := &geom.Cloud{Points: gather(s.view.Cloud.Points, order)}
	if s.view.Cloud.Normals != nil {
		c.Normals = gather(s.view.Cloud.Normals, order)
	}
	return c
}

func (s *sketch) options(o render.Options) render.Options {
	l := s.scan.Look
	o.View = render.View{Eye: geom.Vec{X: l[0], Y: l[1], Z: l[2]}}
	o.Background = color.NRGBA{238, 241, 245, 255}
	o.Workers = s.workers
	return o
}

// encoded is a picture as the bytes of a PNG.
func encoded(img image.Image) ([]byte, error) {
	var buf bytes.Buffer
	if err := render.WritePNG(&buf, img); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return buf.Bytes(), nil
}

func dataURL(img image.Image) (string, error) {
	text, err := encoded(img)
	return asURL(text), err
}

// asURL is a PNG as the source of a picture in a page.
func asURL(text []byte) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(text)
}
