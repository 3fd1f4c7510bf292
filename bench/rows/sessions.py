"""What a session costs that does nothing."""

from harness.row import Goal, Row, at_least

MOST_BYTES = 3 << 10


class FreshServer:
    """Every sample has a server of its own: memory that was used once is not given back."""

    def __init__(self, bench, start, measurer):
        self.make_bench = lambda: type(bench)(bench.build)
        self.start = start
        self.measurer = measurer

    def sample(self):
        with self.make_bench() as bench:
            server = self.start(bench)
            return bench.measurer(self.measurer, target=server.address, pid=server.pid).sample()


def open_row(bench):
    return (FreshServer(bench, lambda fresh: fresh.gradd(), "sessions.idle"),
            lambda: FreshServer(bench, lambda fresh: fresh.bare(), "bare.idle"))


# One connection computes something small and waits for it, another one keeps the server busy.
def fair(bench):
    gradd = bench.gradd()
    return (bench.measurer("sessions.fair", target=gradd.address, heavy=1),
            lambda: bench.measurer("sessions.fair", target=gradd.address, heavy=0))


ROWS = [
    Row("sessions.idle", "bytes", "resident memory a session, its stream open, one connection each",
        "bare gRPC's idle stream",
        Goal("ours - anchor ≤ 3 KB", lambda row: row["ours"] - row["anchor"] <= MOST_BYTES),
        open_row, warm_up=1),
    Row("sessions.fair", "µs", "sync, p99 of a small op beside a session that computes all the time",
        "the same op alone", at_least(0.5), fair),
]
