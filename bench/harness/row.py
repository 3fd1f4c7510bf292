"""A row: what is measured beside what, and what is to be reached."""

import dataclasses
import typing

from harness import alternate


@dataclasses.dataclass(frozen=True)
class Goal:
    text: str
    met: typing.Callable[[dict], bool]  # of a finished row whose ratio is known


def at_least(ratio):
    return Goal(f"≥ {ratio:g}", lambda row: row["ratio"] >= ratio)


NO_GOAL = Goal("", lambda row: True)


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    unit: str
    mode: str  # "sync", "pipelined", "program", or what else there is to know
    anchor_is: str
    goal: Goal
    # open(bench) gives what measures ours, and a function that gives what measures the anchor; that
    # may raise Failed, and then only ours is measured. Both have `sample()`.
    open: typing.Callable
    samples: int = 15
    # So often with servers of their own: one process may be luckier than another.
    starts: int = 1
    warm_up: int = 2

    def measure(self, make_bench):
        """Its entry in results.json."""
        return alternate.measure(self, make_bench)
