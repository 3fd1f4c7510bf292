#!/usr/bin/env python3
"""Measures rows, ours and the anchor in turn, and writes build/bench/results.json.

    bench/run.py [NAME...] [--keep]      NAME may be the beginning of a row's name

Prints a table with the goals. script/bench builds what this needs and calls it.
"""

import argparse
import sys

import instructions
import rows
from harness import machine, report
from harness.bench import ROOT, Bench

ALL = [*rows.ROWS, *instructions.ROWS]


def chosen(names):
    """The rows of these names, or else those whose names begin so."""
    if not names:
        return ALL
    exact = {row.name for row in ALL} & set(names)
    picked = [row for row in ALL
              if row.name in exact or any(row.name.startswith(name) for name in names
                                          if name not in exact)]
    return picked or sys.exit("no such row; there are: " + " ".join(row.name for row in ALL))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--preset", default="release", help="which build to measure")
    parser.add_argument("--keep", action="store_true", help="copy the results to docs/results")
    options = parser.parse_args()

    results = []
    print(report.HEADER)
    for row in chosen(options.names):
        where = {"measured": machine.now(), "preset": options.preset,
                 "neighbours": machine.busy_cores()}
        results.append(row.measure(lambda: Bench(ROOT / "build" / options.preset)) | where)
        print(report.line(results[-1]), flush=True)
        report.save(results)
    if options.keep:
        report.keep(results)


if __name__ == "__main__":
    main()
