"""A B A B, medians, and how far they can be trusted."""

import statistics
import subprocess

from harness.measurer import Failed

# What costs the row that it happens in and no other: a program is missing, a server does not end.
LOSSES = (Failed, OSError, subprocess.SubprocessError)


def spread_of(values):
    """Interquartile range over median."""
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / middle if middle else 0.0


def side_by_side(row, make_bench):
    """The row's samples: two lists, and why the anchor's is empty if it is."""
    ours, anchors, reason, called = [], [], None, ""
    for _ in range(row.starts):
        with make_bench() as bench:
            our_side, open_anchor = row.open(bench)
            try:
                its_side = open_anchor()
                called = getattr(its_side, "is_called", "")
            except LOSSES as e:
                its_side, reason = None, str(e)
            for number in range(row.warm_up + row.samples):
                mine = our_side.sample()
                its = its_side.sample() if its_side else None
                if number >= row.warm_up:
                    ours.append(mine)
                    anchors += [its] if its_side else []
    return ours, anchors, reason, called


def measure(row, make_bench):
    """The row's entry in results.json."""
    result = {"name": row.name, "ours": None, "anchor": None, "unit": row.unit, "ratio": None,
              "spread": None, "samples": 0, "anchor_is": row.anchor_is, "mode": row.mode,
              "goal": row.goal.text}
    try:
        ours, anchors, reason, called = side_by_side(row, make_bench)
    except LOSSES as e:
        return result | {"reason": str(e)}
    result |= {"ours": statistics.median(ours), "samples": len(ours), "spread": spread_of(ours)}
    if called:
        result["anchor_is"] += f" ({called})"
    if reason:
        return result | {"reason": reason}
    result["anchor"] = statistics.median(anchors)
    result["ratio"] = result["anchor"] / result["ours"]
    # Of the pairs: what both sides felt alike is not uncertainty of the ratio.
    result["spread"] = spread_of([its / mine for mine, its in zip(ours, anchors)])
    if row.goal.text:
        result["reached"] = row.goal.met(result)
    return result
