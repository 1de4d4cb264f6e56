"""Runs both sides in turns and prints a table; see measure/gemm/run.sh."""
import os, subprocess, sys
from math import exp, log
from statistics import median

program, threads, rounds, seconds = sys.argv[1], sys.argv[2].split(","), int(sys.argv[3]), sys.argv[4]
here = os.path.dirname(os.path.abspath(__file__))
openblas = [sys.executable, os.path.join(here, "openblas.py")]
ONLY = os.environ.get("ONLY", "")
SHAPES = [("qkv", 154, 1152, 384, "NN"), ("proj", 154, 384, 384, "NN"), ("fc1", 154, 1536, 384, "NN"), ("fc2", 154, 384, 1536, "NN"),
          ("dX fc1", 154, 384, 1536, "NT"), ("dW fc1", 384, 1536, 154, "TN"), ("fc1 decoder", 256, 1536, 384, "NN"), ("fc1, 4 clouds", 616, 1536, 384, "NN"),
          ("fc2, 4 clouds", 616, 384, 1536, "NN"), ("qkv decoder, 4 clouds", 1024, 1152, 384, "NN"), ("dW fc1, 4 clouds", 384, 1536, 616, "TN"),
          ("embedding c", 16384, 512, 512, "NN"), ("embedding d", 16384, 384, 512, "NN"), ("embedding b", 16384, 256, 128, "NN"),
          ("dW embedding c", 512, 512, 16384, "TN"), ("dX embedding c", 16384, 512, 512, "NT")]

def start(command): return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(side, line):
    side.stdin.write(line + "\n")
    side.stdin.flush()
    return [float(x) for x in side.stdout.readline().split()]

name = subprocess.run(openblas + ["1", "name"], capture_output=True, text=True, check=True).stdout.strip()
print(f"{name}. {rounds} rounds in turns, the quickest run of each; load {os.getloadavg()[0]:.1f} at the start. "
      "GFLOP/s by processor time with one thread, by wall time with more. The ratio is that of the rounds' quickest runs.\n")
for t in threads:
    ours, theirs = start([program, t]), start(openblas + [t])
    by = 0 if t == "1" else 1
    print(f"\n| {t} thread{'s' if t != '1' else ''} | shape | ours | OpenBLAS | ours : OpenBLAS | rounds' range |\n|---|---|---|---|---|---|")
    ratios = []
    for label, m, n, k, form in SHAPES:
        if ONLY not in form: continue
        line = f"{m} {n} {k} {form} {seconds}"
        pairs = [(ask(ours, line)[by], ask(theirs, line)[by]) for _ in range(rounds)]
        a, b = min(p[0] for p in pairs), min(p[1] for p in pairs)
        each = sorted(y / x for x, y in pairs)
        ratios.append(b / a)
        flops = 2e-9 * m * n * k
        print(f"| {label} | {m}×{n}×{k} {form} | {flops / a:.0f} | {flops / b:.0f} | **{b / a:.2f}** | {each[0]:.2f}–{each[-1]:.2f} |", flush=True)
    print(f"\nGeometric mean {exp(sum(map(log, ratios)) / len(ratios)):.2f}, least {min(ratios):.2f}.")
