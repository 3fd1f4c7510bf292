"""Kernels, without a server: matrix products and pointwise ops."""

from harness.row import Row, at_least

LIBRARIES = "the fastest of OpenBLAS, oneDNN and libxsmm for each product, called directly"
ELEMENTS = 4 << 20
FLOAT = 4


def products(measurer, **flags):
    def open_row(bench):
        return (bench.kernels(measurer, **flags),
                lambda: bench.kernels(f"{measurer}.libraries", **flags))
    return open_row


def beside_copy(op, inputs):
    """Beside a copy that reads and writes as many bytes."""
    def open_row(bench):
        return (bench.kernels("pointwise", op=op, inputs=inputs),
                lambda: bench.kernels("copy", bytes=(inputs + 1) * ELEMENTS * FLOAT))
    return open_row


COPY = "memcpy of as many bytes read and written, all threads, best piece size"

ROWS = [
    # Too little work for a second thread, on either side.
    Row("gemm.small", "µs", "16x1000x100: x W^T, dY W and dY^T x, one thread", LIBRARIES,
        at_least(1), products("gemm.linear", threads=1)),
    Row("gemm.large", "ms", "1024x1024x1024 float32, all threads", LIBRARIES, at_least(0.97),
        products("gemm.large")),
    Row("pointwise.add", "ms", "4M float32, all threads", COPY, at_least(0.9),
        beside_copy("add", 2)),
    Row("pointwise.sin", "ms", "4M float32, all threads", COPY, at_least(0.7),
        beside_copy("sin", 1)),
]
