#!/usr/bin/env python3
"""Writes the fixtures of the feature package with Open3D (0.16.1): a cloud, its
normals over 30 neighbours, and FPFH over 60 neighbours and within a radius.
All files are little-endian float32, row-major."""
import os

import numpy as np
import open3d as o3d

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(7)
n = 400
u, v = rng.random((2, n)) * 2 * np.pi
r = 0.35 + 0.05 * np.sin(5 * u) * np.sin(3 * v)
points = np.stack([(1 + r * np.cos(v)) * np.cos(u), (1 + r * np.cos(v)) * np.sin(u), r * np.sin(v)], 1)
points = points.astype(np.float32)


def write(name, a):
    np.ascontiguousarray(a, dtype="<f4").tofile(os.path.join(here, name))


cloud = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(points.astype(np.float64)))
cloud.estimate_normals(o3d.geometry.KDTreeSearchParamKNN(30), fast_normal_computation=False)
cloud.orient_normals_towards_camera_location(np.array([0.0, 0, 50]))
normals = np.asarray(cloud.normals).astype(np.float32)
# FPFH takes the normals as they are stored.
cloud.normals = o3d.utility.Vector3dVector(normals.astype(np.float64))
fpfh = o3d.pipelines.registration.compute_fpfh_feature
write("points.f32", points)
write("normals.f32", normals)
write("fpfh_knn60.f32", fpfh(cloud, o3d.geometry.KDTreeSearchParamKNN(60)).data.T)
write("fpfh_hybrid.f32", fpfh(cloud, o3d.geometry.KDTreeSearchParamHybrid(0.25, 20)).data.T)
