"""Writes full.safetensors: what PyTorch computes with the model at its full size (29.0
million parameters, 256 patches of 64 points, 102 masked), as norms and samples.

Weights and inputs are not stored: both sides make them from names, by hash. For an
array the file holds its norm and SAMPLES of its values; for all parameters one row
each, by sorted name. Run as make_golden.py; it takes about a minute.
"""
import numpy as np
import torch
from point_mae import PointMAE, Shape, chamfer, optimiser, write

PATCHES, POINTS, SAMPLES, STEPS = 256, 64, 6, 10
MASKED = 102
torch.set_num_threads(1)

def fnv(name):
    h = 2166136261
    for c in name.encode(): h = (h ^ c) * 16777619 & 0xffffffff
    return h

def noise(name, n):
    """n values in [-1, 1): murmur3's finaliser over a counter that starts at the name's hash."""
    x = np.uint32(fnv(name)) + np.arange(n, dtype=np.uint32) * np.uint32(0x9e3779b9)
    x = (x ^ x >> np.uint32(16)) * np.uint32(0x85ebca6b)
    x = (x ^ x >> np.uint32(13)) * np.uint32(0xc2b2ae35)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float64) / (1 << 23) - 1

def array(name, shape, scale, offset=0.0):
    return torch.tensor((noise(name, int(np.prod(shape))) * scale + offset).astype(np.float32)).reshape(shape)

def start(name, t):
    """The values that a tensor of the state dictionary begins with."""
    if name.endswith("running_var"): return array(name, t.shape, 0.5, 1.0)
    if t.dim() == 0: return t
    if t.dim() == 1 and name.endswith("weight"): return array(name, t.shape, 0.1, 1.0)
    if t.dim() == 1 or "token" in name: return array(name, t.shape, 0.1)
    return array(name, t.shape, (3 / t.shape[1]) ** 0.5)

model = PointMAE(Shape(width=384, encoder=12, decoder=4, heads=6, group=64, embed=(128, 256, 512), pos=128))
init = {k: start(k, v) for k, v in model.state_dict().items()}
model.load_state_dict(init)
patches = array("patches", (1, PATCHES, POINTS, 3), 0.1)
centres = array("centres", (1, PATCHES, 3), 0.7)
target = array("target", (MASKED, POINTS, 3), 0.1)
mask = (torch.arange(PATCHES) * 5 % PATCHES < MASKED)[None]

out = {}
def row(name, t):
    t = t.detach().double().flatten().numpy()
    at = [(fnv(name) + 2654435761 * k) % len(t) for k in range(SAMPLES)]
    return [np.sqrt((t * t).sum())] + list(t[at])
def put(name, rows): out[name] = np.array(rows, dtype=np.float32)
names = sorted(n for n, _ in model.named_parameters())
params = dict(model.named_parameters())

for mode in ["eval", "train"]:
    model.train(mode == "train")
    model.zero_grad()
    pred, outs = model(patches, centres, mask)
    loss = chamfer(pred, target)
    loss.backward()
    put(mode + ".loss", [loss.item()])
    put(mode + ".prediction", row("prediction", pred))
    put(mode + ".blocks", [row(f"block{i + 1}", o) for i, o in enumerate(outs)])
    put(mode + ".grad", [row(n, params[n].grad) for n in names])

model.load_state_dict(init)
model.train()
opt = optimiser(model)
losses = []
for step in range(STEPS):
    for g in opt.param_groups: g["lr"] = 1e-4
    opt.zero_grad()
    loss = chamfer(model(patches, centres, mask)[0], target)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 10)
    opt.step()
    losses.append(loss.item())
    print(step, loss.item(), flush=True)
put("steps.losses", losses)
state = model.state_dict()
put("steps.moved", [row(n, state[n] - init[n]) for n in names])
statistics = [k for k in sorted(state) if "running" in k]
put("steps.statistics", [row(k, state[k]) for k in statistics])
write("full.safetensors", out)
