"""The parts of the check. Each is called with the site, when its time is up and a log; it gives
{"ok": bool, …}, and what it has found so far to site.so_far whenever that is more."""

from gpu_check import bench_rows, programs, sanitized, train

# Those with a `_cuda` test of ctest (gradd_gpu_test in cmake/GraddLibrary.cmake). The device first:
# nothing works where it does not.
LAWS = ["core/device/device_law_test", "core/kernels/loss_test", "core/kernels/large_shapes_test",
        "core/runtime/runtime_test", "conformance/conformance_test", "core/autograd/autograd_test",
        "core/optim/optim_test"]
# Random programs, then everything that sessions may do wrong, over gRPC.
SERVER = ["end_to_end/end_to_end_test", "end_to_end/end_to_end_retry_test",
          *(f"integration/integration_{name}_test" for name in
            ("execute", "session", "calls", "blob", "bad_input", "quota", "flow", "overload"))]


def laws(site, until, log):
    return programs.run_all(site, LAWS, until, log, site.readers)


def server(site, until, log):
    found = programs.run_all(site, SERVER, until - train.LIMIT_S, log)
    found["training"] = train.run(site, until, log)
    found["ok"] = found["ok"] and found["training"]["ok"]
    return found


# In the order in which they run, with seconds: together they leave a lease of half an hour time for
# a start, transfers and a second try; each ends well within ten minutes.
ALL = {"laws": (laws, 420), "server": (server, 330), "sanitizer": (sanitized.run, 420),
       "bench": (bench_rows.run, 300)}
