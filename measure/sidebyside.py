"""What the scripts that time our kernels beside other programs share."""
import time

import numpy as np

MOST, SOON = 5, 3  # times the rounds asked for, and seconds, of kernels that are over soon


def rounds_text(rounds):
    return f"medians of {rounds} rounds after one to warm up, of up to {MOST * rounds} where those take less than {SOON} s"


def compare(run, calls, rounds, budget=float("inf")):
    """Medians by the clock and of processor time, in ms, and the rounds of each.
    run does our side and returns both times; calls are the others', by name.
    A call that has had its budget of seconds is left out of further rounds. What is over
    soon is done up to MOST times as often: a few single runs of milliseconds say little."""
    times = {who: [] for who in ("ours", *calls)}
    spent = dict.fromkeys(times, 0.0)
    for round in range(MOST * rounds + 1):
        if round > rounds and sum(spent.values()) > SOON:
            break
        for who in times:
            # The first round warms up; it counts where it takes long.
            if spent[who] > budget:
                continue
            start, used = time.perf_counter(), time.process_time()
            if who == "ours":
                wall, processor = run()
            else:
                calls[who]()
                wall, processor = 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - used)
            spent[who] += wall / 1e3
            if round > 0 or wall > 2000:
                times[who].append((wall, processor))
    return {who: (*np.median(t, axis=0), len(t)) for who, t in times.items()}


def sample(vertices, faces, n, rng):
    """Points on a mesh by area, at random."""
    corners = vertices[faces].astype(float)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    face = corners[rng.choice(len(area), n, p=area / area.sum())]
    a, b = rng.random((2, n, 1))
    flip = a + b > 1
    a, b = np.where(flip, 1 - a, a), np.where(flip, 1 - b, b)
    return face[:, 0] + a * (face[:, 1] - face[:, 0]) + b * (face[:, 2] - face[:, 0])
