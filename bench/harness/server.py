"""A server in a process of its own, on a port that it chose."""

import math
import re
import signal
import subprocess
import time

from harness.measurer import Failed

PATIENCE_S = 60


class Server:
    def __init__(self, command, log, until=math.inf):
        """`log` gets all that the server says; it is also where its address is read. It is waited
        for no longer than PATIENCE_S, nor than to `until`, of time.monotonic()."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as out:
            try:
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                                stderr=subprocess.STDOUT)
            except OSError as e:
                raise Failed(f"cannot start {command[0]}: {e.strerror}") from e
        self.pid = self.process.pid
        self.address = self.wait_for_address(log, min(until, time.monotonic() + PATIENCE_S))

    def wait_for_address(self, log, until):
        while time.monotonic() < until:
            if found := re.search(r"listening on (\S+)\n", log.read_text()):
                return found[1]
            if self.process.poll() is not None:
                raise Failed(f"the server ended: {log.read_text().strip()[-300:]}")
            time.sleep(0.005)
        self.close()
        raise Failed("the server does not say where it listens")

    def close(self, ask=signal.SIGKILL):
        """Kills it, unless it is to end in its own way."""
        if self.process.poll() is None:
            self.process.send_signal(ask)
            self.process.wait(timeout=PATIENCE_S)
