"""The kernels under compute-sanitizer's tools."""

import time

from gpu_check import gtest, programs, sanitizer

# At a tenth of the usual speed or less, so that no more than each kernel on its table's cases.
DEVICE = ("core/device/device_law_test", "*")
CONFORMANCE = "conformance/conformance_test"
EVERY_OP = (CONFORMANCE, "*/ForwardLaw.*-*/ForwardLaw.ReferenceInterpreterAgrees/*")
# Those whose kernels use shared memory, which is all that racecheck looks at: reductions, scans,
# softmax, nll, sorts and what brings indices together by one.
SHARING = """all amax amin any argmax argmin cumsum embedding index index_add index_put index_select
log_softmax log_softmax_vjp logsumexp max_dim mean min_dim nll_loss nll_loss_vjp nonzero norm prod
prod_others randperm reverse_cumsum scatter scatter_add softmax softmax_vjp sort std
strided_accumulate sum topk var""".split()
SHARING_OPS = (CONFORMANCE, ":".join(f"*/ForwardLaw.EqualsTheReference/{op}:"
                                     f"*/ForwardLaw.LayoutsMakeNoDifference/{op}"
                                     for op in SHARING))
# With the part of the time left that each has at most.
TOOLS = {"memcheck": (1 / 2, [DEVICE, EVERY_OP]), "racecheck": (1 / 2, [SHARING_OPS]),
         "initcheck": (1, [DEVICE, EVERY_OP])}


def run_tool(site, program, tool, tests, until, log):
    findings, total = sanitizer.Findings(), gtest.Outcome()

    def listener():
        hear = findings.listener()

        def read(line):
            log(line)
            hear(line)

        return read

    for place, (test, pattern) in enumerate(tests):
        # In equal parts: what one program saves, the others have.
        share_s = (until - time.monotonic()) / (len(tests) - place)
        total.add(programs.run_tests(
            site, test, time.monotonic() + share_s, log, pattern,
            prefix=sanitizer.command(program, tool), readers=site.readers,
            env=site.env | sanitizer.ENVIRONMENT, listener=listener,
            silence_s=max(gtest.SILENCE_S, share_s / 3)))
    entry = programs.as_json(total) | findings.as_json()
    # Laws that fail or have no kernel are told of in their own part. What a library's kernel reads
    # or shares is its own affair, where it writes is what we told it.
    counted = entry["findings"] + (entry["in_libraries"] if tool == "memcheck" else 0)
    entry["ok"] = bool(total.passed) and not (counted or entry["unsupported"] or total.not_run
                                              or entry["without_summary"])
    return entry


def run(site, until, log):
    program = sanitizer.find()
    if program is None:
        return {"ok": False, "tools": {}, "note": "compute-sanitizer is not installed"}
    tools = {}
    for tool, (share, tests) in TOOLS.items():
        now = time.monotonic()
        entry = tools[tool] = run_tool(site, program, tool, tests, now + (until - now) * share, log)
        site.say(f"{tool}: {entry['findings']} findings, {entry['in_libraries']} in libraries; "
                 f"{programs.summary(entry)} {entry['unsupported']}")
        site.so_far({"tools": tools})
        if entry["unsupported"] and not entry["passed"]:
            return {"ok": False, "tools": tools, "note": entry["unsupported"]}
    return {"ok": all(entry["ok"] for entry in tools.values()), "tools": tools}
