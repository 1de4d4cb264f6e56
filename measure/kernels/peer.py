#!/usr/bin/env python3
"""Times our geometry kernels beside Open3D, SciPy, scikit-learn and PyTorch: the
same clouds, two threads each, tree building included, all in turn so that whatever
else the machine does falls on all alike. Prints markdown tables of medians.
Called by measure/kernels/run.sh with the path of the Go program."""
import argparse
import contextlib
import fcntl
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "2"
import numpy as np
import open3d as o3d
import scipy
import sklearn
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from sklearn.neighbors import NearestNeighbors

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from sidebyside import compare, rounds_text, sample

try:
    import torch

    torch.set_num_threads(2)
except ImportError:
    torch = None

PICKS = 2048
SCALES = [40, 80, 120]
MESHES = ["vase/greek_vase.obj", "mech/adis16480.ply"]


def torus(n, seed):
    u, v = np.random.default_rng(seed).random((2, n)) * 2 * np.pi
    r = 0.35 + 0.03 * np.sin(9 * u) * np.sin(7 * v)
    return np.stack([(1 + r * np.cos(v)) * np.cos(u), (1 + r * np.cos(v)) * np.sin(u), r * np.sin(v)], 1)


def on_mesh(path, n, seed):
    mesh = o3d.io.read_triangle_mesh(path)
    return sample(np.asarray(mesh.vertices), np.asarray(mesh.triangles), n, np.random.default_rng(seed))


def clouds(data, n):
    """Names, points, and other points of the same surface."""
    found = [(name, os.path.join(data, "meshes", name)) for name in MESHES]
    found = [(name, path) for name, path in found if os.path.exists(path)]
    if not found:
        yield "bumpy torus", torus(n, 1), torus(n, 2)
    for name, path in found[: 1 if 100000 < n < 1000000 else None]:  # both take too long at each size
        yield name, on_mesh(path, n, 1), on_mesh(path, n, 2)


