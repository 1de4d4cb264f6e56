"""Point-MAE in PyTorch, as small or large as asked for: the module tree and the tensor
names of the published code, the loss with targets that are not the input patches.
make_golden.py and make_full.py write what the Go model is held against with it.
"""
import json, struct
from collections import namedtuple
import numpy as np
import torch, torch.nn as nn, torch.nn.functional as F

Shape = namedtuple("Shape", "width encoder decoder heads group embed pos")

class Encoder(nn.Module):
    def __init__(s, z):
        super().__init__()
        c1, c2, c3 = z.embed
        s.width = z.width
        s.first_conv = nn.Sequential(nn.Conv1d(3, c1, 1), nn.BatchNorm1d(c1), nn.ReLU(inplace=True), nn.Conv1d(c1, c2, 1))
        s.second_conv = nn.Sequential(nn.Conv1d(2 * c2, c3, 1), nn.BatchNorm1d(c3), nn.ReLU(inplace=True), nn.Conv1d(c3, z.width, 1))
    def forward(s, groups):  # B G N 3
        b, g, n, _ = groups.shape
        f = s.first_conv(groups.reshape(b * g, n, 3).transpose(2, 1))
        top = torch.max(f, dim=2, keepdim=True)[0]
        f = s.second_conv(torch.cat([top.expand(-1, -1, n), f], dim=1))
        return torch.max(f, dim=2)[0].reshape(b, g, s.width)

class Attention(nn.Module):
    def __init__(s, z):
        super().__init__()
        s.heads = z.heads
        s.qkv = nn.Linear(z.width, 3 * z.width, bias=False)
        s.proj = nn.Linear(z.width, z.width)
    def forward(s, x):
        b, n, c = x.shape
        q, k, v = s.qkv(x).reshape(b, n, 3, s.heads, c // s.heads).permute(2, 0, 3, 1, 4)
        a = ((q @ k.transpose(-2, -1)) * (c // s.heads) ** -0.5).softmax(dim=-1)
        return s.proj((a @ v).transpose(1, 2).reshape(b, n, c))

class Mlp(nn.Module):
    def __init__(s, z):
        super().__init__()
        s.fc1 = nn.Linear(z.width, 4 * z.width)
        s.fc2 = nn.Linear(4 * z.width, z.width)
    def forward(s, x): return s.fc2(F.gelu(s.fc1(x)))

class Block(nn.Module):
    def __init__(s, z):
        super().__init__()
        s.norm1, s.attn, s.norm2, s.mlp = nn.LayerNorm(z.width), Attention(z), nn.LayerNorm(z.width), Mlp(z)
        s.keep = None  # stochastic depth: factors on the two branches, clouds x 2; None for ones
    def forward(s, x):
        f = (1, 1) if s.keep is None else s.keep.t()[:, :, None, None]
        x = x + f[0] * s.attn(s.norm1(x))
        return x + f[1] * s.mlp(s.norm2(x))

class Blocks(nn.Module):
    def __init__(s, z, depth):
        super().__init__()
        s.blocks = nn.ModuleList([Block(z) for _ in range(depth)])
    def forward(s, x, pos):
        for b in s.blocks: x = b(x + pos)
        return x

def position(z): return nn.Sequential(nn.Linear(3, z.pos), nn.GELU(), nn.Linear(z.pos, z.width))

class MaskEncoder(nn.Module):
    def __init__(s, z):
        super().__init__()
        s.encoder, s.pos_embed, s.blocks, s.norm = Encoder(z), position(z), Blocks(z, z.encoder), nn.LayerNorm(z.width)
    def forward(s, patches, centres, mask):
        b = patches.shape[0]
        tokens = s.encoder(patches)[~mask].reshape(b, -1, s.norm.normalized_shape[0])
        pos = s.pos_embed(centres[~mask].reshape(b, -1, 3))
        return s.norm(s.blocks(tokens, pos))

class Decoder(nn.Module):
    def __init__(s, z):
        super().__init__()
        s.blocks, s.norm = nn.ModuleList([Block(z) for _ in range(z.decoder)]), nn.LayerNorm(z.width)
    def forward(s, x, pos, last, outs):
        for b in s.blocks:
            x = b(x + pos)
            outs.append(x)
        return s.norm(x[:, -last:])

class PointMAE(nn.Module):
    def __init__(s, z):
        super().__init__()
        s.MAE_encoder = MaskEncoder(z)
        s.mask_token = nn.Parameter(torch.zeros(1, 1, z.width))
        s.decoder_pos_embed, s.MAE_decoder = position(z), Decoder(z)
        s.increase_dim = nn.Sequential(nn.Conv1d(z.width, 3 * z.group, 1))
    def forward(s, patches, centres, mask):
        seen = s.MAE_encoder(patches, centres, mask)
        b, v, c = seen.shape
        pos_seen = s.decoder_pos_embed(centres[~mask]).reshape(b, -1, c)
        pos_mask = s.decoder_pos_embed(centres[mask]).reshape(b, -1, c)
        m = pos_mask.shape[1]
        x = torch.cat([seen, s.mask_token.expand(b, m, -1)], dim=1)
        outs = []
        x = s.MAE_decoder(x, torch.cat([pos_seen, pos_mask], dim=1), m, outs)
        return s.increase_dim(x.transpose(1, 2)).transpose(1, 2).reshape(b * m, -1, 3), outs

def chamfer(a, b):
    d = ((a[:, :, None] - b[:, None]) ** 2).sum(-1)
    return d.min(2)[0].mean() + d.min(1)[0].mean()

def decays(name, p): return not (p.dim() == 1 or name.endswith(".bias") or "token" in name)

def optimiser(model):
    """AdamW with Point-MAE's two groups."""
    groups = [{"params": [p for n, p in model.named_parameters() if not decays(n, p)], "weight_decay": 0.0},
              {"params": [p for n, p in model.named_parameters() if decays(n, p)], "weight_decay": 0.05}]
    return torch.optim.AdamW(groups, lr=1e-3)

def write(path, arrays):
    """Arrays by name as safetensors, float32."""
    header, at = {}, 0
    names = sorted(arrays)
    for n in names:
        size = arrays[n].size * 4
        header[n] = {"dtype": "F32", "shape": list(arrays[n].shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for n in names: f.write(arrays[n].astype("<f4").tobytes())
