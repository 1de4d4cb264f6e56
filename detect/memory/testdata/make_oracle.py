#!/usr/bin/env python3
"""Writes the fixtures of the detectors that remember features, with NumPy, SciPy and
Open3D (0.16.1) alone: two sound clouds, a cloud with a bump, and what each detector says of
its points and of the whole, with the constants that were published. Where published code
draws by chance (projections, first picks of a coreset) the fixtures do without, and the
tests set the same.

All files are little-endian float32, row-major. NAME.f32 holds the score of the whole cloud,
then one a point."""
import os
import sys

import numpy as np
import open3d as o3d
from scipy.spatial import cKDTree

here = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(here, "../../../pointmae/testdata"))
from make_encoder import encoder  # noqa: E402

rng = np.random.default_rng(11)


def write(name, a):
    np.ascontiguousarray(a, dtype="<f4").tofile(os.path.join(here, name + ".f32"))


def cloud(n, bump):
    """A dented torus of some 10 mm, points drawn by chance: a third of a millimetre apart, so
    that every published radius holds enough of them."""
    u, v = rng.random((2, n)) * 2 * np.pi
    r = 1.75 + 0.25 * np.sin(5 * u) * np.sin(3 * v)
    if bump:
        r = r + 0.5 * np.exp(-((u - 1) ** 2 + (v - 1) ** 2) / 0.05)
    p = np.stack([(4 + r * np.cos(v)) * np.cos(u), (4 + r * np.cos(v)) * np.sin(u), r * np.sin(v)], 1)
    return p.astype(np.float32)


def centred(p):
    """As the detectors see it: the middle at 0, in float32."""
    p = p.astype(np.float64)
    return (p - p.mean(0)).astype(np.float32)


def oriented(p, search):
    pc = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(p.astype(np.float64)))
    pc.estimate_normals(search, fast_normal_computation=False)
    n = np.asarray(pc.normals)
    out = np.einsum("ij,ij->i", p - p.astype(np.float64).mean(0), n) < 0
    n[out] *= -1
    pc.normals = o3d.utility.Vector3dVector(n.astype(np.float32).astype(np.float64))
    return pc


def knn(k):
    return o3d.geometry.KDTreeSearchParamKNN(k)


def hybrid(radius, k):
    return o3d.geometry.KDTreeSearchParamHybrid(radius, k)


def fpfh(pc, search):
    return o3d.pipelines.registration.compute_fpfh_feature(pc, search).data.T


def farthest(p, n, start=None):
    """Farthest point sampling, from the one that is farthest from the middle on."""
    p = p.astype(np.float64)
    if start is None:
        start = int(np.argmax(np.sum((p - p.mean(0)) ** 2, 1)))
    picks, d = [start], np.sum((p - p[start]) ** 2, 1)
    while len(picks) < n:
        picks.append(int(np.argmax(d)))
        d = np.minimum(d, np.sum((p - p[picks[-1]]) ** 2, 1))
    return np.array(picks)


def greedy(rows, n):
    """The greedy choice of a coreset, from the first row on."""
    return rows[farthest(rows, n, 0)]


def spread(places, value, points, k):
    """Interpolation over the k nearest, weighted by the inverse of the squared distance."""
    d, i = cKDTree(places).query(points, k)
    if k == 1:
        return value[i]
    w = 1 / (d**2 + 1e-8)
    return np.sum(w * value[i], 1) / np.sum(w, 1)


def reweighted(bank, query, n):
    """The score of a whole cloud as PatchCore has it; see BTF's code."""
    d, i = cKDTree(bank).query(query)
    q, s, m = query[np.argmax(d)], d.max(), bank[i[np.argmax(d)]]
    _, around = cKDTree(bank).query(m, n)
    dim = np.sqrt(bank.shape[1])
    return s * (1 - np.exp(s / dim) / np.sum(np.exp(np.linalg.norm(q - bank[around[1:]], axis=1) / dim)))


sound = [cloud(2500, False), cloud(2500, False)]
test = cloud(2500, True)
for k, p in enumerate([*sound, test]):
    write(["sound0", "sound1", "test"][k], p)
sound, test = [centred(p) for p in sound], centred(test)


def save(name, whole, points):
    write(name, np.concatenate([[whole], points]))


# BTF: every hundredth point of the sound clouds, every 500th of the other.
every, some = 100, 500
bank = np.concatenate([p[::every] for p in sound]).astype(np.float64)
query = test[::some].astype(np.float64)
d, _ = cKDTree(bank).query(query)
save("btf-raw", reweighted(bank, query, 3), spread(test[::some], d, test, 1))


def histograms(p):
    return fpfh(oriented(p, hybrid(1.0, 30)), hybrid(2.5, 100))


all_sound, all_test = [histograms(p) for p in sound], histograms(test)
bank, query = np.concatenate([f[::every] for f in all_sound]), all_test[::some]
d, _ = cKDTree(bank).query(query)
save("btf-fpfh", reweighted(bank, query, 3), spread(test[::some], d, test, 1))

# CPMF without pictures: histograms of length 1, and a coreset of them.
def unit(f):
    return f / np.linalg.norm(f, axis=1, keepdims=True)


bank, query = greedy(unit(np.concatenate(all_sound)), 100), unit(all_test)
d, _ = cKDTree(bank).query(query)
save("cpmf", reweighted(bank, query, 3), d)

# PatchCore: all points, a coreset, squared distances; the worst point is the cloud's.
bank = greedy(np.concatenate(all_sound), 300)
d, _ = cKDTree(bank).query(all_test)
save("patchcore-fpfh", np.max(d**2), d**2)


# Simple3D: three scales, averaged around centres.
def averaged(p):
    pc = oriented(p, knn(10))
    f40, f80, f120 = [fpfh(pc, knn(k)) for k in (40, 80, 120)]
    rows = np.concatenate([f40, f80, f40, f80, f120], 1)
    centres = farthest(p, 500)
    _, around = cKDTree(p).query(p[centres], 128)
    return p[centres], rows[around].mean(1)


bank = greedy(np.concatenate([averaged(p)[1] for p in sound]), 50)
centres, query = averaged(test)
d, _ = cKDTree(bank).query(query)
score = spread(centres, d, test, 3)
centres = test[farthest(test, 200)]
_, around = cKDTree(test).query(centres, 12)
score = spread(centres, score[around].mean(1), test, 3)
save("simple3d", np.sort(score)[-80:].mean(), score)


# Features of a masked autoencoder: a small one, with the weights of pointmae's fixture.
def tokens(p):
    p = p.astype(np.float64)
    centres = farthest(p, 300)
    _, around = cKDTree(p).query(p[centres], 32)
    blocks = encoder((p[around] - p[centres][:, None])[None], p[centres][None])
    return p[centres], np.concatenate([b[0] for b in blocks], 1)


all_sound, (centres, query) = np.concatenate([tokens(p)[1] for p in sound]), tokens(test)
bank = greedy(all_sound, 60)
d, _ = cKDTree(bank).query(query)
save("m3dm", reweighted(bank, query, 3), spread(centres, d, test, 1))
bank = greedy(all_sound, 100)
d, _ = cKDTree(bank).query(query)
score = spread(centres, d**2, test, 1)
save("patchcore-pointmae", np.max(score), score)
# Reg3D-AD has these, and coordinates beside them.
bank = greedy(np.concatenate(sound), 100)
d, _ = cKDTree(bank).query(test)
save("reg3dad-place", np.max(d**2), d**2)
