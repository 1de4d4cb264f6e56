"""Runs both sides in turns and prints a table; see scripts/measure-engine.sh."""
import os, platform, subprocess, sys
from statistics import median

program, rounds = sys.argv[1], int(sys.argv[2])
here = os.path.dirname(os.path.abspath(__file__))
step = [sys.executable, os.path.join(here, "step.py")]
SECONDS = "1"

def run(command):
    ms, cpu, mb = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(ms), float(cpu), int(mb)

def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"): return line.split(":")[1].strip()
    return platform.machine()

import torch
print(f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, PyTorch {torch.__version__}. "
      f"Medians of {rounds} rounds, each the median of at least 5 steps; ratios: median of the rounds' own (range). "
      f"CPU: processor time of a step, which other processes disturb less. MB: largest resident size. "
      f"PyTorch: the better of its two forms in that round, as published and with the split third layer.\n")
print("| size | work | clouds | threads | ours ms | PyTorch ms | ratio | ours CPU ms | PyTorch CPU ms | CPU ratio | ours MB | PyTorch MB |")
print("|---|---|---|---|---|---|---|---|---|---|---|---|")
for size, clouds in [("full", 1), ("reduced64", 1), ("reduced64", 2), ("reduced32", 2)]:
    for work in ["train", "infer"]:
        for threads in ["1", "2"]:
            args = [work, size, str(clouds), threads, SECONDS]
            ours, torchs = [], []
            for _ in range(rounds):
                ours.append(run([program] + args))
                forms = [run(step + args), run(step + args + ["split"])]
                torchs.append(min(forms, key=lambda f: f[1]))
            def ratio(i):
                r = sorted(a[i] / b[i] for a, b in zip(ours, torchs))
                return f"**{median(r):.2f}** ({r[0]:.2f}–{r[-1]:.2f})"
            ms = lambda x, i: f"{median(v[i] for v in x):.1f}"
            mb = lambda x: max(v[2] for v in x)
            print(f"| {size} | {work} | {clouds} | {threads} | {ms(ours, 0)} | {ms(torchs, 0)} | {ratio(0)} "
                  f"| {ms(ours, 1)} | {ms(torchs, 1)} | {ratio(1)} | {mb(ours)} | {mb(torchs)} |", flush=True)
