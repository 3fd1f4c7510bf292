"""What a row is made of: servers, and processes that measure. They live as long as the row."""

import contextlib
import functools
import itertools
import math
import os
import pathlib
import subprocess

from harness.measurer import Failed, Measurer
from harness.server import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
ANCHORS = ROOT / "bench/anchors"
THREADS = os.cpu_count()
TORCH_PYTHON = OUT / "torch-venv/bin/python"


def flags_of(values):
    return [f"--{name}={value}" for name, value in values.items()]


@functools.cache
def torch_python():
    """PyTorch's interpreter; installs it when it is absent. GRADD_TORCH_PYTHON names another."""
    if named := os.environ.get("GRADD_TORCH_PYTHON"):
        return named
    if not TORCH_PYTHON.exists() and subprocess.run([ANCHORS / "install.sh"]).returncode != 0:
        raise Failed("PyTorch is not installed; see bench/anchors/install.sh")
    return str(TORCH_PYTHON)


class Bench(contextlib.ExitStack):
    log_numbers = itertools.count()

    def __init__(self, build, torch_device=None, until=math.inf, **server_flags):
        """`torch_device` is where PyTorch computes, the processor unless it is said. `until`, of
        time.monotonic(): nothing is waited for any longer."""
        super().__init__()
        self.build = build
        self.until = until
        self.logs = []  # of the servers
        self.torch_flags = {"device": torch_device} if torch_device else {}
        self.server_flags = server_flags

    def program(self, path):
        program = self.build / path
        if not program.exists():
            raise Failed(f"{path} is not built in {self.build}")
        return str(program)

    def keep(self, thing):
        self.callback(thing.close)
        return thing

    def start(self, command):
        self.logs.append(OUT / f"log/server-{next(self.log_numbers)}.log")
        return self.keep(Server(command, self.logs[-1], self.until))

    def gradd_command(self, **flags):
        flags = {"listen": "127.0.0.1:0", "metrics": "127.0.0.1:0"} | self.server_flags | flags
        return [self.program("server/gradd"), *flags_of(flags)]

    def gradd(self, **flags):
        return self.start(self.gradd_command(**flags))

    def bare(self):
        return self.start([self.program("bench/gradd_bench_bare")])

    def measure(self, command):
        return self.keep(Measurer(command, self.until))

    def measurer(self, name, **flags):
        """One of gradd_bench's."""
        return self.measure([self.program("bench/gradd_bench"), name, *flags_of(flags)])

    def kernels(self, name, **flags):
        """One of gradd_bench_kernels', on as many threads as a server would use."""
        flags = {"threads": THREADS} | flags
        return self.measure([self.program("bench/gradd_bench_kernels"), name, *flags_of(flags)])

    def torch(self, script, **flags):
        """One of bench/anchors that runs in PyTorch's interpreter."""
        flags = self.torch_flags | flags
        return self.measure([torch_python(), str(ANCHORS / script), *flags_of(flags)])
