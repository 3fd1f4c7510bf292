"""Instructions an op, counted with callgrind: what a busy machine does not change.

Client and server are counted in turn, the other one runs as it is. Each is counted for two lengths
and the difference taken, so that what happens once is not in it.
"""

import dataclasses
import re
import shutil
import signal
import subprocess

from harness.bench import OUT, flags_of
from harness.measurer import Failed

LINKS = 1000
ROUNDS = (2, 12)
OPS = 2 * LINKS * (ROUNDS[1] - ROUNDS[0])


def callgrind(output):
    if shutil.which("valgrind") is None:
        raise Failed("valgrind is not installed; see script/setup bench")
    output.parent.mkdir(parents=True, exist_ok=True)
    return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={output}"]


def total(output):
    return int(re.search(r"^totals: (\d+)", output.read_text(), re.MULTILINE)[1])


def run_client(bench, measurer, server, rounds, under=()):
    command = [*under, bench.program("bench/gradd_bench"), measurer,
               *flags_of({"target": server.address, "links": LINKS, "rounds": rounds,
                          "samples": 1})]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise Failed((done.stdout + done.stderr).strip()[-300:])


def of_client(bench, measurer, rounds, output):
    run_client(bench, measurer, bench.gradd(), rounds, callgrind(output))
    return total(output)


def of_server(bench, measurer, rounds, output):
    server = bench.start([*callgrind(output), *bench.gradd_command()])
    run_client(bench, measurer, server, rounds)
    server.close(signal.SIGTERM)
    return total(output)


@dataclasses.dataclass(frozen=True)
class Count:
    name: str
    measurer: str
    side: str

    def measure(self, make_bench):
        result = {"name": self.name, "ours": None, "anchor": None, "unit": "instructions",
                  "ratio": None, "spread": None, "samples": 0, "anchor_is": "none",
                  "mode": f"callgrind, {self.side}", "goal": ""}
        count = {"client": of_client, "server": of_server}[self.side]
        counts = []
        for rounds in ROUNDS:
            with make_bench() as bench:
                output = OUT / f"callgrind/{self.measurer}.{self.side}.{rounds}"
                try:
                    counts.append(count(bench, self.measurer, rounds, output))
                except Failed as e:
                    return result | {"reason": str(e)}
        return result | {"ours": (counts[1] - counts[0]) / OPS, "samples": 1,
                         "reason": "a count: compare it with earlier ones"}


# A node of the second is forward and backward.
ROWS = [Count(f"{row}.instructions.{side}", measurer, side)
        for row, measurer in (("ops.stream.cpp", "ops.stream"), ("ops.backward", "ops.backward"))
        for side in ("client", "server")]
