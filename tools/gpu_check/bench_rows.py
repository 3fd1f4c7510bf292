"""The `.cuda` rows, beside PyTorch on the same GPU."""

import os
import time

from gpu_check import machine
from harness import report
from rows import cuda

# What a row may take at least, where there is so much; otherwise a third of what is left: one that
# hangs is to leave time for the others.
ROW_S = 60


def not_measured(row, reason):
    return {"name": row.name, "ratio": None, "ours": None, "anchor": None, "unit": row.unit,
            "spread": None, "samples": 0, "mode": row.mode, "anchor_is": row.anchor_is,
            "goal": row.goal.text, "reason": reason}


def measure(row, site, until, log):
    now = time.monotonic()
    if now > until:
        return not_measured(row, "the time of this part was up")
    row_until = now + max((until - now) / 3, min(until - now, ROW_S))
    benches = []

    def bench():
        benches.append(site.bench(row_until))
        return benches[-1]

    result = row.measure(bench)
    if result["ratio"] is None:
        for opened in benches:
            site.log_servers(opened, log)
    return result


def run(site, until, log):
    python, version = machine.torch()
    if python or site.bundle:  # a bundle installs nothing
        os.environ["GRADD_TORCH_PYTHON"] = python or "python3"
    found = {"PyTorch": version or "not installed", "rows": []}
    site.say(report.HEADER)
    for row in cuda.rows(site.is_gpu):
        found["rows"].append(measure(row, site, until, log))
        line = report.line(found["rows"][-1])
        site.say(line)
        log(line)
        site.so_far(found)
    return found | {"ok": all(row["ratio"] is not None and row.get("reached", True)
                              for row in found["rows"])}
