"""The `.cuda` rows, beside PyTorch on the same GPU."""

import time

from harness import report
from rows import cuda


def run(site, until, log):
    results = []
    site.say(report.HEADER)
    for row in cuda.rows(site.is_gpu):
        if time.monotonic() > until:
            results.append({"name": row.name, "ratio": None, "ours": None, "anchor": None,
                            "unit": row.unit, "spread": None, "samples": 0, "mode": row.mode,
                            "anchor_is": row.anchor_is, "goal": row.goal.text,
                            "reason": "the time of this part was up"})
        else:
            results.append(row.measure(site.bench))
        line = report.line(results[-1])
        site.say(line)
        log(line)
    return {"rows": results,
            "ok": all(row["ratio"] is not None and row.get("reached", True) for row in results)}
