"""Runs both sides in turns and prints a table; see scripts/measure-engine.sh."""
import os, platform, subprocess, sys
from statistics import median

program, rounds = sys.argv[1], int(sys.argv[2])
here = os.path.dirname(os.path.abspath(__file__))
step = [sys.executable, os.path.join(here, "step.py")]
SECONDS = "1"

def run(command):
    ms, mb = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(ms), int(mb)

def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"): return line.split(":")[1].strip()
    return platform.machine()

import torch
print(f"{processor()}, {os.cpu_count()} cores, PyTorch {torch.__version__}; median of {rounds} rounds, "
      f"each the median of at least 5 steps; ratio: median of the rounds' ratios (its range). MB: largest resident size.\n")
print("| size | work | clouds | threads | ours ms | PyTorch ms | ratio | PyTorch split ms | ratio | ours MB | PyTorch MB |")
print("|---|---|---|---|---|---|---|---|---|---|---|")
for size, clouds in [("full", 1), ("reduced64", 2), ("reduced32", 2)]:
    for work in ["train", "infer"]:
        for threads in ["1", "2"]:
            args = [work, size, str(clouds), threads, SECONDS]
            ours, plain, split = [], [], []
            for _ in range(rounds):
                ours.append(run([program] + args))
                plain.append(run(step + args))
                split.append(run(step + args + ["split"]))
            def ratio(other):
                r = sorted(a[0] / b[0] for a, b in zip(ours, other))
                return f"**{median(r):.2f}** ({r[0]:.2f}–{r[-1]:.2f})"
            ms = lambda x: f"{median(v[0] for v in x):.1f}"
            mb = lambda x: max(v[1] for v in x)
            print(f"| {size} | {work} | {clouds} | {threads} | {ms(ours)} | {ms(plain)} | {ratio(plain)} | {ms(split)} | {ratio(split)} "
                  f"| {mb(ours)} | {mb(plain)} |", flush=True)
