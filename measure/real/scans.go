package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blemish/format"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

// Scans with known poses.

// scan is a cloud in some pose.
type scan struct {
	name   string
	points []geom.Vec3
	truth  geom.Pose // common frame from the scan
}

// anyPose is a random pose with shifts of about so much.
func anyPose(r *seed.Rand, shift float64) geom.Pose {
	return geom.Pose{R: geom.RotationQuat(r.Quaternion()), T: geom.Vec{X: r.Norm(), Y: r.Norm(), Z: r.Norm()}.Scale(shift)}
}

// moved is a scan in another pose.
func (s scan) moved(p geom.Pose) scan {
	return scan{s.name, p.ApplyAll(s.points), s.truth.Mul(p.Inverse())}
}

func (r *run) read(path ...string) ([]geom.Vec3, error) {
	c, _, err := format.ReadCloud(filepath.Join(append([]string{r.data}, path...)...))
	if err != nil {
		return nil, err
	}
	return c.Points, nil
}

// bunny reads the ten range scans, as they came from the scanner.
func (r *run) bunny() ([]scan, error) {
	conf, err := os.ReadFile(filepath.Join(r.data, "clouds/real/bunny/bun.conf"))
	if err != nil {
		return nil, err
	}
	var out []scan
	for _, line := range strings.Split(string(conf), "\n") {
		w := strings.Fields(line)
		if len(w) != 9 || w[0] != "bmesh" {
			continue
		}
		var v [7]float64
		for i := range v {
			if _, err := fmt.Sscan(w[2+i], &v[i]); err != nil {
				return nil, err
			}
		}
		name := strings.TrimSuffix(w[1], ".ply")
		points, err := r.read("clouds/real/bunny", name+".pcd")
		if err != nil {
			return nil, err
		}
		// The file's quaternions turn the other way.
		out = append(out, scan{name, points, geom.Pose{R: geom.RotationQuat(v[6], v[3], v[4], v[5]).T(), T: geom.Vec{X: v[0], Y: v[1], Z: v[2]}}})
	}
	return out, nil
}

