"""Instructions, counted with callgrind: what a busy machine does not change.

One side is counted while the other runs as it is. Each is counted for two lengths and the
difference taken, so that what happens once is not in it. The kernel's are not counted.
"""

import dataclasses
import shutil
import signal
import subprocess
import typing

from callgrind_output import Profile
from harness.bench import OUT, flags_of
from harness.measurer import Failed

LINKS = 1000
CHAIN_ROUNDS, CHAIN_OPS = (2, 12), 2 * LINKS * 10
CALL_SAMPLES, CALLS = (1, 3), 1000 * 2  # rows/rpc.cc makes 1000 calls a sample


def callgrind(output):
    if shutil.which("valgrind") is None:
        raise Failed("valgrind is not installed; see script/setup test")
    output.parent.mkdir(parents=True, exist_ok=True)
    return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={output}"]


def run_client(bench, measurer, under=(), **flags):
    command = [*under, bench.program("bench/gradd_bench"), measurer, *flags_of(flags)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise Failed((done.stdout + done.stderr).strip()[-300:])


def chain_client(measurer):
    def count(bench, rounds, output):
        run_client(bench, measurer, callgrind(output), target=bench.gradd().address, links=LINKS,
                   rounds=rounds, samples=1)
    return count


def chain_server(measurer):
    def count(bench, rounds, output):
        server = bench.start([*callgrind(output), *bench.gradd_command()])
        run_client(bench, measurer, target=server.address, links=LINKS, rounds=rounds, samples=1)
        server.close(signal.SIGTERM)
    return count


def call_server(bench, samples, output):
    server = bench.start([*callgrind(output), *bench.gradd_command()])
    run_client(bench, "rpc.unary", target=server.address, samples=samples)
    server.close(signal.SIGTERM)


def call_bare_server(bench, samples, output):
    server = bench.start([*callgrind(output), bench.program("bench/gradd_bench_bare")])
    run_client(bench, "rpc.unary", target=server.address, samples=samples,
               replies_of=bench.gradd().address)
    server.close(signal.SIGTERM)


@dataclasses.dataclass(frozen=True)
class Count:
    name: str
    unit: str
    lengths: tuple  # what is counted, twice
    per: int  # how much more there is of it in the second
    ours: typing.Callable  # (bench, length, output): counts into the file
    anchor: typing.Callable | None = None
    anchor_is: str = "none; compare with earlier counts"

    def measure(self, make_bench):
        result = {"name": self.name, "ours": None, "anchor": None, "unit": self.unit,
                  "ratio": None, "spread": None, "samples": 1, "anchor_is": self.anchor_is,
                  "mode": "callgrind", "goal": ""}
        try:
            result["ours"] = self.difference(make_bench, self.ours, "ours")
            if self.anchor is None:
                return result | {"reason": "no anchor"}
            result["anchor"] = self.difference(make_bench, self.anchor, "anchor")
        except Failed as e:
            return result | {"reason": str(e)}
        return result | {"ratio": result["anchor"] / result["ours"]}

    def outputs(self, make_bench, count, side):
        """Callgrind's, one for each of the lengths."""
        found = []
        for length in self.lengths:
            found.append(OUT / f"callgrind/{self.name}.{side}.{length}")
            with make_bench() as bench:
                count(bench, length, found[-1])
        return found

    def difference(self, make_bench, count, side):
        short, long = (sum(Profile(output).instructions.values())
                       for output in self.outputs(make_bench, count, side))
        return (long - short) / self.per


ROWS = [
    Count("rpc.unary.instructions.server", "instr/call", CALL_SAMPLES, CALLS,
          call_server, call_bare_server, "bare gRPC server, the same calls"),
    *(Count(f"{row}.instructions.{side}", f"instr/{unit}", CHAIN_ROUNDS, CHAIN_OPS, count(measurer))
      for row, measurer, unit in (("ops.stream.cpp", "ops.stream", "op"),
                                  ("ops.backward", "ops.backward", "node"))
      for side, count in (("client", chain_client), ("server", chain_server))),
]
