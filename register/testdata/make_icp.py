"""Makes icp.json: what Open3D's point-to-plane ICP does from the same start.

Run with a Python that has numpy and open3d 0.16:  python3 make_icp.py
"""

import json

import numpy as np
import open3d as o3d

rng = np.random.default_rng(7)


def surface(n):
    """Points on an ellipsoid with two knobs, rounded to float32."""
    d = rng.normal(size=(n, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    r = 1 + 0.35 * np.exp(-12 * (1 - d[:, 0])) + 0.2 * np.exp(-12 * (1 - d @ np.array([0.2, 0.9, 0.3]) / 0.9695))
    return (d * r[:, None] * [0.9, 0.75, 0.6]).astype(np.float32)


def turn(axis, angle):
    return o3d.geometry.get_rotation_matrix_from_axis_angle(np.array(axis) / np.linalg.norm(axis) * angle)


target, source = surface(600), surface(400)
start = np.eye(4)
start[:3, :3] = turn([1, 2, -1], 0.12)
start[:3, 3] = [0.05, -0.03, 0.04]
reach = 0.15

t = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(target.astype(float)))
s = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(source.astype(float)))
t.estimate_normals(o3d.geometry.KDTreeSearchParamKNN(12))
normals = np.asarray(t.normals).astype(np.float32)
t.normals = o3d.utility.Vector3dVector(normals.astype(float))

reg = o3d.pipelines.registration
poses = {"0": start.flatten().tolist()}
for steps in (1, 5, 6, 60):
    result = reg.registration_icp(
        s, t, reach, start,
        reg.TransformationEstimationPointToPlane(),
        reg.ICPConvergenceCriteria(1e-14, 1e-14, steps))
    poses[str(steps)] = result.transformation.flatten().tolist()

with open("icp.json", "w") as f:
    json.dump({
        "target": np.round(target.astype(float), 9).tolist(),
        "normals": np.round(normals.astype(float), 9).tolist(),
        "source": np.round(source.astype(float), 9).tolist(),
        "reach": reach,
        "poses": poses,
    }, f, separators=(",", ":"))
