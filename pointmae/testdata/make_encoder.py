#!/usr/bin/env python3
"""Writes encoder.f32 with NumPy alone: what the encoder of golden.safetensors says of its
clouds without a mask after each block, normalised as M3DM takes it. Little-endian float32,
(blocks, clouds, patches, width)."""
import json
import os
import struct
from math import erf

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "golden.safetensors"), "rb") as f:
    size = struct.unpack("<Q", f.read(8))[0]
    header, data = json.loads(f.read(size)), f.read()


def tensor(name):
    t = header[name]
    a, b = t["data_offsets"]
    return np.frombuffer(data[a:b], "<f4").reshape(t["shape"]).astype(np.float64)


def w(name):
    return tensor("init.MAE_encoder." + name)


def linear(x, name, bias=True):
    m = w(name + ".weight")
    y = x @ m.reshape(m.shape[0], -1).T
    return y + w(name + ".bias") if bias else y


def batch_norm(x, name):
    return (x - w(name + ".running_mean")) / np.sqrt(w(name + ".running_var") + 1e-5) * w(name + ".weight") + w(name + ".bias")


def layer_norm(x, name):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * w(name + ".weight") + w(name + ".bias")


def gelu(x):
    return x * 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2)))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def encoder(patches, centres, heads=2, depth=2):
    """What each block gives for patches (clouds, patches, points, 3), normalised."""
    x = linear(np.maximum(batch_norm(linear(patches, "encoder.first_conv.0"), "encoder.first_conv.1"), 0), "encoder.first_conv.3")
    x = np.concatenate([np.broadcast_to(x.max(2, keepdims=True), x.shape), x], -1)
    x = linear(np.maximum(batch_norm(linear(x, "encoder.second_conv.0"), "encoder.second_conv.1"), 0), "encoder.second_conv.3")
    x = x.max(2)
    pos = linear(gelu(linear(centres, "pos_embed.0")), "pos_embed.2")
    out = []
    for b in range(depth):
        name = f"blocks.blocks.{b}."
        x = x + pos
        n, p, c = x.shape
        qkv = linear(layer_norm(x, name + "norm1"), name + "attn.qkv", bias=False)
        q, k, v = qkv.reshape(n, p, 3, heads, c // heads).transpose(2, 0, 3, 1, 4)
        a = softmax(q @ k.transpose(0, 1, 3, 2) / np.sqrt(c // heads)) @ v
        x = x + linear(a.transpose(0, 2, 1, 3).reshape(n, p, c), name + "attn.proj")
        x = x + linear(gelu(linear(layer_norm(x, name + "norm2"), name + "mlp.fc1")), name + "mlp.fc2")
        out.append(layer_norm(x, "norm"))
    return out


if __name__ == "__main__":
    out = encoder(tensor("patches"), tensor("centres"))
    np.stack(out).astype("<f4").tofile(os.path.join(here, "encoder.f32"))
