#!/usr/bin/env python3
"""Writes maps.f32 with NumPy and SciPy alone: what filters and a ResNet-18 make of a picture.
Picture and weights follow formulas that the test repeats. Little-endian float32: every 7th
value of the filters' maps, then of each of the network's three stages."""
import os

import numpy as np
from scipy.ndimage import gaussian_filter

here = os.path.dirname(os.path.abspath(__file__))
n = 64
y, x = np.mgrid[0:n, 0:n].astype(np.float64)
grey = (0.5 + 0.3 * np.sin(0.3 * x) * np.cos(0.2 * y) + 0.2 * ((x + 2 * y) % 17 < 8)).astype(np.float32).astype(np.float64)

filters = []
for sigma in (1.5, 3, 6):
    for dx, dy in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2)):
        filters.append(gaussian_filter(grey, sigma, order=(dy, dx), mode="nearest", truncate=4) * sigma ** (dx + dy))
filters = np.stack(filters)

count = 0


def drawn(shape, kind):
    """Tensor number count."""
    global count
    i, t = np.arange(np.prod(shape), dtype=np.float64), count
    count += 1
    v = {
        "conv": lambda: np.sin(0.61803 * i + t) * np.sqrt(2 / np.prod(shape[1:])),
        "weight": lambda: 1 + 0.1 * np.sin(i + t),
        "bias": lambda: 0.1 * np.cos(i + t),
        "mean": lambda: 0.1 * np.sin(2 * i + t),
        "var": lambda: 1 + 0.5 * np.sin(i) ** 2,
    }[kind]()
    return v.astype(np.float32).astype(np.float64).reshape(shape)


def conv(x, out, size, stride):
    """A convolution and the normalisation after it."""
    w = drawn((out, x.shape[0], size, size), "conv")
    gain, shift, mean, var = [drawn((out,), k) for k in ("weight", "bias", "mean", "var")]
    pad = size // 2
    p = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    win = np.lib.stride_tricks.sliding_window_view(p, (size, size), (1, 2))[:, ::stride, ::stride]
    y = np.einsum("chwij,ocij->ohw", win, w, optimize=True)
    scale = (gain / np.sqrt(var + 1e-5))[:, None, None]
    return (y - mean[:, None, None]) * scale + shift[:, None, None]


def relu(x):
    return np.maximum(x, 0)


x = (grey[None] - np.array([0.485, 0.456, 0.406])[:, None, None]) / np.array([0.229, 0.224, 0.225])[:, None, None]
x = relu(conv(x, 64, 7, 2))
p = np.pad(x, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
x = np.lib.stride_tricks.sliding_window_view(p, (3, 3), (1, 2))[:, ::2, ::2].max((3, 4))
stages = []
for width in (64, 128, 256):
    for block in range(2):
        stride = 2 if block == 0 and width > 64 else 1
        y = conv(relu(conv(x, width, 3, stride)), width, 3, 1)
        x = relu(y + (conv(x, width, 1, stride) if stride > 1 else x))
    stages.append(x)

np.concatenate([m.ravel()[::7] for m in [filters, *stages]]).astype("<f4").tofile(os.path.join(here, "maps.f32"))
