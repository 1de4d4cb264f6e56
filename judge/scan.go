package judge

import (
	"fmt"

	"blemish/format"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

const (
	// coarse is below how many vertices a mesh is no scan, but a surface with corners.
	coarse = 10000
	// spreadPoints is how many points are then spread over it.
	spreadPoints = 30000
)

// ReadScan reads a scan to learn from or to judge: a cloud, the vertices of a mesh, or, of a
// mesh with few vertices such as a CAD model, points that are spread over its surface.
// Warnings are the reader's, and say so.
func ReadScan(path string, reading format.ReadOptions) (*geom.Cloud, []string, error) {
	return ReadScanAs(path, path, reading)
}

// ReadScanAs is ReadScan of a file that people call by another name: messages have it, and
// its extension decides where the content leaves a choice.
func ReadScanAs(path, name string, reading format.ReadOptions) (*geom.Cloud, []string, error) {
	f, err := format.Open(path)
	if err != nil {
		return nil, nil, err
	}
	cloud, info, err := reading.DecodeCloud(f, name)
	f.Close()
	if err != nil {
		return nil, nil, err
	}
	if info.Faces == 0 || cloud.Len() >= coarse {
		return cloud, info.Warnings, nil
	}
	if f, err = format.Open(path); err != nil {
		return nil, nil, err
	}
	m, info, err := reading.DecodeMesh(f, name)
	f.Close()
	if err != nil {
		return nil, nil, err
	}
	if !(m.Area() > 0) {
		return cloud, info.Warnings, nil
	}
	points, faces := mesh.Sample(m, spreadPoints, seed.Stream(1, "scan of a mesh"))
	spread := &geom.Cloud{Points: points, Normals: make([]geom.Vec3, len(points)), Origin: m.Origin}
	for i, f := range faces {
		spread.Normals[i] = m.FaceNormal(int(f)).F()
	}
	said := fmt.Sprintf("a mesh of %d vertices; %d points spread over its surface stand for it", len(m.Vertices), spreadPoints)
	return spread, append(info.Warnings, said), nil
}
