"""Test programs: how they are run, and what is kept of that."""

import concurrent.futures
import subprocess
import time

from gpu_check import gtest

# What a program leaves for each one after it, where there is so much.
LEFT_S = 20


def shares(names, count):
    """As even as can be, neighbours apart: tests of one kind are equally slow."""
    return [names[i::count] for i in range(count) if names[i::count]]


def run_tests(site, program, until, log, pattern="*", prefix=(), readers=1, **options):
    """A program's tests in `readers` processes at a time. `options` are gtest.run's."""
    command = [*prefix, site.program(f"tests/{program}")]
    options = {"env": site.env} | options
    try:
        names = gtest.list_tests(command[-1:], site.env, pattern)
    except (OSError, subprocess.SubprocessError) as e:
        return gtest.Outcome(failed={program: [str(e)]})
    if not names:
        return gtest.Outcome(failed={program: [f"no test is called {pattern}"]})
    total = gtest.Outcome()
    with concurrent.futures.ThreadPoolExecutor(readers) as pool:
        for outcome in pool.map(
                lambda share: gtest.run(command, until=until, log=log, names=share, **options),
                shares(names, readers)):
            total.add(outcome)
    return total


def as_json(outcome):
    return {"passed": outcome.passed, "failed": outcome.failed, "skipped": outcome.skipped,
            "missing": outcome.missing, "not_run": outcome.not_run,
            "ok": bool(outcome.passed) and
                  not (outcome.failed or outcome.missing or outcome.not_run)}


def summary(entry):
    missing = sum(map(len, entry["missing"].values()))
    return ", ".join(f"{count} {what}" for count, what in (
        (entry["passed"], "passed"), (len(entry["failed"]), "failed"),
        (missing, "without a kernel"), (len(entry["skipped"]), "skipped"),
        (len(entry["not_run"]), "not run")) if count)


def run_all(site, names, until, log, readers=1):
    """A part's programs, one after the other."""
    tests = {}
    for later, name in zip(reversed(range(len(names))), names):
        site.say(name)
        now = time.monotonic()
        its_s = max((until - now) / (later + 1), until - now - LEFT_S * later)
        # Few tests are not worth a second start of CUDA.
        many = readers if name.startswith("conformance") else 1
        try:
            outcome = run_tests(site, name, now + its_s, log, site.pattern, readers=many)
        except OSError as e:  # a program that is missing costs itself
            outcome = gtest.Outcome(failed={name: [str(e)]})
        tests[name] = as_json(outcome)
        site.say(f"  {summary(tests[name])}")
        site.so_far({"tests": tests})
    return {"tests": tests, "ok": all(entry["ok"] for entry in tests.values())}
