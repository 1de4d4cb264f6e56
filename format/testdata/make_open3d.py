"""Writes small clouds and meshes with Open3D, as an outside check of the readers.

    python3 make_open3d.py

Every cloud is the same 21 points: x = i/8, y = -i*i/64, z = i%3, colour (i*12, 255-i, 7),
normal (0.6, 0, -0.8), so that the test can name each value.
"""
import os

import numpy as np
import open3d as o3d

here = os.path.dirname(os.path.abspath(__file__))
i = np.arange(21)
cloud = o3d.geometry.PointCloud()
cloud.points = o3d.utility.Vector3dVector(np.stack([i / 8, -i * i / 64, i % 3], 1))
cloud.normals = o3d.utility.Vector3dVector(np.tile([0.6, 0, -0.8], (21, 1)))
cloud.colors = o3d.utility.Vector3dVector(np.stack([i * 12, 255 - i, 0 * i + 7], 1) / 255)


def write(name, **how):
    assert o3d.io.write_point_cloud(os.path.join(here, name), cloud, **how)


write("o3d_ascii.pcd", write_ascii=True)
write("o3d_binary.pcd")
write("o3d_compressed.pcd", compressed=True)
write("o3d_ascii.ply", write_ascii=True)
write("o3d_binary.ply")
write("o3d.xyz")
write("o3d.xyzn")
write("o3d.pts")

# The tensor module writes other types: float32, and scalars under their own names.
t = o3d.t.geometry.PointCloud(o3d.core.Tensor(np.asarray(cloud.points, dtype=np.float32)))
t.point["label"] = o3d.core.Tensor((i % 2).astype(np.uint8)[:, None])
t.point["intensity"] = o3d.core.Tensor((i * 0.5).astype(np.float32)[:, None])
assert o3d.t.io.write_point_cloud(os.path.join(here, "o3d_tensor.ply"), t)
assert o3d.t.io.write_point_cloud(os.path.join(here, "o3d_tensor.pcd"), t)
assert o3d.t.io.write_point_cloud(os.path.join(here, "o3d_tensor_ascii.pcd"), t, write_ascii=True)
assert o3d.t.io.write_point_cloud(os.path.join(here, "o3d_tensor_compressed.pcd"), t, compressed=True)

mesh = o3d.geometry.TriangleMesh.create_tetrahedron()
mesh.compute_vertex_normals()
for name in ["o3d.obj", "o3d.off", "o3d.stl", "o3d_mesh.ply"]:
    assert o3d.io.write_triangle_mesh(os.path.join(here, name), mesh)
np.save(os.path.join(here, "numpy_f8.npy"), np.asarray(cloud.points))
np.save(os.path.join(here, "numpy_i2_big.npy"), np.arange(12, dtype=">i2").reshape(4, 3))
