#!/usr/bin/python3
"""Writes fixtures.json: scores, truths and scikit-learn's figures for them."""
import json, os
import numpy as np
from sklearn.metrics import roc_auc_score, average_precision_score, precision_recall_curve

r = np.random.default_rng(1)
cases = []

def add(name, score, truth):
    score = np.asarray(score, np.float32)
    truth = np.asarray(truth, bool)
    p, c, _ = precision_recall_curve(truth, score)
    with np.errstate(invalid="ignore"):
        f1 = np.nanmax(2 * p * c / (p + c))
    cases.append({"name": name, "scores": [float(s) for s in score], "truth": [int(t) for t in truth],
                  "auroc": float(roc_auc_score(truth, score)), "ap": float(average_precision_score(truth, score)),
                  "f1": float(f1)})

add("four", [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
add("all tied", [1, 1, 1, 1, 1], [1, 0, 0, 1, 0])
add("perfect", [3, 2, 1, 0], [1, 1, 0, 0])
add("reversed", [0, 1, 2, 3], [1, 1, 0, 0])
add("signed zeros", [0.0, -0.0, 1, -1], [1, 0, 1, 0])
add("tiny and huge", [1e-45, 3e38, -3e38, 1e-38, 0], [1, 1, 0, 0, 1])
n = 400
add("normal", r.normal(size=n) + (t := r.random(n) < .3), t)
add("many ties", np.round(r.normal(size=n) + (t := r.random(n) < .5), 1), t)
add("rare", r.normal(size=n) + 2 * (t := np.arange(n) % 97 == 0), t)
add("three values", r.integers(0, 3, n), r.random(n) < .2)
with open(os.path.join(os.path.dirname(__file__), "fixtures.json"), "w") as f:
    json.dump(cases, f)
