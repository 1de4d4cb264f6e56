package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"blemish/defect"
	"blemish/defect/inscan"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/setting"
	"blemish/seed"
)

// Sets from sound scans as they come: a folder of scans is a class. The first ones are to
// learn from, the others are the sound ones to test with, and what defects are carved into.

// scanFile is a sound scan.
type scanFile struct {
	path, label, hash string
}

// carveTries is how many places are tried for a defect.
const carveTries = 60

// carveScale is what a severity means in a scan, as shares of the scan's diagonal.
type carveScale struct{ size, depth [2]float64 }

var carveScales = map[defect.Severity]carveScale{
	defect.Easy:   {size: [2]float64{0.12, 0.2}, depth: [2]float64{0.02, 0.04}},
	defect.Medium: {size: [2]float64{0.08, 0.14}, depth: [2]float64{0.01, 0.02}},
	defect.Hard:   {size: [2]float64{0.04, 0.08}, depth: [2]float64{0.003, 0.008}},
}

// scanSources makes a class of each folder.
func scanSources(folders []string, train int) ([]source, error) {
	var all []source
	taken := map[string]string{}
	for _, dir := range folders {
		files, err := Folder(dir)
		if err != nil {
			return nil, err
		}
		if len(files) <= train {
			return nil, fmt.Errorf("%s: %d scans, of which %d are to learn from: none is left to carve into; give more, or a smaller --train", dir, len(files), train)
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		s := source{class: folderClass(abs), label: filepath.Base(abs)}
		if first, dup := taken[s.class]; dup {
			return nil, fmt.Errorf("%s and %s would both be class %q; rename one", first, dir, s.class)
		}
		taken[s.class] = dir
		sum := sha256.New()
		for _, file := range files {
			hash, err := format.HashFile(file)
			if err != nil {
				return nil, err
			}
			s.scans = append(s.scans, scanFile{file, s.label + "/" + filepath.Base(file), hash})
			io.WriteString(sum, hash)
		}
		s.hash = hex.EncodeToString(sum.Sum(nil))
		all = append(all, s)
	}
	return all, nil
}

// folderClass is the class of a folder, whose dots are no extension.
func folderClass(dir string) string { return className(filepath.Base(dir) + ".d") }

// sound is how many sound scans a class has to test with.
func (s source) sound(opt Options) int {
	if s.scans == nil {
		return opt.Sound
	}
	return min(opt.Sound, len(s.scans)-opt.Train)
}

// scanOf is the scan that a job is made from.
func (s source) scanOf(j job, opt Options) int {
	switch {
	case j.part == "train":
		return j.index
	case j.kind == "":
		return opt.Train + j.index
	}
	return opt.Train + j.index%(len(s.scans)-opt.Train)
}

// read reads one of the scans. Messages name no place on this machine.
func (f scanFile) read() (*geom.Cloud, error) {
	c, _, err := format.ReadCloud(f.path)
	if err != nil {
		return nil, errors.New(strings.ReplaceAll(err.Error(), f.path, f.label))
	}
	return c, nil
}

// ground makes the scans of a class ready that defects are carved into.
func (s source) ground(ctx context.Context, opt Options) ([]*inscan.Ground, error) {
	grounds := make([]*inscan.Ground, len(s.scans))
	for i := opt.Train; i < len(s.scans); i++ {
		cloud, err := s.scans[i].read()
		if err != nil {
			return nil, err
		}
		if grounds[i], err = inscan.NewGround(ctx, 1, cloud); err != nil {
			return nil, fmt.Errorf("%s: %w", s.scans[i].label, err)
		}
	}
	return grounds, nil
}

// buildFromScan is buildSample for a class of scans; given is nil where the plan is to be drawn.
func buildFromScan(ctx context.Context, folder string, opt Options, s source, grounds []*inscan.Ground, j job, given *inscan.Plan) (*Sample, error) {
	m := &maker{opt: opt, class: s.class, job: j}
	at := s.scanOf(j, opt)
	if at >= len(s.scans) {
		return nil, fmt.Errorf("%s: the class has %d scans", j.file, len(s.scans))
	}
	from := s.scans[at]
	sample := &Sample{File: j.file, Truth: j.truth, Class: s.class, Kind: Sound, Index: j.index, Source: from.label, SourceSHA256: from.hash}
	var cloud *geom.Cloud
	var err error
	if j.kind == "" {
		if cloud, err = from.read(); err != nil {
			return nil, err
		}
		cloud = &geom.Cloud{Points: cloud.Points, Origin: cloud.Origin, Sensor: cloud.Sensor}
	} else {
		sample.Kind = string(j.kind)
		plan, carved, err := m.carve(ctx, grounds[at], given)
		if err != nil {
			return nil, err
		}
		// The plan as it was drawn: made again, a chip finds its edge again.
		cloud, sample.Carving, sample.Lost = carved.Cloud, plan, len(carved.Lost)
	}
	diagonal := cloud.Box().Diagonal()
	if !(diagonal > 0) {
		return nil, fmt.Errorf("%w: all points are at one place", defect.ErrUnsuitable)
	}
	measure(sample, cloud, diagonal)
	pose := geom.IdentityPose()
	if opt.Pose == RandomPose {
		pose = randomPose(cloud.Box().Center(), diagonal, m.stream("pose"))
	}
	cloud = cloud.Transform(pose)
	sample.Pose = pose.Matrix()
	return sample, j.write(folder, opt.Layout, cloud)
}

// carve draws a defect, or makes the given one again.
func (m *maker) carve(ctx context.Context, g *inscan.Ground, given *inscan.Plan) (*inscan.Plan, *inscan.Carved, error) {
	if given != nil {
		c, err := g.Carve(ctx, *given)
		return given, c, err
	}
	r := m.stream("defect")
	last := errors.New("no point of the scan shows it")
	for range carveTries {
		plan := m.drawCarving(g, r)
		c, err := g.Carve(ctx, plan)
		if err == nil && !c.Nothing() {
			return &plan, c, nil
		}
		if err != nil {
			if !errors.Is(err, inscan.ErrUnsuitable) {
				return nil, nil, err
			}
			last = err
		}
	}
	return nil, nil, fmt.Errorf("%w for %s at %d places: %w", defect.ErrUnsuitable, m.job.kind, carveTries, last)
}

func (m *maker) drawCarving(g *inscan.Ground, r *seed.Rand) inscan.Plan {
	scale := carveScales[m.opt.Severity]
	at := g.Cloud.Points[r.Intn(g.Cloud.Len())].D()
	p := inscan.Plan{
		Kind: inscan.Kind(m.job.kind), Center: [3]float64{at.X, at.Y, at.Z},
		Size:  r.Uniform(scale.size[0], scale.size[1]) * g.Diagonal,
		Depth: r.Uniform(scale.depth[0], scale.depth[1]) * g.Diagonal,
		Turn:  r.Uniform(0, 2*math.Pi),
	}
	if p.Kind == inscan.Hole {
		p.Depth = 0
	}
	return p
}

// scanKinds are the kinds that can be carved into scans, as kinds of a recipe.
func scanKinds() []defect.Kind {
	var kinds []defect.Kind
	for _, k := range inscan.Kinds() {
		kinds = append(kinds, defect.Kind(k))
	}
	return kinds
}

// validScans says what does not go with scans as they come.
func (o Options) validScans() error {
	switch {
	case !o.Scans:
		return nil
	case o.Preset != "":
		return errors.New("a preset is made from objects, not from scans")
	case o.Sampling != ByArea || o.Noise != 0 || o.Outliers != 0 || o.Uneven != 0 || o.Quantize != 0 || o.Views != 0 || o.Conditions != (Conditions{}):
		return errors.New("scans are taken as they come: sampling, noise, views and what real scanners do are theirs already")
	}
	for _, k := range o.Kinds {
		if !slices.Contains(scanKinds(), k) {
			return fmt.Errorf("kind %q cannot be carved into scans; there are %s", setting.Short(string(k)), inscan.KindList())
		}
	}
	return nil
}