// oneSided reads a part of the data set made from those, "train" or "test", in its random
// poses.
func (r *run) oneSided(part string, raw []scan) ([]scan, error) {
	root := "clouds/real/one-sided"
	f, err := os.Open(filepath.Join(r.data, root, "MANIFEST.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []scan
	for lines := bufio.NewScanner(f); lines.Scan(); {
		w := strings.Split(lines.Text(), ",")
		if !strings.HasPrefix(w[0], "bunny/"+part+"/") {
			continue
		}
		var m [16]float64
		for i, v := range strings.Fields(w[3]) {
			if _, err := fmt.Sscan(v, &m[i]); err != nil {
				return nil, err
			}
		}
		points, err := r.read(root, w[0])
		if err != nil {
			return nil, err
		}
		source := strings.TrimSuffix(w[2][strings.Index(w[2], "_")+1:], ".xyz")
		at := slices.IndexFunc(raw, func(s scan) bool { return s.name == source })
		if at < 0 {
			return nil, fmt.Errorf("%s: no scan %q", w[0], source)
		}
		out = append(out, scan{filepath.Base(w[0]), points, raw[at].truth.Mul(geom.PoseFromMatrix(m).Inverse())})
	}
	return out, nil
}

// solid is a mesh of diagonal 100.
type solid struct {
	name string
	mesh *geom.Mesh
	bvh  *spatial.BVH
}

func (r *run) solids(pattern string) ([]solid, error) {
	files, err := filepath.Glob(filepath.Join(r.data, "meshes", pattern))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no meshes %s in %s (%v)", pattern, r.data, err)
	}
	var out []solid
	for i := 0; i < len(files); i += r.every {
		m, _, err := format.ReadMesh(files[i])
		if err != nil {
			return nil, err
		}
		scale := 100 / m.Box().Diagonal()
		for k, v := range m.Vertices {
			m.Vertices[k] = v.D().Scale(scale).F()
		}
		bvh, err := spatial.BuildBVH(r.ctx, r.opt.Workers, m)
		if err != nil {
			return nil, err
		}
		out = append(out, solid{filepath.Base(files[i]), m, bvh})
	}
	return out, nil
}

// whole draws n points of the surface.
func (s solid) whole(n int, r *seed.Rand) []geom.Vec3 {
	points, _ := mesh.Sample(s.mesh, n, r)
	return points
}

// seen are the points that a camera far away in that direction sees.
func (s solid) seen(points []geom.Vec3, camera geom.Vec) []geom.Vec3 {
	var out []geom.Vec3
	for _, p := range points {
		if !s.bvh.Blocked(p.D(), camera, 0.01, math.Inf(1)) {
			out = append(out, p)
		}
	}
	return out
}

func noisy(points []geom.Vec3, sigma float64, r *seed.Rand) []geom.Vec3 {
	out := make([]geom.Vec3, len(points))
	for i, p := range points {
		out[i] = p.D().Add(geom.Vec{X: sigma * r.Norm(), Y: sigma * r.Norm(), Z: sigma * r.Norm()}).F()
	}
	return out
}

func direction(r *seed.Rand) geom.Vec {
	x, y, z := r.Direction()
	return geom.Vec{X: x, Y: y, Z: z}
}

// table is a square of that width under the solid, with as many points on an area as n
// points are on the solid's.
func (s solid) table(width float64, n int, up geom.Vec, r *seed.Rand) []geom.Vec3 {
	low := math.Inf(1)
	for _, v := range s.mesh.Vertices {
		low = min(low, v.D().Dot(up))
	}
	c := s.mesh.Box().Center()
	c = c.AddScaled(low-c.Dot(up), up)
	u := up.Perpendicular()
	out := make([]geom.Vec3, int(float64(n)/s.mesh.Area()*width*width))
	for i := range out {
		out[i] = c.AddScaled(r.Uniform(-width/2, width/2), u).AddScaled(r.Uniform(-width/2, width/2), up.Cross(u)).F()
	}
	return out
}

// meanApart is the mean distance between the places of points under two poses.
func meanApart(points []geom.Vec3, a, b geom.Pose) float64 {
	var sum float64
	for _, p := range points {
		sum += a.ApplyVec(p.D()).Sub(b.ApplyVec(p.D())).Norm()
	}
	return sum / float64(len(points))
}

// off is the mean distance of placed points from the surface.
func (s solid) off(points []geom.Vec3, pose geom.Pose) float64 {
	var sum float64
	for _, p := range points {
		sum += math.Sqrt(s.bvh.Closest(pose.ApplyVec(p.D())).Dist2)
	}
	return sum / float64(len(points))
}

// verdicts counts poses.
type verdicts struct {
	right, untold, wrong int
	errors               []float64 // of right ones
	seconds              []float64
	fails                []string
}

// add judges a pose of points whose true pose is known.
func (v *verdicts) add(s solid, name string, points []geom.Vec3, pose, truth geom.Pose, seconds float64) {
	v.seconds = append(v.seconds, seconds)
	e := meanApart(points, pose, truth)
	switch {
	case e < 1:
		v.right++
		v.errors = append(v.errors, e)
	case s.off(points, pose) < 1.05*s.off(points, truth)+0.01:
		v.untold++
	default:
		v.wrong++
		v.fails = append(v.fails, fmt.Sprintf("%s (%.1f off)", name, e))
	}
}

func (v *verdicts) line(what string) {
	fmt.Printf("| %s | %d | %d | %d | %d | %.4f | %.4f | %.2f | %.2f |\n", what, v.right+v.untold+v.wrong, v.right, v.untold, v.wrong,
		quantile(v.errors, 0.5), quantile(v.errors, 0.95), quantile(v.seconds, 0.5), quantile(v.seconds, 0.95))
}

func (v *verdicts) tell() {
	if len(v.fails) > 0 {
		fmt.Printf("\nWrong: %s.\n", strings.Join(v.fails, "; "))
	}
}

const verdictHead = "| scans | n | right | cannot be told | wrong | median error | p95 | median s | p95 s |\n|---|---|---|---|---|---|---|---|---|\n"

func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
