"""Rows that need a GPU: ours on a server's device, PyTorch's in its own process on the same one.
script/gpu-check measures them; everywhere else small ones on other devices show that they work."""

from harness.row import NO_GOAL, Row, at_least
from rows import metrics, step

COPY = "a copy on the device by PyTorch (Tensor.copy_) that reads and writes as many bytes"
PRODUCT = "torch.matmul without TF32, the better of cuBLAS and cuBLASLt"


def add(elements):
    # Two are read and one is written; a copy of one element reads and writes one each.
    return lambda bench: (
        bench.measurer("device.add", target=bench.gradd().address, elements=elements),
        lambda: bench.torch("torch_device.py", what="copy", elements=elements * 3 // 2))


def adam(elements):
    # Parameter, gradient and two averages are read, all but the gradient are written.
    return lambda bench: (
        bench.measurer("device.adam", target=bench.gradd().address, elements=elements),
        lambda: bench.torch("torch_device.py", what="copy", elements=elements * 7 // 2))


def product(size):
    return lambda bench: (
        bench.measurer("device.product", target=bench.gradd().address, size=size),
        lambda: bench.torch("torch_device.py", what="product", size=size))


def rows(is_gpu):
    """Of a size that fills a GPU, or of one that takes no time."""
    huge, large, size = (1 << 28, 1 << 24, 1024) if is_gpu else (1 << 20, 1 << 18, 128)
    text = "{:,} float32, pipelined".format
    return [
        Row("pointwise.add.cuda", "ms", text(huge), COPY, at_least(0.97), add(huge)),
        Row("pointwise.add.cuda.16m", "ms", text(large), COPY, at_least(0.85), add(large)),
        Row("gemm.large.cuda", "ms", f"{size} cubed float32, pipelined", PRODUCT, at_least(0.97),
            product(size)),
        Row("gemm.huge.cuda", "ms", f"{4 * size} cubed float32, pipelined", PRODUCT, NO_GOAL,
            product(4 * size)),
        Row("step.tinymodel.pipelined.cuda", "µs/step", "op by op, loss fetched every 100 steps",
            step.TORCH, at_least(1.5), step.beside_torch(100)),
        Row("step.tinymodel.eager.cuda", "µs/step", "op by op, loss fetched each step", step.TORCH,
            at_least(1), step.beside_torch(1)),
        Row("metrics.overhead.cuda", "µs/op", "pipelined, metrics on", "ours, metrics off",
            at_least(0.98), metrics.open_row, starts=3),
        Row("optim.adam.cuda", "ms", f"{text(huge // 4)}, 16 tensors", COPY, at_least(0.92),
            adam(huge // 4)),
    ]
