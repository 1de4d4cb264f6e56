#!/usr/bin/env python3
"""Times our geometry kernels beside Open3D, SciPy and scikit-learn: the same
clouds, two threads each, tree building included, all in turn so that whatever
else the machine does falls on all alike. Prints a markdown table of medians.
Called by scripts/measure-kernels.sh with the path of the Go program."""
import argparse
import glob
import os
import platform
import subprocess
import tempfile
import time

import numpy as np

os.environ["OMP_NUM_THREADS"] = "2"
import open3d as o3d
import scipy
import sklearn
from scipy.spatial import cKDTree
from sklearn.neighbors import NearestNeighbors

N = 30000


def torus():
    rng = np.random.default_rng(1)
    u, v = rng.random((2, N)) * 2 * np.pi
    r = 0.35 + 0.03 * np.sin(9 * u) * np.sin(7 * v)
    return np.stack([(1 + r * np.cos(v)) * np.cos(u), (1 + r * np.cos(v)) * np.sin(u), r * np.sin(v)], 1)


def sample(path):
    """Points on a mesh by area, at random with a fixed seed."""
    mesh = o3d.io.read_triangle_mesh(path)
    corners = np.asarray(mesh.vertices)[np.asarray(mesh.triangles)]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    rng = np.random.default_rng(1)
    face = corners[rng.choice(len(area), N, p=area / area.sum())]
    a, b = rng.random((2, N, 1))
    flip = a + b > 1
    a, b = np.where(flip, 1 - a, a), np.where(flip, 1 - b, b)
    return face[:, 0] + a * (face[:, 1] - face[:, 0]) + b * (face[:, 2] - face[:, 0])


def clouds(data):
    yield "bumpy torus", torus()
    for name in ("vase/greek_vase.obj", "mech/*", "mug/*"):
        found = sorted(glob.glob(os.path.join(data, "meshes", name)))
        if found:
            yield os.path.relpath(found[0], os.path.join(data, "meshes")), sample(found[0])


def theirs(points, voxel):
    """For each kernel the calls to compare with."""
    single = points.astype(np.float32)
    double = single.astype(np.float64)
    tensor = o3d.core.Tensor(single)
    legacy = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(double))
    legacy.estimate_normals(o3d.geometry.KDTreeSearchParamKNN(30))
    modern = o3d.t.geometry.PointCloud(tensor)
    modern.estimate_normals(30)
    knn = o3d.geometry.KDTreeSearchParamKNN

    def nns():
        search = o3d.core.nns.NearestNeighborSearch(tensor)
        search.knn_index()
        search.knn_search(tensor, 64)

    def sk():
        NearestNeighbors(n_neighbors=64, algorithm="kd_tree", n_jobs=2).fit(double).kneighbors(double)

    registration, t_registration = o3d.pipelines.registration, o3d.t.pipelines.registration
    return {
        "knn": {"Open3D": nns, "SciPy": lambda: cKDTree(double).query(double, 64, workers=2), "scikit-learn": sk},
        "normals": {
            "Open3D": lambda: legacy.estimate_normals(knn(30)),
            "Open3D tensor": lambda: modern.estimate_normals(30),
        },
        "fpfh": {
            "Open3D": lambda: registration.compute_fpfh_feature(legacy, knn(100)),
            "Open3D tensor": lambda: t_registration.compute_fpfh_feature(modern, 100),
        },
        "fps": {"Open3D": lambda: legacy.farthest_point_down_sample(2048)},
        "voxel": {
            "Open3D": lambda: legacy.voxel_down_sample(voxel),
            "Open3D tensor": lambda: modern.voxel_down_sample(voxel),
        },
        "tree": {"SciPy": lambda: cKDTree(double)},
    }


TITLES = {
    "knn": "k-NN, k = 64, all points",
    "normals": "normals, 30 neighbours",
    "fpfh": "FPFH, 100 neighbours",
    "fps": "farthest points, 2,048 of 30,000",
    "voxel": "voxel grid",
    "tree": "the tree alone",
}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("--data", default="../shared")
    args.add_argument("--rounds", type=int, default=7)
    args = args.parse_args()
    ours = subprocess.Popen([args.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "GOMAXPROCS": "2"})

    def run(kernel, path, voxel):
        ours.stdin.write(f"{kernel} {path} {voxel}\n")
        ours.stdin.flush()
        return float(ours.stdout.readline())

    print("# Geometry kernels beside Open3D, SciPy and scikit-learn\n")
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
    print(f"`scripts/measure-kernels.sh` on {os.cpu_count()} cores ({cpu}), Open3D {o3d.__version__}, SciPy {scipy.__version__},")
    print(f"scikit-learn {sklearn.__version__}; 30,000 points a cloud, two threads each, in turn, medians of {args.rounds} rounds in ms; the")
    print("time includes building the tree. The ratio is the best of theirs over ours: higher is better for us.\n")
    print("| cloud | kernel | Blemish | theirs | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, points) in enumerate(clouds(args.data)):
            path = os.path.join(folder, f"{number}.f32")
            points.astype("<f4").tofile(path)
            voxel = float(np.linalg.norm(np.ptp(points, axis=0)) / 60)
            for kernel, calls in theirs(points, voxel).items():
                times = {who: [] for who in ("ours", *calls)}
                for round in range(args.rounds + 1):
                    mine = run(kernel, path, voxel)
                    if round > 0:  # the first round warms up
                        times["ours"].append(mine)
                    for who, call in calls.items():
                        start = time.perf_counter()
                        call()
                        if round > 0:
                            times[who].append(1e3 * (time.perf_counter() - start))
                median = {who: float(np.median(t)) for who, t in times.items()}
                best = min(v for who, v in median.items() if who != "ours")
                text = ", ".join(f"{who} {v:.1f}" for who, v in median.items() if who != "ours")
                print(f"| {name} | {TITLES[kernel]} | {median['ours']:.1f} | {text} | **{best / median['ours']:.1f}** |", flush=True)
    ours.stdin.close()
    ours.wait()


if __name__ == "__main__":
    main()
