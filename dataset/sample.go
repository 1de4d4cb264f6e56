package dataset

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strconv"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
)

// One cloud: carved, scanned, moved, measured and written.

const (
	leastShare = 0.01 // anomalous points of a cloud, as Anomaly-ShapeNet has them (paper, section 3)
	mostShare  = 0.10
	mostOfView = 0.20 // of a partial scan, which shows about half of a surface
	drafts     = 6    // plans that are tried for a cloud, each severity
)

// maker makes the clouds of one class.
type maker struct {
	opt      Options
	class    string
	target   *defect.Target
	job      job
	sensors  []geom.Vec // where the scanner stood, in the mesh's frame
	fixtures *fixtures  // what it saw beside the part
}

// stream is the random stream of a purpose. There is one for each decision: a
// change in how a defect is drawn must not move the points of a sound cloud, nor
// any pose.
func (m *maker) stream(purpose string, more ...any) *seed.Rand {
	name := append([]any{purpose, m.class, m.job.part, string(m.job.kind), m.job.index}, more...)
	return seed.Stream(m.opt.Seed, name...)
}

// build makes one cloud of a prepared class and writes it into folder; by the plan that
// given has, where it has one. The error wraps defect.ErrUnsuitable where no plan fits.
func (s source) build(ctx context.Context, folder string, opt Options, p *prepared, j job, given *Sample) (*Sample, error) {
	if s.scans != nil {
		return buildFromScan(ctx, folder, opt, s, p.grounds, j, given.Carving)
	}
	return buildSample(ctx, folder, opt, s, p.target, j, given.Plan)
}

// buildSample makes one cloud and writes it into folder, with its truth where it is
// defective. The plan is drawn, or the given one. The error wraps
// defect.ErrUnsuitable where no plan fits.
func buildSample(ctx context.Context, folder string, opt Options, s source, target *defect.Target, j job, plan *defect.Plan) (*Sample, error) {
	m := &maker{opt: opt, class: s.class, target: target, job: j}
	sample := &Sample{File: j.file, Truth: j.truth, Class: s.class, Kind: Sound, Index: j.index, Source: s.label, SourceSHA256: s.hash}
	cloud, err := m.draft(ctx, sample, plan)
	if err != nil {
		return nil, err
	}
	pose := geom.IdentityPose()
	if opt.Pose == RandomPose {
		pose = randomPose(cloud.Box().Center(), target.Diagonal(), m.stream("pose"))
	}
	cloud = cloud.Transform(pose)
	quantize(cloud, opt.Quantize*target.Diagonal())
	sample.Pose = pose.Matrix()
	m.locate(sample, pose)
	cloud = m.shuffled(sample, cloud)
	return sample, j.write(folder, opt.Layout, cloud)
}

// draft scans the object, with a defect that takes the share of the points that it
// should: plans whose measured share lies outside are drawn again.
func (m *maker) draft(ctx context.Context, sample *Sample, given *defect.Plan) (*geom.Cloud, error) {
	if m.job.kind == "" {
		return m.scan(sample, m.target)
	}
	sample.Kind = string(m.job.kind)
	if given != nil {
		carved, err := defect.Apply(ctx, m.target, *given)
		if err != nil {
			return nil, err
		}
		sample.Plan = given
		return m.scan(sample, carved)
	}
	most := mostShare
	if m.opt.Views > 0 || m.opt.MaxMissing > 0 {
		most = mostOfView
	}
	var reason error
	for _, severity := range m.severities() {
		for try := 0; try < drafts; try++ {
			plan, carved, err := defect.Carve(ctx, m.target, m.job.kind, severity, m.draftStream(severity, try))
			if err != nil {
				reason = err
				if unsuitable(err) && try < 1 {
					continue // once more: what fails twice at forty places fails again
				}
				break
			}
			sample.Plan = &plan
			cloud, err := m.scan(sample, carved)
			switch {
			case err == nil && sample.Share >= leastShare && sample.Share <= most:
				return cloud, nil
			case err == nil:
				reason = fmt.Errorf("%w for %s: no plan leaves %g to %g %% of the points anomalous", defect.ErrUnsuitable, m.job.kind, 100*leastShare, 100*most)
			case unsuitable(err):
				reason = err
			default:
				return nil, err
			}
		}
		if !unsuitable(reason) {
			break
		}
	}
	return nil, reason
}

// severities are the recipe's, and in a preset, which must not lack a cloud, the
// others where that one does not fit.
func (m *maker) severities() []defect.Severity {
	all := []defect.Severity{m.opt.Severity}
	if m.opt.Preset != "" {
		for _, s := range []defect.Severity{defect.Medium, defect.Hard, defect.Easy} {
			if s != m.opt.Severity {
				all = append(all, s)
			}
		}
	}
	return all
}

func (m *maker) draftStream(severity defect.Severity, try int) *seed.Rand {
	if try == 0 && severity == m.opt.Severity {
		return m.stream("defect")
	}
	return m.stream("defect", string(severity), try)
}

// measure fills in the counts and lengths of a sample.
func measure(s *Sample, cloud *geom.Cloud, diagonal float64) {
	s.Points, s.Anomalous, s.Depth = cloud.Len(), 0, 0
	label, depth := cloud.Scalar("label"), cloud.Scalar("depth")
	box := geom.EmptyBox()
	for i, v := range label {
		if v < 0.5 {
			continue
		}
		s.Anomalous++
		box.Extend(cloud.Points[i].D())
		s.Depth = max(s.Depth, float64(depth[i]), -float64(depth[i]))
	}
	s.Share = float64(s.Anomalous) / float64(s.Points)
	s.Size = box.Diagonal() / diagonal
	s.Depth /= diagonal
}

// write writes a cloud into a folder under the job's names: its points alone, and its truth
// where the job has one.
func (j job) write(folder, layout string, cloud *geom.Cloud) error {
	plain := &geom.Cloud{Points: cloud.Points, Origin: cloud.Origin, Sensor: cloud.Sensor}
	if err := format.WriteCloud(filepath.Join(folder, path.Base(j.file)), plain, format.WriteOptions{Encoding: "binary"}); err != nil {
		return err
	}
	if j.truth == "" {
		return nil
	}
	separator := byte(',')
	if layout == Real3D {
		separator = ' '
	}
	return writeTruth(filepath.Join(folder, path.Base(j.truth)), cloud, separator)
}

// writeTruth writes rows of x, y, z and label in the order of the cloud.
func writeTruth(path string, cloud *geom.Cloud, separator byte) error {
	label := cloud.Scalar("label")
	return format.WriteAtomic(path, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		var row []byte
		for i, p := range cloud.Points {
			row = row[:0]
			for axis, v := range [3]float32{p.X, p.Y, p.Z} {
				if cloud.Origin[axis] != 0 {
					row = strconv.AppendFloat(row, cloud.Origin[axis]+float64(v), 'g', -1, 64)
				} else {
					row = strconv.AppendFloat(row, float64(v), 'g', -1, 32)
				}
				row = append(row, separator)
			}
			row = append(row, '0'+byte(label[i]), '\n')
			if _, err := b.Write(row); err != nil {
				return err
			}
		}
		return b.Flush()
	})
}

var errHidden = errors.New("hardly any of the surface can be seen from outside")
