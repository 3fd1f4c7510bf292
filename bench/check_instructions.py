#!/usr/bin/env python3
"""Counts instructions and allocations, and compares them with bench/instruction_budget.json.

    bench/check_instructions.py [--preset=dev] [--record]

Fails where a count is more than 10 % (and more than one) above its budget, and says where it is as much
below: then the budget is to be lowered. --record writes what was counted as the budgets. Counted are the program's
own code and protobuf's, which differ by less than 1 % from run to run. script/check-instructions
builds what this needs and calls it.
"""

import argparse
import dataclasses
import json
import re
import subprocess
import sys

import instructions
from callgrind_output import Profile, own
from harness.bench import ROOT, Bench
from harness.measurer import Failed

BUDGETS = ROOT / "bench/instruction_budget.json"
TOLERANCE = 0.1
# Of either, whatever the budget: blocks that wait in lists of threads make allocations vary by that.
LEAST = 1.0
# Chains of 1000 links, in rounds.
ROUNDS = (2, 8)


def compiler(preset):
    """Name and version, as a budget holds for one of them."""
    cache = (ROOT / f"build/{preset}/CMakeCache.txt").read_text()
    path = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache, re.MULTILINE)[1]
    return subprocess.run([path, "--version"], capture_output=True, text=True,
                          check=True).stdout.splitlines()[0]


def shortened(count):
    if count.lengths != instructions.CHAIN_ROUNDS:
        return count
    per = count.per // (count.lengths[1] - count.lengths[0]) * (ROUNDS[1] - ROUNDS[0])
    return dataclasses.replace(count, lengths=ROUNDS, per=per)


def measure(count, make_bench):
    """{"instructions": …, "allocations": …} for each of what `count` counts."""
    program = "gradd" if count.name.endswith(".server") else "gradd_bench"
    short, long = (Profile(output) for output in count.outputs(make_bench, count.ours, "budget"))


    def each(longs, shorts):
        return (own(longs, program) - own(shorts, program)) / count.per
    return {"instructions": round(each(long.instructions, short.instructions), 1),
            "allocations": round(each(long.allocations, short.allocations), 3)}


def verdict(counted, budget):
    if budget is None:
        return "FAILED: has no budget"
    allowed = max(budget * TOLERANCE, LEAST)
    if counted > budget + allowed:
        return f"FAILED: {counted - budget:.2f} above its budget"
    if counted < budget - allowed:
        return f"ok, {budget - counted:.2f} below: lower the budget (--record)"
    return "ok"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="dev", help="which build to count in")
    parser.add_argument("--record", action="store_true", help="write the budgets")
    options = parser.parse_args()

    recorded = json.loads(BUDGETS.read_text()) if BUDGETS.exists() else {}
    here = {"preset": options.preset, "compiler": compiler(options.preset)}
    for what, value in here.items():
        if not options.record and recorded.get(what) != value:
            print(f"note: the budgets are for {what} {recorded.get(what)!r}; this is {value!r}")

    counts, failed = {}, False
    for count in map(shortened, instructions.ROWS):
        try:
            counts[count.name] = measure(count, lambda: Bench(ROOT / "build" / options.preset))
        except Failed as e:
            sys.exit(f"{count.name}: {e}")
        for what, counted in counts[count.name].items():
            budget = recorded.get("budgets", {}).get(count.name, {}).get(what)
            text = "recorded" if options.record else verdict(counted, budget)
            failed = failed or text.startswith("FAILED")
            unit = count.unit.replace("instr", what)
            print(f"{count.name:36} {counted:>10,.2f} {unit:18} {text}", flush=True)
    for name in recorded.get("budgets", {}).keys() - counts.keys():
        failed = True
        print(f"{name}: FAILED: has a budget and is not counted any more")
    if options.record:
        BUDGETS.write_text(json.dumps(here | {"budgets": counts}, indent=1) + "\n")
    elif failed:
        sys.exit("more instructions or allocations than the budget allows")


if __name__ == "__main__":
    main()
