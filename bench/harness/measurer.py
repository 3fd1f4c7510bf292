"""A process that measures.

It prints `ready`, and what it wants to be called, once it is warm. Then it takes one sample for each
line that it reads, and prints the number. `error: reason` instead of a number ends it.
"""

import contextlib
import math
import subprocess
import threading
import time

PATIENCE_S = 180


class Failed(Exception):
    """A row cannot be measured; the text is the reason."""


class Measurer:
    def __init__(self, command, until=math.inf):
        """Nothing takes longer than PATIENCE_S, nor longer than to `until`, of time.monotonic()."""
        self.command = command
        self.until = until
        self.late = ""
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        first = self.read_line()
        if not first.startswith("ready"):
            self.fail(first)
        self.is_called = first.removeprefix("ready").strip()

    def sample(self):
        try:
            self.process.stdin.write("sample\n")
        except BrokenPipeError:
            self.fail("")
        line = self.read_line()
        try:
            return float(line)
        except ValueError:
            self.fail(line)

    def read_line(self):
        """Empty when the process has ended, or had to be ended because it took too long."""
        patience = max(0, min(PATIENCE_S, self.until - time.monotonic()))

        def end():
            self.late = f"said nothing for {patience:.0f} s"
            self.process.kill()

        alarm = threading.Timer(patience, end)
        alarm.start()
        try:
            return self.process.stdout.readline().strip()
        finally:
            alarm.cancel()

    def fail(self, line):
        self.close()
        reason = (line.removeprefix("error: ") or self.late
                  or f"ended with status {self.process.returncode}")
        raise Failed(f"{self.command[0].rsplit('/', 1)[-1]}: {reason}")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with contextlib.suppress(OSError):  # what the process did not come to read
            self.process.stdin.close()
        self.process.stdout.close()