def points_of(points, queries, first):
    """For each kernel its title, our job, and the calls to compare with. What takes
    many minutes with millions of points is left out there: the slower of two calls of
    Open3D, and kernels of which another is much the same; FPFH on all but the first
    mesh. Open3D needs minutes to make normals consistent: fewest points, first mesh."""
    many = len(points) > 1000000
    single, double = points.astype(np.float32), points.astype(np.float32).astype(np.float64)
    asked = queries.astype(np.float32).astype(np.float64)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    some = double[:: max(1, len(double) // 2000)]
    radius = float(np.median(cKDTree(double).query(some, 31)[0][:, 30]))  # holds 30 others at the median point
    voxels = {"coarse": diagonal / 60, "fine": diagonal / 500}
    tensor = o3d.core.Tensor(single)
    legacy = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(double))
    legacy.estimate_normals(o3d.geometry.KDTreeSearchParamKNN(30))
    other = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(asked))
    modern = o3d.t.geometry.PointCloud(tensor)
    modern.estimate_normals(30)
    knn, hybrid = o3d.geometry.KDTreeSearchParamKNN, o3d.geometry.KDTreeSearchParamHybrid
    registration, t_registration = o3d.pipelines.registration, o3d.t.pipelines.registration
    nns = o3d.core.nns.NearestNeighborSearch

    def near(k):
        search = nns(tensor)
        search.knn_index()
        search.knn_search(tensor, k)

    def within():
        search = nns(tensor)
        search.fixed_radius_index(radius)
        search.fixed_radius_search(tensor, radius, True)

    def neighbours(k):
        return lambda: NearestNeighbors(n_neighbors=k, algorithm="kd_tree", n_jobs=2).fit(double).kneighbors(double)

    def linked():
        pairs = cKDTree(double).query_pairs(radius / 2, output_type="ndarray")
        connected_components(coo_matrix((np.ones(len(pairs), np.bool_), pairs.T), (len(double),) * 2), directed=False)

    def nearest():
        search = nns(tensor)
        search.knn_index()
        search.knn_search(o3d.core.Tensor(asked.astype(np.float32)), 1)

    def oriented():
        cloud = o3d.geometry.PointCloud(legacy)
        cloud.orient_normals_consistent_tangent_plane(12)

    yield "tree", "the tree alone", {"Kernel": "tree"}, {
        "SciPy": lambda: cKDTree(double),
        "SciPy unbalanced": lambda: cKDTree(double, balanced_tree=False, compact_nodes=False),
        "Open3D": lambda: o3d.geometry.KDTreeFlann(legacy),
    }
    for k in (16,) if many else (16, 64):
        yield f"knn{k}", f"k-NN, k = {k}, all points", {"Kernel": "knn", "K": [k]}, {
            "Open3D": lambda k=k: near(k),
            "SciPy": lambda k=k: cKDTree(double).query(double, k, workers=2),
            "scikit-learn": neighbours(k),
        }
    yield "radius", "radius search, 30 neighbours, all points: lists", {"Kernel": "radius", "Radius": radius}, {
        "Open3D": within,
        "SciPy pairs": lambda: cKDTree(double).query_pairs(radius, output_type="ndarray"),
        "scikit-learn": lambda: NearestNeighbors(radius=radius, algorithm="kd_tree", n_jobs=2).fit(double).radius_neighbors(double),
    }
    yield "count", "radius search, other points: counts", {"Kernel": "count", "Radius": radius}, {
        "SciPy": lambda: cKDTree(double).query_ball_point(asked, radius, workers=2, return_length=True),
    }
    yield "components", "components within half that radius", {"Kernel": "components", "Radius": radius / 2}, {
        "SciPy": linked,
        "Open3D DBSCAN": lambda: legacy.cluster_dbscan(radius / 2, 1),
    }
    yield "distance", "cloud-to-cloud distance", {"Kernel": "distance"}, {
        "Open3D": lambda: other.compute_point_cloud_distance(legacy),
        "Open3D tensor": nearest,
        "SciPy": lambda: cKDTree(double).query(asked, 1, workers=2),
    }
    yield "normals", "normals, 30 neighbours", {"Kernel": "normals", "K": [30]}, {
        "Open3D": lambda: legacy.estimate_normals(knn(30)),
        "Open3D tensor": lambda: modern.estimate_normals(30),
    }
    if first and len(points) <= 20000:
        yield "orient", "normals made consistent, 12 neighbours", {"Kernel": "orient", "K": [12]}, {"Open3D": oriented}
    histograms = {"Open3D tensor": lambda: t_registration.compute_fpfh_feature(modern, 100)}
    if not many:
        histograms["Open3D"] = lambda: registration.compute_fpfh_feature(legacy, knn(100))
    if first or not many:
        yield "fpfh", "FPFH, 100 neighbours", {"Kernel": "fpfh", "K": [100]}, histograms
    if not many:
        yield "fpfh radius", "FPFH, twice the radius, at most 100", {"Kernel": "fpfh radius", "K": [100], "Radius": 2 * radius}, {
            "Open3D": lambda: registration.compute_fpfh_feature(legacy, hybrid(2 * radius, 100)),
            "Open3D tensor": lambda: t_registration.compute_fpfh_feature(modern, 100, 2 * radius),
        }
        yield "fpfh scales", "FPFH, 40, 80 and 120 neighbours", {"Kernel": "fpfh", "K": SCALES}, {
            "Open3D tensor": lambda: [t_registration.compute_fpfh_feature(modern, k) for k in SCALES],
        }
    yield "fps", f"farthest points, {PICKS:,}", {"Kernel": "fps", "Count": PICKS}, {
        "Open3D": lambda: legacy.farthest_point_down_sample(PICKS),
    }
    for name, size in voxels.items():
        yield f"voxel {name}", f"voxel grid, {name}", {"Kernel": "voxel", "Voxel": size}, {
            "Open3D": lambda size=size: legacy.voxel_down_sample(size),
            "Open3D tensor": lambda size=size: modern.voxel_down_sample(size),
        }


