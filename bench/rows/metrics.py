"""What it costs that every op is timed."""

from harness.row import Row, at_least


def open_row(bench):
    def ops_of(**flags):
        return bench.measurer("ops.stream", target=bench.gradd(**flags).address, rounds=40)

    return ops_of(), lambda: ops_of(op_metrics="0")


ROWS = [
    # Two processes of one program differ by more than what is looked for, so there are several.
    Row("metrics.overhead", "µs/op", "pipelined, metrics on", "ours, metrics off", at_least(0.98),
        open_row, starts=5),
]
