"""Whether a node costs the same in a graph of any size."""

from harness.row import Row, at_least

SHORT_NODES, LONG_NODES = 10_000, 1_000_000


def open_row(bench):
    gradd = bench.gradd()

    def chains(nodes, rounds):
        # Two nodes a link. The gradient of the long one is no longer exact enough to check.
        return bench.measurer("ops.backward", target=gradd.address, links=nodes // 2,
                              rounds=rounds, check=0)

    return chains(LONG_NODES, 1), lambda: chains(SHORT_NODES, 20)


ROWS = [
    Row("chain.linear", "µs/node", "pipelined, forward + backward + free, chain of 1M nodes",
        "ours, the same in chains of 10k nodes", at_least(0.9), open_row),
]
