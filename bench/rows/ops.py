"""Eager ops and their backward, a chain of z = (z / x) * y on 2x3."""

from harness.row import Row, at_least


def beside_torch(measurer, rounds):
    def open_row(bench):
        return (bench.measurer(measurer, target=bench.gradd().address, rounds=rounds),
                lambda: bench.torch("torch_ops.py", what=measurer, rounds=rounds))
    return open_row


TORCH = "local PyTorch eager from Python"

ROWS = [
    Row("ops.stream.cpp", "µs/op", "pipelined", TORCH, at_least(2), beside_torch("ops.stream", 40)),
    Row("ops.backward", "µs/node", "pipelined, forward + backward", TORCH, at_least(5),
        beside_torch("ops.backward", 10)),
]
