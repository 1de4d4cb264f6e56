"""Writes golden.safetensors: a small Point-MAE in PyTorch, with its outputs, loss,
gradients and ten optimiser steps, for the Go model to be held against.

Run with Debian's python3 and python3-torch (1.13) in this folder:  python3 make_golden.py
"""
import numpy as np
import torch, torch.nn as nn
from point_mae import PointMAE, Shape, chamfer, optimiser, write

CLOUDS, PATCHES, POINTS, MASKED, TARGETS, STEPS = 2, 11, 9, 4, 5, 10
torch.manual_seed(7)
torch.set_num_threads(1)

out = {}
def put(name, t): out[name] = t.detach().numpy().astype(np.float32).copy()
def state(prefix, model):
    for k, v in model.state_dict().items(): put(prefix + k, v)

model = PointMAE(Shape(width=12, encoder=2, decoder=2, heads=2, group=7, embed=(8, 10, 14), pos=6))
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
def restore(): model.load_state_dict({k: torch.tensor(out["init." + k]).to(v.dtype) for k, v in model.state_dict().items()})
model.train()
gradients("train.")  # moves the running statistics once
restore()

# Stochastic depth with rate 0.5: the factors that the Go trainer draws with seed 2 (the
# test checks that), by block, cloud and branch.
KEEP = {"encoder": [[[1, 1], [1, 1]], [[2, 2], [0, 0]]], "decoder": [[[1, 1], [1, 1]], [[2, 0], [0, 2]]]}
stacks = {"encoder": model.MAE_encoder.blocks.blocks, "decoder": model.MAE_decoder.blocks}
for name, blocks in stacks.items():
    put("drop.keep." + name, torch.tensor(KEEP[name]))
    for b, keep in zip(blocks, KEEP[name]): b.keep = torch.tensor(keep, dtype=torch.float32)
gradients("drop.")
for blocks in stacks.values():
    for b in blocks: b.keep = None
restore()

opt = optimiser(model)
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

write("golden.safetensors", out)
