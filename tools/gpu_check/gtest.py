"""Runs a googletest program to its end, whatever its tests do to the process, and reads what it
says."""

import contextlib
import dataclasses
import os
import queue
import re
import signal
import subprocess
import tempfile
import threading
import time

# A test that says nothing for so long hangs. Where one does, others may: each leaves the later ones
# of that program half as long, but so much at least.
SILENCE_S = 60
LEAST_SILENCE_S = 20
# What a process may take to end that has said its last word, or was killed.
EXIT_S = 20
FIRST_LINES = 6
TIME_WAS_UP = "the time of this part was up"
SILENT = "printed nothing"
BEGIN = re.compile(r"\[ RUN      \] (\S+)")
END = re.compile(r"\[(       OK |  FAILED  |  SKIPPED )\] ([^\s,]+)")
# eager.cc's words; the second is what optimizers say.
MISSING = re.compile(r"(?:(\w+)\(\)|(optimizers and gradient clipping)): no kernels? for device")
# A device that is lost fails all later tests of its process (core/device/cuda/cuda_fault.h).
LOST = re.compile(r"DEVICE_FAULT|cudaError(?:IllegalAddress|LaunchFailure|MisalignedAddress|"
                  r"IllegalInstruction|HardwareStackError|InvalidPc|Assert|ECCUncorrectable)")


@dataclasses.dataclass
class Outcome:
    """Of the tests of one program."""
    passed: int = 0
    failed: dict = dataclasses.field(default_factory=dict)  # test: the first lines it printed
    skipped: dict = dataclasses.field(default_factory=dict)  # test: why
    missing: dict = dataclasses.field(default_factory=dict)  # op without a kernel: its tests
    not_run: list = dataclasses.field(default_factory=list)  # time was up

    def note(self, test, verdict, lines):
        if verdict == "OK":
            self.passed += 1
        elif verdict == "SKIPPED":
            self.skipped[test] = " ".join(lines[-1:])
        elif found := MISSING.search("\n".join(lines)):
            self.missing.setdefault(found[1] or found[2], []).append(test)
        else:
            self.failed[test] = lines[:FIRST_LINES]

    def add(self, other):
        self.passed += other.passed
        self.failed |= other.failed
        self.skipped |= other.skipped
        for op, tests in other.missing.items():
            self.missing.setdefault(op, []).extend(tests)
        self.not_run += other.not_run


def names_in(listing):
    """The tests that --gtest_list_tests printed, without those that are disabled."""
    names, suite = [], ""
    for line in listing.splitlines():
        word = line.split("#")[0].rstrip()
        if line.startswith("  "):
            names.append(suite + word.strip())
        elif word.endswith("."):
            suite = word
    return [name for name in names if "DISABLED_" not in name]


def list_tests(command, env, pattern="*"):
    done = subprocess.run([*command, "--gtest_list_tests", f"--gtest_filter={pattern}"], env=env,
                          capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise OSError((done.stderr or done.stdout).strip()[:300] or f"status {done.returncode}")
    return names_in(done.stdout)


class Reader:
    """Follows the output of one process. `begun` is every test that it came to."""

    def __init__(self):
        self.outcome = Outcome()
        self.begun = set()
        self.current = None
        self.lines = []
        self.lost = False

    def read(self, line):
        if begins := BEGIN.match(line):
            self.current, self.lines = begins[1], []
            self.begun.add(begins[1])
        elif (ends := END.match(line)) and ends[2] == self.current:
            self.lost = ends[1].strip() == "FAILED" and bool(LOST.search("\n".join(self.lines)))
            self.close(ends[1].strip())
        elif line.strip() and len(self.lines) < 100:
            self.lines.append(line)

    def close(self, verdict):
        self.outcome.note(self.current, verdict, self.lines)
        self.current, self.lines = None, []


def lines_of(process):
    """Its lines as they come, and None at every second without one."""
    lines = queue.Queue()

    def pump():
        with process.stdout:
            for line in process.stdout:
                lines.put(line.rstrip("\n"))
        lines.put(False)

    threading.Thread(target=pump, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            line = None
        if line is False:
            return
        yield line


def program_of(command):
    return f"{command[-1].rsplit('/', 1)[-1]} (the program)"


def kill(process):
    # compute-sanitizer would leave the program behind.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def status_of(process):
    """Its exit status; None of one that had to be killed, or that nothing ends."""
    try:
        return process.wait(EXIT_S)
    except subprocess.TimeoutExpired:
        kill(process)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(EXIT_S)
    return None


def run_once(command, names, env, until, log, silence_s):
    """One process. What it did not come to is not in `begun`."""
    reader, end = Reader(), None
    with tempfile.NamedTemporaryFile("w", suffix=".flags") as flags:
        # A filter of thousands of names is too long for a command line.
        flags.write(f"--gtest_filter={':'.join(names)}\n")
        flags.flush()
        process = subprocess.Popen([*command, f"--gtest_flagfile={flags.name}"], env=env, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, errors="replace",
                                   start_new_session=True)
        heard = time.monotonic()
        for line in lines_of(process):
            now = time.monotonic()
            if line is not None:
                heard = now
                log(line)
                reader.read(line)
            silence = now - heard
            if silence > silence_s or (now > until and silence > silence_s / 2):
                end = f"{SILENT} for {silence:.0f} s"
            elif now > until:
                end = TIME_WAS_UP
            elif reader.lost:
                end = "the device is lost to this process"
            if end:
                kill(process)
                break
        status = status_of(process)
    how = end or ("did not end" if status is None else f"ended with status {status}")
    if reader.current and end == TIME_WAS_UP:
        reader.outcome.not_run.append(reader.current)
    elif reader.current:
        # Its own words first: how the process ended follows from them.
        reader.lines = reader.lines[:FIRST_LINES - 1] + [how]
        reader.close("FAILED")
    elif status is None or (status and not end and reader.outcome.passed
                            and not (reader.outcome.failed or reader.outcome.missing)):
        reader.outcome.failed[program_of(command)] = [f"{how} after its tests"]
    return reader, how


def run(command, env, until, log, pattern="*", names=None, silence_s=None, listener=None):
    """All tests of `command` that the pattern names. A test that ends the process, or loses the
    device, fails, and the others run in a new one. `listener()` gives, for each process, what is
    called with its lines."""
    silence_s = silence_s or SILENCE_S
    if names is None:
        try:
            names = list_tests(command, env, pattern)
        except (OSError, subprocess.SubprocessError) as e:
            return Outcome(failed={program_of(command): [str(e)]})
    total, left = Outcome(), list(names)
    while left and time.monotonic() < until:
        hear = listener() if listener else log
        reader, how = run_once(command, left, env, until, hear, silence_s)
        total.add(reader.outcome)
        if how.startswith(SILENT):
            silence_s = max(min(silence_s, LEAST_SILENCE_S), silence_s / 2)
        left = [name for name in left if name not in reader.begun]
        if not reader.begun:
            if how != TIME_WAS_UP:
                total.failed[program_of(command)] = (
                    reader.lines[:FIRST_LINES] + [f"{how} before any test"])
            break
    total.not_run += left
    return total
