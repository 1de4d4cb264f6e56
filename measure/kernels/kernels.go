package main

import (
	"context"
	"slices"

	"blemish/detect/bank"
	"blemish/feature"
	"blemish/spatial"
)

// The kernels that are timed.

const workers = 2

var ctx = context.Background()

// needsNormals lists the kernels that start from points with normals.
var needsNormals = map[string]bool{"fpfh": true, "fpfh radius": true, "orient": true}

// onTree makes a kernel of what works on a tree.
func onTree(f func(t *spatial.Tree, j *job) error) func(j *job) error {
	return func(j *job) error {
		t, err := spatial.BuildTree(ctx, workers, j.points)
		if err != nil {
			return err
		}
		return f(t, j)
	}
}

var kernels = map[string]func(j *job) error{
	"nothing": func(*job) error { return nil },
	"tree":    onTree(func(*spatial.Tree, *job) error { return nil }),
	"knn": onTree(func(t *spatial.Tree, j *job) error {
		_, _, err := t.KNNSelf(ctx, workers, j.K[0])
		return err
	}),
	"radius": onTree(func(t *spatial.Tree, j *job) error {
		_, err := t.RadiusSelf(ctx, workers, j.Radius, 0)
		return err
	}),
	"count": onTree(func(t *spatial.Tree, j *job) error {
		_, err := t.CountWithin(ctx, workers, j.queries, j.Radius)
		return err
	}),
	"components": func(j *job) error {
		_, _, err := spatial.Components(ctx, workers, j.points, j.Radius)
		return err
	},
	"distance": onTree(func(t *spatial.Tree, j *job) error {
		_, _, err := t.Distances(ctx, workers, j.queries)
		return err
	}),
	"spacing": onTree(func(t *spatial.Tree, j *job) error {
		_, err := spatial.Spacing(ctx, workers, t)
		return err
	}),
	"fps": func(j *job) error {
		_, err := spatial.FarthestPoints(ctx, workers, j.points, j.Count, 0)
		return err
	},
	"voxel": func(j *job) error {
		spatial.VoxelDownsample(j.points, j.Voxel)
		return nil
	},
	"normals": onTree(func(t *spatial.Tree, j *job) error {
		_, _, err := feature.Normals(ctx, workers, t, j.K[0])
		return err
	}),
	"orient": onTree(func(t *spatial.Tree, j *job) error {
		return feature.OrientOutward(ctx, workers, t, slices.Clone(j.normals), j.K[0])
	}),
	"change": onTree(func(t *spatial.Tree, j *job) error {
		_, err := feature.RateOfChange(ctx, workers, t, feature.ChangeOptions{Neighbors: j.K[0]})
		return err
	}),
	"fpfh": onTree(func(t *spatial.Tree, j *job) error {
		_, err := feature.FPFHScales(ctx, workers, t, j.normals, j.K...)
		return err
	}),
	"fpfh radius": onTree(func(t *spatial.Tree, j *job) error {
		_, err := feature.FPFHRadius(ctx, workers, t, j.normals, j.Radius, j.K[0])
		return err
	}),
	"vectors": func(j *job) error {
		b, err := bank.New(ctx, workers, j.rows, j.Dim)
		if err != nil {
			return err
		}
		_, _, err = b.Nearest(ctx, workers, j.targets, j.K[0])
		return err
	},
	"coreset": func(j *job) error {
		_, err := bank.Coreset(ctx, workers, j.rows, j.Dim, j.Count, 0)
		return err
	},
}
