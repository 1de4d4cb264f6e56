#!/usr/bin/python3
"""Writes delong.json: scores, truths and DeLong's intervals of their AUROC, from the pairs."""
import json, math, os, random, statistics

r = random.Random(1)
cases = []


def add(name, level, positive, negative):
    def kernel(x, y):
        return 1.0 if x > y else 0.5 if x == y else 0.0

    v10 = [statistics.fmean(kernel(x, y) for y in negative) for x in positive]
    v01 = [statistics.fmean(kernel(x, y) for x in positive) for y in negative]
    auc = statistics.fmean(v10)
    error = math.sqrt(statistics.variance(v10) / len(positive) + statistics.variance(v01) / len(negative))
    z = statistics.NormalDist().inv_cdf((1 + level) / 2)
    cases.append({"name": name, "level": level, "positive": positive, "negative": negative,
                  "low": max(0.0, auc - z * error), "high": min(1.0, auc + z * error)})


def draw(n, shift, digits):
    return [round(r.gauss(shift, 1), digits) for _ in range(n)]


add("few", 0.95, [0.5, 2, 3], [0, 1, 1])
add("cut at one", 0.95, [1, 2, 3, 4], [0, 1.5])
add("perfect", 0.95, [3, 4], [1, 2])
add("a class", 0.95, draw(19, 1, 3), draw(15, 0, 3))
add("many ties", 0.95, draw(60, 0.5, 0), draw(90, 0, 0))
add("another level", 0.68, draw(30, 1, 2), draw(50, 0, 2))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "delong.json"), "w") as f:
    json.dump(cases, f)
