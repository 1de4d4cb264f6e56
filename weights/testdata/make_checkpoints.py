"""Writes small checkpoints with torch.save for the reader to be held against, each
with the values that PyTorch itself reads from it (NAME.safetensors, float32).

Run with Debian's python3 and python3-torch (1.13) in this folder:  python3 make_checkpoints.py
"""
import collections, json, os, pickle, struct
import numpy as np
import torch, torch.nn as nn

torch.manual_seed(3)
LEGACY = dict(_use_new_zipfile_serialization=False)

def expect(name, tensors):
    """The tensors as safetensors: float32, row-major."""
    header, data = {}, b""
    for n in sorted(tensors):
        a = np.ascontiguousarray(tensors[n].detach().to(torch.float32).numpy()).astype("<f4").tobytes()
        header[n] = {"dtype": "F32", "shape": list(tensors[n].shape), "data_offsets": [len(data), len(data) + len(a)]}
        data += a
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    open(name + ".safetensors", "wb").write(struct.pack("<Q", len(text)) + text + data)

# Point-MAE's checkpoint: what its save_checkpoint writes, with the state of a small
# encoder under the published names, as data-parallel training leaves them.
WIDTH, GROUP = 4, 2
class Block(nn.Module):
    def __init__(s):
        super().__init__()
        s.norm1, s.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        s.attn = nn.Module(); s.attn.qkv, s.attn.proj = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH)
        s.mlp = nn.Module(); s.mlp.fc1, s.mlp.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
    def forward(s, x): return s.mlp.fc2(s.mlp.fc1(s.norm2(s.attn.proj(s.attn.qkv(s.norm1(x))[..., :WIDTH]))))
class PointMAE(nn.Module):
    def __init__(s):
        super().__init__()
        e = s.MAE_encoder = nn.Module()
        e.encoder = nn.Module()
        e.encoder.first_conv = nn.Sequential(nn.Conv1d(3, 3, 1), nn.BatchNorm1d(3), nn.ReLU(inplace=True), nn.Conv1d(3, 5, 1))
        e.encoder.second_conv = nn.Sequential(nn.Conv1d(10, 6, 1), nn.BatchNorm1d(6), nn.ReLU(inplace=True), nn.Conv1d(6, WIDTH, 1))
        pos = lambda: nn.Sequential(nn.Linear(3, 7), nn.GELU(), nn.Linear(7, WIDTH))
        e.pos_embed = pos()
        e.blocks = nn.Module(); e.blocks.blocks = nn.ModuleList([Block() for _ in range(2)])
        e.norm = nn.LayerNorm(WIDTH)
        s.mask_token = nn.Parameter(torch.randn(1, 1, WIDTH))
        s.decoder_pos_embed = pos()
        s.MAE_decoder = nn.Module(); s.MAE_decoder.blocks, s.MAE_decoder.norm = nn.ModuleList([Block()]), nn.LayerNorm(WIDTH)
        s.increase_dim = nn.Sequential(nn.Conv1d(WIDTH, 3 * GROUP, 1))
    def forward(s, x):
        f = s.MAE_encoder.encoder
        g = f.second_conv(f.first_conv(x).repeat(1, 2, 1)).transpose(1, 2)
        return s.MAE_decoder.blocks[0](s.MAE_encoder.blocks.blocks[0](g))
model = nn.DataParallel(PointMAE())
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
model.module(torch.randn(2, 3, 5)).square().mean().backward()
optimizer.step()
checkpoint = {"base_model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 300,
              "metrics": {"acc": np.float64(91.5)}, "best_metrics": {"acc": float("nan")}}
torch.save(checkpoint, "pointmae.pth")
torch.save(checkpoint, "pointmae_legacy.pth", **LEGACY)
torch.save(checkpoint, "pointmae_protocol4.pth", pickle_protocol=4)
expect("pointmae", {k[len("module."):]: v for k, v in model.state_dict().items()})

# Every number format.
wide = torch.tensor([0.0, -1.5, 3.140625, 70000.0, 1e-7, float("inf")])
numbers = {"f32": wide, "f16": wide.half(), "bf16": wide.bfloat16(), "f64": wide.double() / 3, "zero": torch.tensor(2.5), "empty": torch.zeros(0, 3),
           "i64": torch.tensor([-3, 1 << 20]), "i32": torch.tensor([-3, 70000]).int(), "i16": torch.tensor([-3, 300]).short(),
           "i8": torch.tensor([-3, 7]).to(torch.int8), "u8": torch.tensor([3, 250]).byte(), "bool": torch.tensor([True, False])}
torch.save(numbers, "numbers.pth")
torch.save(numbers, "numbers_legacy.pth", **LEGACY)
expect("numbers", numbers)

# Views: orders, steps, starts, shared storages, a value repeated, parameters.
base = torch.arange(24.0).reshape(2, 3, 4)
views = collections.OrderedDict(
    base=base, permuted=base.permute(2, 0, 1), transposed=base[1].t(), stepped=base[:, ::2, 1::2], tail=base[1, 2, 1:],
    repeated=torch.tensor([[5.0], [6.0]]).expand(2, 3), parameter=nn.Parameter(base[0].t()), channels=torch.randn(2, 3, 2, 2).to(memory_format=torch.channels_last),
    one=base[1:2, :, 3:4], number=7)
torch.save(views, "views.pth")
torch.save(views, "views_legacy.pth", **LEGACY)
expect("views", {k: v for k, v in views.items() if k != "number"})

# What must be refused: a call of another function, a whole module, a program, a list.
class Hostile:
    def __reduce__(s): return (os.system, ("touch pwned",))
for name, kw in (("hostile", {}), ("hostile_legacy", LEGACY)):
    torch.save({"state_dict": {"a": torch.ones(2), "b": Hostile()}}, name + ".pth", **kw)
open("hostile.pickle", "wb").write(pickle.dumps(Hostile(), protocol=2))
torch.save(nn.Linear(2, 1), "module.pth")
torch.jit.save(torch.jit.script(nn.Linear(2, 1)), "script.pth")
torch.save([torch.ones(2)], "list.pth")
torch.save({"model_a": {"x": torch.ones(1)}, "model_b": {"x": torch.ones(1)}, "epoch": 3}, "two.pth")
