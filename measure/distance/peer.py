#!/usr/bin/env python3
"""Times our distances and Poisson-disk sampling beside Open3D and SciPy: the same
meshes and points, two threads each, building included, all in turn so that whatever
else the machine does falls on all alike. Prints a markdown table of medians.
Called by measure/distance/run.sh with the path of the Go program."""
import argparse
import os
import platform
import subprocess
import sys
import tempfile

import numpy as np

os.environ["OMP_NUM_THREADS"] = "2"
import open3d as o3d
import scipy
from scipy.spatial import cKDTree

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from sidebyside import compare, rounds_text, sample

# A scan, a part of long thin triangles, and the scan with 64 times as many faces.
MESHES = [("scanned/demosthenes_bust.obj", 0), ("mech/cycloidal_gear.ply", 0), ("scanned/demosthenes_bust.obj", 3)]
SIZES = [20_000, 200_000, 2_000_000]


def theirs(kernel, v, f, points, target, n):
    """The calls to compare with."""
    if kernel == "mesh":
        mesh_v, mesh_f, q = o3d.core.Tensor(v), o3d.core.Tensor(f.astype(np.uint32)), o3d.core.Tensor(points)

        def scene():
            s = o3d.t.geometry.RaycastingScene()
            s.add_triangles(mesh_v, mesh_f)
            s.compute_distance(q)

        return {"Open3D": scene}
    if kernel == "cloud":
        a, b = points.astype(float), target.astype(float)
        pa = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(a))
        pb = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(b))
        return {
            "SciPy": lambda: cKDTree(b).query(a, workers=2),
            "Open3D": lambda: pa.compute_point_cloud_distance(pb),
        }
    if kernel == "poisson":
        m = o3d.geometry.TriangleMesh(o3d.utility.Vector3dVector(v.astype(float)), o3d.utility.Vector3iVector(f))
        return {"Open3D": lambda: m.sample_points_poisson_disk(n)}
    return {}


TITLES = {"mesh": "to the mesh", "signed": "to the mesh, signed", "cloud": "to a cloud of as many points", "poisson": "Poisson-disk points"}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("program")
    args.add_argument("--data", default="../shared")
    args.add_argument("--rounds", type=int, default=5)
    args.add_argument("--most", type=int, default=SIZES[-1])
    args = args.parse_args()
    ours = subprocess.Popen([args.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "GOMAXPROCS": "2"})

    def run(kernel, stem, n):
        ours.stdin.write(f"{kernel} {stem} {n}\n")
        ours.stdin.flush()
        return [float(x) for x in ours.stdout.readline().split()]

    print("# Distances beside Open3D and SciPy\n")
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.processor())
    print(f"`measure/distance/run.sh` on {os.cpu_count()} cores ({cpu}), Open3D {o3d.__version__}, SciPy {scipy.__version__}: from so many points near the")
    print("surface (0.5 % of the diagonal of noise), two threads each, all in turn,")
    print(f"{rounds_text(args.rounds)}. Milliseconds of processor time, building")
    print(f"of trees included; the load of the machine was {os.getloadavg()[0]:.1f} at the start. Ratios are the best of theirs over ours: higher is better")
    print("for us.\n")
    print("| mesh | faces | points | | Blemish | theirs | ratio | wall ratio |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, halvings) in enumerate(MESHES):
            mesh = o3d.io.read_triangle_mesh(os.path.join(args.data, "meshes", name))
            mesh = mesh.subdivide_midpoint(halvings) if halvings else mesh
            v, f = np.asarray(mesh.vertices).astype(np.float32), np.asarray(mesh.triangles).astype(np.int32)
            stem = os.path.join(folder, str(number))
            v.tofile(stem + ".vertices")
            f.tofile(stem + ".faces")
            diagonal = np.linalg.norm(v.max(0) - v.min(0))
            for n in SIZES:
                if n > args.most or (n == SIZES[-1] and number > 0):
                    continue  # the largest on one mesh only: it takes minutes
                rng = np.random.default_rng(1)
                points = (sample(v, f, n, rng) + rng.normal(0, 0.005 * diagonal, (n, 3))).astype(np.float32)
                target = sample(v, f, n, rng).astype(np.float32)
                points.tofile(f"{stem}.{n}.from")
                target.tofile(f"{stem}.{n}.to")
                kernels = ["mesh"]
                if n == SIZES[1]:
                    kernels.append("signed")
                if number == 0:
                    kernels.append("cloud")
                if n == SIZES[0] and number == 0:
                    kernels.append("poisson")
                for kernel in kernels:
                    result = compare(lambda: run(kernel, stem, n), theirs(kernel, v, f, points, target, n), args.rounds)
                    wall, busy = ({who: float(r[k]) for who, r in result.items()} for k in (0, 1))
                    best = lambda t: min((x for who, x in t.items() if who != "ours"), default=float("nan")) / t["ours"]
                    text = ", ".join(f"{who} {x:.1f}" for who, x in busy.items() if who != "ours")
                    ratios = f"**{best(busy):.1f}** | {best(wall):.1f}" if len(result) > 1 else "|"
                    print(f"| {os.path.basename(name)} | {len(f):,} | {n:,} | {TITLES[kernel]} | {busy['ours']:.1f} | {text} | {ratios} |", flush=True)
                    print(kernel, n, name, file=sys.stderr)
                for part in ("from", "to"):
                    if n != SIZES[0]:
                        os.remove(f"{stem}.{n}.{part}")
    print("""
What a query costs: about four groups of 16 boxes, two groups of 16 faces whose bounds come from one kernel (spatial/faces.go), and two
faces measured in float64. Beside few queries, building the boxes over the faces is most of the time. Preparing for signs numbers the edges
of the mesh, which with a million faces is mostly waiting for memory.

Open3D 0.16.1 of Debian counts no intersections, so that every point is outside for its `compute_signed_distance`: there is nothing to
compare our signs with there; they are tested against rays and solid angles (mesh/signed_test.go).""")
    ours.stdin.close()
    ours.wait()


if __name__ == "__main__":
    main()
