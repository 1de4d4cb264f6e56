#!/usr/bin/env python3
"""Writes the fixtures of the spatial package: a cloud, its voxel centroids by
Open3D (0.16.1, sorted by x, y, z) and the 12 nearest neighbours of its points by
SciPy's cKDTree (1.10.1). Little-endian float32 and int32, row-major."""
import os

import numpy as np
import open3d as o3d
from scipy.spatial import cKDTree

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(11)
points = rng.normal(size=(600, 3)).astype(np.float32)
points[:, 2] = (0.2 * points[:, 0] ** 2).astype(np.float32)

cloud = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(points.astype(np.float64)))
voxels = np.asarray(cloud.voxel_down_sample(0.4).points)
voxels = voxels[np.lexsort((voxels[:, 2], voxels[:, 1], voxels[:, 0]))]
points.astype("<f4").tofile(os.path.join(here, "points.f32"))
voxels.astype("<f4").tofile(os.path.join(here, "voxels.f32"))
index = cKDTree(points.astype(np.float64)).query(points.astype(np.float64), 12)[1]
index.astype("<i4").tofile(os.path.join(here, "neighbours.i32"))
# Farthest points by Open3D, which starts at point 0.
far = np.asarray(cloud.farthest_point_down_sample(60).points).astype("<f4")
far.tofile(os.path.join(here, "farthest.f32"))
