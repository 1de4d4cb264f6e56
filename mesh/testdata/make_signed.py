#!/usr/bin/python3
"""Writes signed.json: a closed, spiky mesh, queries around it, Open3D's distances from them
(RaycastingScene), and whether they are inside: by the solid angle that the mesh covers as
seen from there (van Oosterom and Strackee, 1983). Open3D's own signs are no oracle: Debian's
0.16.1 counts no intersections, so that everything is outside."""
import json, os
import numpy as np
import open3d as o3d

r = np.random.default_rng(3)
ball = o3d.geometry.TriangleMesh.create_icosahedron()
ball = ball.subdivide_midpoint(2)
p = np.asarray(ball.vertices)
p /= np.linalg.norm(p, axis=1, keepdims=True)
p = (p * r.uniform(0.5, 1.0, (len(p), 1)) * [1.0, 0.7, 0.4]).astype(np.float32)
f = np.asarray(ball.triangles).astype(np.int32)

scene = o3d.t.geometry.RaycastingScene()
scene.add_triangles(o3d.core.Tensor(p), o3d.core.Tensor(f.astype(np.uint32)))
q = r.uniform(-1.1, 1.1, (400, 3)).astype(np.float32)
# Half of them close to the surface, where signs are hard.
t = f[r.integers(0, len(f), 200)]
w = r.dirichlet([0.4, 0.4, 0.4], 200).astype(np.float32)
q[:200] = (p[t] * w[:, :, None]).sum(1) + r.normal(0, 0.01, (200, 3))
q = q.astype(np.float32)

def inside(x):
    a, b, c = (p[f[:, k]].astype(float) - x for k in range(3))
    la, lb, lc = (np.linalg.norm(v, axis=1) for v in (a, b, c))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c))
    angle = la * lb * lc + (a * b).sum(1) * lc + (b * c).sum(1) * la + (a * c).sum(1) * lb
    return bool(2 * np.arctan2(volume, angle).sum() / (4 * np.pi) > 0.5)

out = {
    "vertices": p.ravel().tolist(), "faces": f.ravel().tolist(), "queries": q.ravel().tolist(),
    "distance": scene.compute_distance(o3d.core.Tensor(q)).numpy().tolist(),
    "inside": [inside(x.astype(float)) for x in q],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "signed.json"), "w") as file:
    json.dump(json.loads(json.dumps(out), parse_float=lambda s: float(np.format_float_scientific(np.float32(s)))), file)
    file.write("\n")
