"""Runs both sides in turns and prints a table; see measure/engine/run.sh."""
import os, platform, subprocess, sys
from statistics import median

program, rounds, only = sys.argv[1], int(sys.argv[2]), sys.argv[3]
here = os.path.dirname(os.path.abspath(__file__))
step = [sys.executable, os.path.join(here, "step.py")]
SECONDS = "1"
RUNS = [("full", "train", 1), ("full", "train", 4), ("full", "infer", 1), ("full", "infer", 4),
        ("reduced64", "train", 1), ("reduced64", "infer", 1), ("reduced64", "train", 2), ("reduced32", "train", 2)]

def run(command):
    ms, cpu, mb = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(ms), float(cpu), int(mb)

def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"): return line.split(":")[1].strip()
    return platform.machine()

def gflop(size, work):
    """What our engine multiplies for one cloud, in GFLOP, matrix products only."""
    w, encoder, decoder, (c1, c2, c3), k = (384, 12, 4, (128, 256, 512), 64) if size == "full" else (96, 3, 2, (32, 64, 128), int(size[-2:]))
    patches, seen, masked = 256, 154, 102
    embedded = patches if work == "train" else seen  # patches that go through the first layers
    blocks = 24 * w * w * (seen * encoder + patches * decoder) + 4 * w * (seen * seen * encoder + patches * patches * decoder) + 6 * masked * w * k
    hidden = 2 * embedded * k * c1 * c3
    embed = 2 * embedded * k * c1 * c2 + hidden + 2 * embedded * c2 * c3 + 2 * seen * k * c3 * w
    return 1e-9 * (embed + blocks + (2 * blocks + 2 * hidden if work == "train" else 0))

import torch
peak = float(subprocess.run([program, "peak"], check=True, capture_output=True, text=True).stdout)
print(f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, PyTorch {torch.__version__}. "
      f"Medians of {rounds} rounds, each the median of at least 4 steps; ratios: median of the rounds' own (range). "
      f"CPU: processor time of a step, which other processes disturb less. MB: largest resident size. "
      f"% of peak: our matrix products alone (GFLOP a cloud) by the best round's wall time, of {peak:.0f} GFLOP/s a thread, which the kernel reaches in the first-level cache.\n")
print("| size | work | clouds | threads | ours ms | PyTorch ms | ratio | ours CPU ms | PyTorch CPU ms | CPU ratio | ours MB | PyTorch MB | % of peak |")
print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
for size, work, clouds in RUNS:
    if not size.startswith(only): continue
    for threads in [1, 2]:
        args = [work, size, str(clouds), str(threads), SECONDS]
        ours, torchs = [], []
        for _ in range(rounds):
            ours.append(run([program] + args))
            torchs.append(run(step + args + ["split"]))
        def ratio(i):
            r = sorted(a[i] / b[i] for a, b in zip(ours, torchs))
            return f"**{median(r):.2f}** ({r[0]:.2f}–{r[-1]:.2f})"
        ms = lambda x, i: f"{median(v[i] for v in x):.1f}"
        mb = lambda x: max(v[2] for v in x)
        reached = clouds * gflop(size, work) / (1e-3 * min(v[0] for v in ours)) / (peak * threads)
        print(f"| {size} | {work} | {clouds} | {threads} | {ms(ours, 0)} | {ms(torchs, 0)} | {ratio(0)} "
              f"| {ms(ours, 1)} | {ms(torchs, 1)} | {ratio(1)} | {mb(ours)} | {mb(torchs)} | {100 * reached:.0f} |", flush=True)