def vectors(dim, bank, asked):
    """The 3 nearest of a bank of vectors, clustered as features are."""
    rng = np.random.default_rng(dim)
    centres = rng.random((300, dim)) * 10
    draw = lambda n: (centres[rng.integers(300, size=n)] + 0.5 * rng.standard_normal((n, dim))).astype(np.float32)
    rows, queries = draw(bank), draw(asked)
    calls = {"scikit-learn": lambda: NearestNeighbors(n_neighbors=3, algorithm="brute", n_jobs=2).fit(rows).kneighbors(queries)}
    if torch is not None:
        a, b = torch.from_numpy(queries), torch.from_numpy(rows)
        calls["PyTorch"] = lambda: torch.cdist(a, b).topk(3, largest=False)
    if dim == 33:
        calls["SciPy"] = lambda: cKDTree(rows).query(queries, 3, workers=2)
    return rows, queries, f"3 nearest of {bank:,} vectors, {asked:,} queries, {dim} dimensions", {"Kernel": "vectors", "K": [3], "Dim": dim}, calls


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "GOMAXPROCS": "2"})

    def run(self, job):
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return [float(v) for v in self.process.stdout.readline().split()[:2]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def alone(lock):
    """Holds a lock file, by which several measurements on a machine take turns."""
    if not lock:
        yield
        return
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def row(title, result):
    wall, processor, _ = result["ours"]
    theirs = {who: r for who, r in result.items() if who != "ours"}
    text = ", ".join(f"{who} {r[0]:,.1f}" + (f" ({r[2]})" if r[2] < result["ours"][2] else "") for who, r in theirs.items())
    ratio = min(r[0] for r in theirs.values()) / wall
    work = min(r[1] for r in theirs.values()) / processor
    print(f"| {title} | {wall:,.1f} | {text} | **{ratio:.1f}** | {work:.1f} |", flush=True)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("--data", default="../shared")
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--budget", type=float, default=8, help="seconds a call may take in all")
    args.add_argument("--minutes", type=float, default=25, help="when to begin nothing more")
    args.add_argument("--sizes", default="20000,200000,2000000")
    args.add_argument("--only", help="kernels to measure, separated by commas")
    args.add_argument("--lock", help="file to lock during each comparison")
    args = args.parse_args()
    only = args.only.split(",") if args.only else None
    ours = Ours(args.program)
    end, left_out = time.time() + 60 * args.minutes, []
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
    print("# Geometry kernels beside Open3D, SciPy, scikit-learn and PyTorch\n")
    print(f"`measure/kernels/run.sh` on {os.cpu_count()} cores ({cpu}), Open3D {o3d.__version__}, SciPy {scipy.__version__},")
    print(f"scikit-learn {sklearn.__version__}{', PyTorch ' + torch.__version__ if torch else ''}. Milliseconds, two threads each, all in turn,")
    print(f"{rounds_text(args.rounds)};")
    print("of fewer where a number in brackets says so, because a call")
    print(f"took more than {args.budget:.0f} s in all. Times include building the tree, where the kernel needs one.")
    print("*Ratio* is the best of theirs over ours by the clock, *work* the same in processor time of all threads:")
    print(f"higher is better for us. Load of the machine at the start: {os.getloadavg()[0]:.1f}.")
    with tempfile.TemporaryDirectory() as folder:

        def put(kind, name, values):
            path = os.path.join(folder, f"{kind}-{name.replace('/', '-')}.f32")
            values.astype("<f4").tofile(path)
            return path

        if only is None or "vectors" in only:
            print("\n## Vectors of many dimensions\n")
            print("| kernel | Blemish | theirs | ratio | work |\n|---|---|---|---|---|")
            for dim, bank, asked in ((33, 10000, 20000), (165, 10000, 10000), (384, 10000, 5000), (1152, 10000, 4000)):
                rows, queries, title, job, calls = vectors(dim, bank, asked)
                files = {"Points": put("rows", str(dim), rows), "Queries": put("asked", str(dim), queries)}
                with alone(args.lock):
                    row(title, compare(lambda: ours.run({**job, **files}), calls, args.rounds, args.budget))
        for n in [int(s) for s in args.sizes.split(",") if s]:
            for name, points, queries in clouds(args.data, n):
                print(f"\n## {n:,} points on {name}\n")
                print("| kernel | Blemish | theirs | ratio | work |\n|---|---|---|---|---|")
                files = {"Points": put("points", f"{n}-{name}", points), "Queries": put("queries", f"{n}-{name}", queries)}
                for key, title, job, calls in points_of(points, queries, name == MESHES[0]):
                    if only is None or key in only:
                        if time.time() > end:
                            left_out.append(f"{title} ({n:,} points, {name})")
                            continue
                        with alone(args.lock):
                            row(title, compare(lambda: ours.run({**job, **files}), calls, args.rounds, args.budget))
    if left_out:
        print(f"\nLeft out, as {args.minutes:.0f} minutes were over: {', '.join(left_out)}.")
    ours.close()


if __name__ == "__main__":
    main()
