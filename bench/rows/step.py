"""Training steps of a small model: 16x1000 -> 100 -> ReLU -> 10, sum of squared errors, SGD."""

from harness.row import Row, at_least

TORCH = "local PyTorch eager from Python, loss fetched as often, best of SGD's modes"


def beside_torch(steps_a_fetch):
    def open_row(bench):
        flags = {"fetch": steps_a_fetch}
        return (bench.measurer("step.tinymodel", target=bench.gradd().address, **flags),
                lambda: bench.torch("torch_step.py", **flags))
    return open_row


ROWS = [
    Row("step.tinymodel.eager", "µs/step", "op by op, loss fetched each step", TORCH, at_least(1),
        beside_torch(1)),
    Row("step.tinymodel.pipelined", "µs/step", "op by op, loss fetched every 100 steps", TORCH,
        at_least(3), beside_torch(100)),
]
