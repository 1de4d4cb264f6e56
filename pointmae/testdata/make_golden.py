"""Writes golden.safetensors: a small Point-MAE in PyTorch, with its outputs, loss,
gradients and a few optimiser steps, for the Go model to be held against.

Run with Debian's python3 and python3-torch (1.13) in this folder:  python3 make_golden.py
The module tree and the tensor names are those of the published Point-MAE code; the
loss takes targets that are not the input patches, and another number of points.
"""
import json, struct
import numpy as np
import torch, torch.nn as nn, torch.nn.functional as F

WIDTH, ENC, DEC, HEADS, GROUP, EMBED, POS = 12, 2, 2, 2, 7, (8, 10, 14), 6
CLOUDS, PATCHES, POINTS, MASKED, TARGETS, STEPS = 2, 11, 9, 4, 5, 6
torch.manual_seed(7)
torch.set_num_threads(1)

class Encoder(nn.Module):
    def __init__(s):
        super().__init__()
        c1, c2, c3 = EMBED
        s.first_conv = nn.Sequential(nn.Conv1d(3, c1, 1), nn.BatchNorm1d(c1), nn.ReLU(inplace=True), nn.Conv1d(c1, c2, 1))
        s.second_conv = nn.Sequential(nn.Conv1d(2 * c2, c3, 1), nn.BatchNorm1d(c3), nn.ReLU(inplace=True), nn.Conv1d(c3, WIDTH, 1))
    def forward(s, groups):  # B G N 3
        b, g, n, _ = groups.shape
        f = s.first_conv(groups.reshape(b * g, n, 3).transpose(2, 1))
        top = torch.max(f, dim=2, keepdim=True)[0]
        f = s.second_conv(torch.cat([top.expand(-1, -1, n), f], dim=1))
        return torch.max(f, dim=2)[0].reshape(b, g, WIDTH)

