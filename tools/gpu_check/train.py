"""The server and an example as they ship, on the device."""

import re
import subprocess
import time

from harness.measurer import Failed

STEPS = 500
LIMIT_S = 60


def run(site, until, log):
    """Trains train_mlp's model; its loss must fall."""
    until = min(until, time.monotonic() + LIMIT_S)
    bench = site.bench(until)
    try:
        with bench:
            gradd = bench.gradd()
            done = subprocess.run([site.program("examples/train_mlp"), str(STEPS)],
                                  env=site.env | {"GRADD_TARGET": gradd.address},
                                  capture_output=True, text=True,
                                  timeout=max(1, until - time.monotonic()))
    except (Failed, OSError, subprocess.SubprocessError) as e:
        site.log_servers(bench, log)
        return {"ok": False, "said": str(e)}
    said = (done.stdout + done.stderr).replace("\r", "\n").strip()
    log(said)
    losses = re.search(r"loss (\S+) -> (\S+) in", said)
    ok = bool(losses) and float(losses[2]) < float(losses[1])
    if not ok:
        site.log_servers(bench, log)
    return {"ok": ok, "said": said.splitlines()[-1] if said else f"status {done.returncode}"}
