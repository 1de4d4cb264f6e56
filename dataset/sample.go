package dataset

import (
	"bufio"
	"context"
	"io"
	"path/filepath"
	"strconv"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
)

// buildSample makes one cloud and writes it, with its truth where it is defective.
func buildSample(ctx context.Context, dir string, opt Options, s source, target *defect.Target, j job) (*Sample, error) {
	// One stream for each decision: a change in how a defect is drawn must not move
	// the points of a sound cloud, nor any pose.
	name := []any{s.class, j.part, string(j.kind), j.index}
	stream := func(purpose string) *seed.Rand { return seed.Stream(opt.Seed, append([]any{purpose}, name...)...) }

	sample := &Sample{Class: s.class, Kind: Sound, Source: s.label, SourceSHA256: s.hash}
	points := opt.MinPoints + stream("points").Intn(opt.MaxPoints-opt.MinPoints+1)
	var cloud *geom.Cloud
	if j.kind == "" {
		cloud = target.Sample(points, stream("sample"))
	} else {
		plan, err := defect.Draw(target, j.kind, opt.Severity, stream("defect"))
		if err != nil {
			return nil, err
		}
		carved, err := defect.Apply(ctx, target, plan)
		if err != nil {
			return nil, err
		}
		cloud = carved.Sample(points, stream("sample"))
		sample.Kind, sample.Plan = string(j.kind), &plan
	}
	diagonal := target.Diagonal()
	measure(sample, cloud, diagonal)
	disturb(cloud, diagonal, opt, stream("noise"))
	pose := geom.IdentityPose()
	if !opt.FixedPose {
		pose = randomPose(cloud.Box().Center(), diagonal, stream("pose"))
	}
	cloud = cloud.Transform(pose)
	sample.Pose = pose.Matrix()

	sample.File = slash(s.class, j.part, j.stem+".pcd")
	plain := &geom.Cloud{Points: cloud.Points, Origin: cloud.Origin}
	if err := format.WriteCloud(filepath.Join(dir, filepath.FromSlash(sample.File)), plain, format.WriteOptions{Encoding: "binary"}); err != nil {
		return nil, err
	}
	if j.kind == "" {
		return sample, nil
	}
	return sample, writeTruth(filepath.Join(dir, s.class, "GT", j.stem+".txt"), cloud)
}

// measure fills in the counts and lengths of a sample.
func measure(s *Sample, cloud *geom.Cloud, diagonal float64) {
	s.Points = cloud.Len()
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

// disturb adds what a scanner adds: Gaussian noise and stray points. Labels stay
// those of the surface; a stray keeps the label of the point that it replaces.
func disturb(cloud *geom.Cloud, diagonal float64, opt Options, r *seed.Rand) {
	if opt.Noise == 0 && opt.Outliers == 0 {
		return
	}
	box := cloud.Box()
	center, half := box.Center(), box.Size().Scale(0.6)
	for i := range cloud.Points {
		if opt.Outliers > 0 && r.Bool(opt.Outliers) {
			cloud.Points[i] = geom.Vec{
				X: center.X + half.X*r.Uniform(-1, 1),
				Y: center.Y + half.Y*r.Uniform(-1, 1),
				Z: center.Z + half.Z*r.Uniform(-1, 1),
			}.F()
			continue
		}
		sigma := opt.Noise * diagonal
		step := geom.Vec{X: sigma * r.Norm(), Y: sigma * r.Norm(), Z: sigma * r.Norm()}
		cloud.Points[i] = cloud.Points[i].D().Add(step).F()
	}
}

// randomPose turns about the cloud's middle, uniformly over all rotations, and
// shifts by up to a tenth of the diagonal along each axis.
func randomPose(center geom.Vec, diagonal float64, r *seed.Rand) geom.Pose {
	rot := geom.RotationQuat(r.Quaternion())
	shift := geom.Vec{X: r.Uniform(-1, 1), Y: r.Uniform(-1, 1), Z: r.Uniform(-1, 1)}.Scale(0.1 * diagonal)
	return geom.Pose{R: rot, T: center.Add(shift).Sub(rot.MulVec(center))}
}

// writeTruth writes x,y,z,label rows in the order of the cloud.
func writeTruth(path string, cloud *geom.Cloud) error {
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
				row = append(row, ',')
			}
			row = append(row, '0'+byte(label[i]), '\n')
			if _, err := b.Write(row); err != nil {
				return err
			}
		}
		return b.Flush()
	})
}
