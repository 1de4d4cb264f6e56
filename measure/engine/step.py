"""One side of measure/engine/run.sh: the same model and step in PyTorch.

  step.py train|infer full|reduced64|reduced32 CLOUDS THREADS SECONDS [split]

Point-wise convolutions are written as linear layers on rows, which is the quicker
form on a CPU. With "split" the half of the third embedding layer that belongs to
the maximum is computed once a patch, which PyTorch users could do too.
"""
import resource, sys, time
import torch, torch.nn as nn, torch.nn.functional as F

mode, size, B, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
split = "split" in sys.argv[6:]
torch.set_num_threads(threads)
torch.manual_seed(0)
G, M = 256, 102
W, ENC, DEC, H, P, (C1, C2, C3), POS = 96, 3, 2, 6, 64, (32, 64, 128), 32
if size == "full": W, ENC, DEC, (C1, C2, C3), POS = 384, 12, 4, (128, 256, 512), 128
if size == "reduced32": P = 32

class Embed(nn.Module):
    def __init__(s):
        super().__init__()
        s.a, s.bn1, s.b = nn.Linear(3, C1), nn.BatchNorm1d(C1), nn.Linear(C1, C2)
        s.c, s.bn2, s.d = nn.Linear(2 * C2, C3), nn.BatchNorm1d(C3), nn.Linear(C3, W)
    def forward(s, x):
        n = x.shape[0] * G
        h = s.b(F.relu(s.bn1(s.a(x.reshape(-1, 3))), inplace=True))
        g = h.view(n, P, C2).max(1, keepdim=True)[0]
        if split:
            h = (F.linear(h, s.c.weight[:, C2:], s.c.bias).view(n, P, C3) + F.linear(g, s.c.weight[:, :C2])).view(-1, C3)
        else:
            h = s.c(torch.cat([g.expand(-1, P, -1), h.view(n, P, C2)], -1).view(-1, 2 * C2))
        h = s.d(F.relu(s.bn2(h), inplace=True))
        return h.view(n, P, W).max(1)[0].view(-1, G, W)

class Block(nn.Module):
    def __init__(s):
        super().__init__()
        s.n1, s.n2 = nn.LayerNorm(W), nn.LayerNorm(W)
        s.qkv, s.proj = nn.Linear(W, 3 * W, bias=False), nn.Linear(W, W)
        s.f1, s.f2 = nn.Linear(W, 4 * W), nn.Linear(4 * W, W)
    def forward(s, x):
        b, n, c = x.shape
        q, k, v = s.qkv(s.n1(x)).view(b, n, 3, H, c // H).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q * ((c // H) ** -0.5)) @ k.transpose(-2, -1)
        x = x + s.proj((a.softmax(-1) @ v).transpose(1, 2).reshape(b, n, c))
        return x + s.f2(F.gelu(s.f1(s.n2(x))))

def position(): return nn.Sequential(nn.Linear(3, POS), nn.GELU(), nn.Linear(POS, W))

class Model(nn.Module):
    def __init__(s):
        super().__init__()
        s.embed, s.pos, s.dpos = Embed(), position(), position()
        s.enc, s.dec = nn.ModuleList([Block() for _ in range(ENC)]), nn.ModuleList([Block() for _ in range(DEC)])
        s.en, s.dn = nn.LayerNorm(W), nn.LayerNorm(W)
        s.mask, s.head = nn.Parameter(torch.zeros(1, 1, W)), nn.Linear(W, 3 * P)
    def forward(s, patches, centres, vis, hid):
        t = s.embed(patches)
        x, p = t[:, vis], s.pos(centres[:, vis])
        for b in s.enc: x = b(x + p)
        x = s.en(x)
        p = s.dpos(torch.cat([centres[:, vis], centres[:, hid]], 1))
        x = torch.cat([x, s.mask.expand(x.shape[0], M, W)], 1)
        for b in s.dec: x = b(x + p)
        return s.head(s.dn(x[:, -M:])).view(-1, P, 3)

def chamfer(a, b):
    d = (a * a).sum(-1)[:, :, None] + (b * b).sum(-1)[:, None, :] - 2 * a @ b.transpose(1, 2)
    return d.min(2)[0].mean() + d.min(1)[0].mean()

m = Model()
patches, centres, target = torch.randn(B, G, P, 3) * 0.1, torch.randn(B, G, 3), torch.randn(B * M, P, 3) * 0.1
perm = torch.randperm(G)
hid, vis = perm[:M], perm[M:]
opt = torch.optim.AdamW(m.parameters(), lr=1e-4, weight_decay=0.05, foreach=True)
if mode == "infer": m.eval()
def step():
    if mode == "infer":
        with torch.inference_mode(): return m(patches, centres, vis, hid)
    opt.zero_grad(set_to_none=True)
    loss = chamfer(m(patches, centres, vis, hid), target)
    loss.backward()
    opt.step()
    return loss.item()
for _ in range(2): step()
times, begin, cpu = [], time.perf_counter(), time.process_time()
while len(times) < 4 or time.perf_counter() - begin < seconds:
    t = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - t))
cpu = 1e3 * (time.process_time() - cpu) / len(times)
print(sorted(times)[len(times) // 2], cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