class Attention(nn.Module):
    def __init__(s):
        super().__init__()
        s.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        s.proj = nn.Linear(WIDTH, WIDTH)
    def forward(s, x):
        b, n, c = x.shape
        q, k, v = s.qkv(x).reshape(b, n, 3, HEADS, c // HEADS).permute(2, 0, 3, 1, 4)
        a = ((q @ k.transpose(-2, -1)) * (c // HEADS) ** -0.5).softmax(dim=-1)
        return s.proj((a @ v).transpose(1, 2).reshape(b, n, c))

class Mlp(nn.Module):
    def __init__(s):
        super().__init__()
        s.fc1 = nn.Linear(WIDTH, 4 * WIDTH)
        s.fc2 = nn.Linear(4 * WIDTH, WIDTH)
    def forward(s, x): return s.fc2(F.gelu(s.fc1(x)))

class Block(nn.Module):
    def __init__(s):
        super().__init__()
        s.norm1, s.attn, s.norm2, s.mlp = nn.LayerNorm(WIDTH), Attention(), nn.LayerNorm(WIDTH), Mlp()
    def forward(s, x):
        x = x + s.attn(s.norm1(x))
        return x + s.mlp(s.norm2(x))

class Blocks(nn.Module):
    def __init__(s, depth):
        super().__init__()
        s.blocks = nn.ModuleList([Block() for _ in range(depth)])
    def forward(s, x, pos):
        for b in s.blocks: x = b(x + pos)
        return x

def position(): return nn.Sequential(nn.Linear(3, POS), nn.GELU(), nn.Linear(POS, WIDTH))

class MaskEncoder(nn.Module):
    def __init__(s):
        super().__init__()
        s.encoder, s.pos_embed, s.blocks, s.norm = Encoder(), position(), Blocks(ENC), nn.LayerNorm(WIDTH)
    def forward(s, patches, centres, mask):
        b = patches.shape[0]
        tokens = s.encoder(patches)[~mask].reshape(b, -1, WIDTH)
        pos = s.pos_embed(centres[~mask].reshape(b, -1, 3))
        return s.norm(s.blocks(tokens, pos))

class Decoder(nn.Module):
    def __init__(s):
        super().__init__()
        s.blocks, s.norm = nn.ModuleList([Block() for _ in range(DEC)]), nn.LayerNorm(WIDTH)
    def forward(s, x, pos, last, outs):
        for b in s.blocks:
            x = b(x + pos)
            outs.append(x)
        return s.norm(x[:, -last:])

class PointMAE(nn.Module):
    def __init__(s):
        super().__init__()
        s.MAE_encoder = MaskEncoder()
        s.mask_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        s.decoder_pos_embed, s.MAE_decoder = position(), Decoder()
        s.increase_dim = nn.Sequential(nn.Conv1d(WIDTH, 3 * GROUP, 1))
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

out = {}
def put(name, t): out[name] = t.detach().numpy().astype(np.float32).copy()
def state(prefix, model):
    for k, v in model.state_dict().items(): put(prefix + k, v)

model = PointMAE()
with torch.no_grad():  # values with some spread, so that nothing is tested at zero or one
    for n, p in model.named_parameters():
        fan = p.shape[1] if p.dim() > 1 else 1
        p.normal_(0, 0.3 if p.dim() == 1 or "token" in n else fan ** -0.5)
        if n.endswith("weight") and p.dim() == 1: p.add_(1)
    for n, b in model.named_buffers():
        if n.endswith("running_mean"): b.normal_(0, 0.2)
        if n.endswith("running_var"): b.uniform_(0.5, 1.5)
state("init.", model)
patches = torch.randn(CLOUDS, PATCHES, POINTS, 3) * torch.tensor([0.3, 0.2, 0.4]) + 0.1
centres = torch.randn(CLOUDS, PATCHES, 3) * 0.5
target = torch.randn(CLOUDS * MASKED, TARGETS, 3) * 0.3
mask = torch.zeros(CLOUDS, PATCHES, dtype=torch.bool)
for i in range(CLOUDS): mask[i, torch.randperm(PATCHES)[:MASKED]] = True
for name, t in dict(patches=patches, centres=centres, target=target, mask=mask).items(): put(name, t)

def gradients(prefix):
    model.zero_grad()
    pred, outs = model(patches, centres, mask)
    loss = chamfer(pred, target)
    loss.backward()
    put(prefix + "prediction", pred)
    put(prefix + "loss", loss)
    for i, o in enumerate(outs): put(f"{prefix}block{i + 1}", o)
    for n, p in model.named_parameters(): put(prefix + "grad." + n, p.grad)

model.eval()
gradients("eval.")
with torch.no_grad():
    seen = model.MAE_encoder(patches, centres, torch.zeros_like(mask))
    pos = model.decoder_pos_embed(centres)
    x = seen
    for i, b in enumerate(model.MAE_decoder.blocks):
        x = b(x + pos)
        put(f"unmasked.block{i + 1}", x)
model.train()
gradients("train.")  # moves the running statistics once
model.load_state_dict({k: torch.tensor(out["init." + k]).to(v.dtype) for k, v in model.state_dict().items()})

groups = [{"params": [p for n, p in model.named_parameters() if not decays(n, p)], "weight_decay": 0.0},
          {"params": [p for n, p in model.named_parameters() if decays(n, p)], "weight_decay": 0.05}]
opt = torch.optim.AdamW(groups, lr=1e-3)
losses = []
for step in range(STEPS):
    for g in opt.param_groups: g["lr"] = 1e-3 * (step + 1)
    opt.zero_grad()
    loss = chamfer(model(patches, centres, mask)[0], target)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()
    losses.append(loss.item())
put("steps.losses", torch.tensor(losses))
state("after.", model)

header, at = {}, 0
names = sorted(out)
for n in names:
    size = out[n].size * 4
    header[n] = {"dtype": "F32", "shape": list(out[n].shape), "data_offsets": [at, at + size]}
    at += size
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open("golden.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text)
    for n in names: f.write(out[n].astype("<f4").tobytes())
