"""Holds the labels of carved clouds against CloudCompare's cloud-to-mesh distances.

usage: peer.py FOLDER    (as written by `defects truth`)

For each cloud CloudCompare, headless, measures the distance of every point to the
sound mesh; a point counts as anomalous there where the distance is above a threshold.
Writes a Markdown table of the intersection over union with the labels, by kind.
"""
import glob
import os
import subprocess
import sys

import numpy as np

folder = sys.argv[1]
thresholds = [0.0004, 0.002]  # of the diagonal
kinds, rows, objects = [], {}, 0
for mesh in sorted(glob.glob(os.path.join(folder, "*.mesh.ply"))):
    stem = mesh[: -len(".mesh.ply")]
    out = stem + ".distance.asc"
    if not os.path.exists(out):
        subprocess.run(
            ["CloudCompare", "-SILENT", "-AUTO_SAVE", "OFF", "-C_EXPORT_FMT", "ASC", "-PREC", "9",
             "-O", stem + ".cloud.ply", "-O", mesh, "-C2M_DIST", "-SAVE_CLOUDS", "FILE", out],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, QT_QPA_PLATFORM="offscreen", XDG_RUNTIME_DIR="/tmp"))
    measured = np.loadtxt(out, usecols=(0, 1, 2, 3))
    distance = np.abs(measured[:, 3])
    with open(stem + ".truth.csv") as f:
        diagonal = float(f.readline())
        lines = [l.strip().split(",") for l in f]
    kind = np.array([l[0] for l in lines])
    label = np.array([float(l[1]) > 0.5 for l in lines])
    depth = np.abs(np.array([float(l[2]) for l in lines]))
    assert len(distance) == len(label), stem
    objects += 1
    for k in dict.fromkeys(kind):
        at = kind == k
        l, d, rim = label[at], distance[at] / diagonal, label[at] & (depth[at] == 0)
        if k not in rows:
            kinds.append(k)
        row = []
        for t in thresholds:
            far = d > t
            row.append((far & l).sum() / max(1, (far | l).sum()))
        far = d > thresholds[0]
        keep = ~rim  # on the sound surface beside removed material: labelled by place, not by distance
        row.append((far & l & keep).sum() / max(1, ((far | l) & keep).sum()))
        row.append((far & ~l).sum() / max(1, far.sum()))  # far off the sound surface and yet labelled sound
        moved = l & ~rim
        row.append(np.median(d[moved]) if moved.any() else 0)
        row.append(rim.sum() / max(1, l.sum()))
        rows.setdefault(k, []).append(row)
print(f"{objects} objects, one cloud of 20,000 points a kind.\n")
print("| kind | samples | IoU, median (lowest), distance over 0.04 % of the diagonal | over 0.2 % | over 0.04 %, without the rim on the sound surface | rim, share of the label | off the surface yet labelled sound |")
print("|---|---|---|---|---|---|---|")
for k in kinds:
    r = np.array(rows[k])
    m, low = np.median(r, axis=0), r.min(axis=0)
    print(f"| {k} | {len(r)} | {m[0]:.3f} ({low[0]:.3f}) | {m[1]:.3f} ({low[1]:.3f}) | {m[2]:.3f} ({low[2]:.3f}) | {100 * m[5]:.0f} % | {100 * r[:, 3].mean():.2f} % |")
