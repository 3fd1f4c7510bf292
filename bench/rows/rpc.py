"""Unary RPCs."""

from harness.row import NO_GOAL, Row, at_least


def beside_bare(measurer):
    def open_row(bench):
        gradd, bare = bench.gradd(), bench.bare()
        return (bench.measurer(measurer, target=gradd.address),
                lambda: bench.measurer(measurer, target=bare.address, replies_of=gradd.address))
    return open_row


BARE = "bare gRPC completion-queue server that answers with the same bytes, through the same client"

ROWS = [
    Row("rpc.unary", "µs", "sync, p50 of GetServer", BARE, at_least(0.9), beside_bare("rpc.unary")),
    Row("rpc.unary.session", "µs", "sync, p50 of an empty Release, over the session's strand", BARE,
        NO_GOAL, beside_bare("rpc.unary.session")),
]
