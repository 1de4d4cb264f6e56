#!/usr/bin/env python3
"""A detector of one's own for `blemish benchmark --external`, with NumPy alone.

    blemish benchmark --data data --external shape="python3 scripts/external_example.py" -o out

What it does: the shape of the surface around a point is what the three variances of its nearest
neighbours are, as shares of their sum, over 16 and over 48 neighbours. Shapes of sound scans are
remembered; a point's score is how far its shape is from the nearest that is remembered. It needs
no alignment. The protocol is described in docs/external.md.
"""
import os
import sys

import numpy as np

NEIGHBOURS = (16, 48)
REMEMBERED = 2000  # shapes a class


def shapes(points):
    """One row of features for each of the points (N x 3)."""
    points = points.astype(np.float64) - points.mean(axis=0)
    out = np.empty((len(points), 2 * len(NEIGHBOURS)))
    most = min(max(NEIGHBOURS), len(points))
    square = (points**2).sum(axis=1)
    for begin in range(0, len(points), 500):  # so that a block of distances fits into memory
        block = points[begin : begin + 500]
        distance = square - 2 * block @ points.T
        near = np.argpartition(distance, most - 1, axis=1)[:, :most]
        order = np.argsort(np.take_along_axis(distance, near, axis=1), axis=1)
        near = np.take_along_axis(near, order, axis=1)
        for i, k in enumerate(NEIGHBOURS):
            around = points[near[:, :k]]
            around = around - around.mean(axis=1, keepdims=True)
            variance = np.linalg.eigvalsh(np.einsum("nki,nkj->nij", around, around))
            variance = variance / np.maximum(variance.sum(axis=1, keepdims=True), 1e-30)
            out[begin : begin + len(block), 2 * i : 2 * i + 2] = variance[:, :2]
    return out


def train(folder, model):
    found = [shapes(np.load(os.path.join(folder, name))) for name in sorted(os.listdir(folder))]
    all_shapes = np.concatenate(found)
    seed = int(os.environ.get("BLEMISH_SEED", "1"))
    chosen = np.random.default_rng(seed).permutation(len(all_shapes))[:REMEMBERED]
    with open(model, "wb") as f:
        np.save(f, all_shapes[chosen])


def score(model):
    remembered = np.load(model)
    square = (remembered**2).sum(axis=1)
    for line in sys.stdin:  # a scan a line, until the input ends
        scan, target = line.rstrip("\n").split("\t")
        try:
            own = shapes(np.load(scan))
            nearest = np.empty(len(own))
            for begin in range(0, len(own), 500):
                block = own[begin : begin + 500]
                distance = square - 2 * block @ remembered.T
                nearest[begin : begin + len(block)] = distance.min(axis=1) + (block**2).sum(axis=1)
            point = np.sqrt(np.maximum(nearest, 0))
            with open(target, "wb") as f:
                np.save(f, point.astype(np.float32))
            top = np.sort(point)[-max(1, len(point) // 200) :]
            print("ok", top.mean(), flush=True)
        except Exception as e:  # one scan; the next may go well
            print("error", repr(e).replace("\n", " "), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2], sys.argv[3])
    else:
        score(sys.argv[2])
