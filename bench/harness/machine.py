"""Where, when and beside whom something was measured."""

import datetime
import os
import pathlib
import re
import subprocess
import time

from harness.bench import ROOT


def busy_cores(seconds=0.5):
    """How many cores are in use now, when nothing of ours runs."""
    def busy_ticks():
        user, nice, system, _, _, irq, softirq = map(
            int, pathlib.Path("/proc/stat").read_text().split()[1:8])
        return user + nice + system + irq + softirq

    before = busy_ticks()
    time.sleep(seconds)
    return (busy_ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds


def now():
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def description():
    """Lines of (what, which)."""
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return [("machine", f"{os.cpu_count()} cores of {cpu[1] if cpu else os.uname().machine}"),
            ("system", f"{os.uname().sysname} {os.uname().release}"),
            ("gRPC", output_of("pkg-config", "--modversion", "grpc++")),
            ("commit", output_of("git", "describe", "--always", "--dirty", "--exclude=*"))]


def output_of(*command):
    try:
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True,
                              text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not known"
