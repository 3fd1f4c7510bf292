"""The parts of the check. Each gives {"ok": bool, "seconds": ...} and what it found."""

import concurrent.futures
import subprocess
import time

from gpu_check import bench_rows, gtest, sanitizer, train

# Those with a `_cuda` test of ctest (gradd_gpu_test in cmake/GraddLibrary.cmake). The device first:
# nothing works where it does not.
LAWS = ["core/device/device_law_test", "core/kernels/loss_test", "core/kernels/large_shapes_test",
        "core/runtime/runtime_test", "conformance/conformance_test", "core/autograd/autograd_test",
        "core/optim/optim_test"]
# Random programs, then everything that sessions may do wrong, over gRPC.
SERVER = ["end_to_end/end_to_end_test", "end_to_end/end_to_end_retry_test",
          *(f"integration/integration_{name}_test" for name in
            ("execute", "session", "calls", "blob", "bad_input", "quota", "flow", "overload"))]
# Each kernel on its table's cases, at a tenth of the usual speed or less.
SANITIZED = [("core/device/device_law_test", "*"),
             ("conformance/conformance_test", "*/ForwardLaw.*")]


def shares(names, count):
    """As even as can be, neighbours apart: tests of one kind are equally slow."""
    return [names[i::count] for i in range(count) if names[i::count]]


def run_tests(site, program, until, log, pattern="*", prefix=(), readers=1):
    """A program's tests in `readers` processes at a time."""
    command = [*prefix, site.program(f"tests/{program}")]
    try:
        names = gtest.list_tests(command[-1:], site.env, pattern)
    except (OSError, subprocess.SubprocessError) as e:
        return gtest.Outcome(failed={program: [str(e)]})
    if not names:
        return gtest.Outcome(failed={program: [f"no test is called {pattern}"]})
    total = gtest.Outcome()
    with concurrent.futures.ThreadPoolExecutor(readers) as pool:
        for outcome in pool.map(lambda share: gtest.run(command, site.env, until, log, names=share),
                                shares(names, readers)):
            total.add(outcome)
    return total


def as_json(outcome):
    return {"passed": outcome.passed, "failed": outcome.failed, "skipped": outcome.skipped,
            "missing": outcome.missing, "not_run": outcome.not_run,
            "ok": bool(outcome.passed) and
                  not (outcome.failed or outcome.missing or outcome.not_run)}


def programs(site, names, until, log, readers):
    tests = {}
    for name in names:
        site.say(name)
        # Few tests are not worth a second start of CUDA.
        many = readers if name.startswith("conformance") else 1
        tests[name] = as_json(run_tests(site, name, until, log, site.pattern, readers=many))
        site.say(f"  {summary(tests[name])}")
    return {"tests": tests, "ok": all(entry["ok"] for entry in tests.values())}


def summary(entry):
    missing = sum(map(len, entry["missing"].values()))
    return ", ".join(f"{count} {what}" for count, what in (
        (entry["passed"], "passed"), (len(entry["failed"]), "failed"),
        (missing, "without a kernel"), (len(entry["skipped"]), "skipped"),
        (len(entry["not_run"]), "not run")) if count)


def laws(site, until, log):
    return programs(site, LAWS, until, log, site.readers)


def server(site, until, log):
    found = programs(site, SERVER, until - 60, log, 1)
    found["training"] = train.run(site, log)
    found["ok"] = found["ok"] and found["training"]["ok"]
    return found


def run_sanitizer(site, until, log):
    program = sanitizer.find()
    if program is None:
        return {"ok": False, "tools": {}, "note": "compute-sanitizer is not installed"}
    tools = {}
    for number, tool in enumerate(sanitizer.TOOLS):
        # The time that is left in equal parts: what one tool saves, the others have.
        end = time.monotonic() + (until - time.monotonic()) / (len(sanitizer.TOOLS) - number)
        findings, total = sanitizer.Findings(), gtest.Outcome()

        def read(line, findings=findings):
            log(line)
            findings.read(line)

        for place, (test, pattern) in enumerate(SANITIZED):
            share = time.monotonic() + (end - time.monotonic()) / (len(SANITIZED) - place)
            total.add(run_tests(site, test, share, read, pattern,
                                prefix=sanitizer.command(program, tool), readers=site.readers))
        entry = as_json(total) | {"findings": findings.count, "first": findings.first,
                                  "unsupported": findings.unsupported}
        # Laws that fail or have no kernel are told of in their own part.
        entry["ok"] = bool(total.passed and findings.summaries and not findings.count
                           and not findings.unsupported and not total.not_run)
        tools[tool] = entry
        site.say(f"{tool}: {findings.count} findings; {summary(entry)} {findings.unsupported}")
        if findings.unsupported:
            return {"ok": False, "tools": tools, "note": findings.unsupported}
    return {"ok": all(entry["ok"] for entry in tools.values()), "tools": tools}


# In the order in which they run, with seconds: each ends well within ten minutes.
ALL = {"laws": (laws, 500), "server": (server, 480), "sanitizer": (run_sanitizer, 500),
       "bench": (bench_rows.run, 480)}
