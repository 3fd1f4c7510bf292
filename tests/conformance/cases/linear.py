"""Matrix products."""

import numpy as np

from table import F32, F64, FLOATS, INT, case, out, tensor


def matmul(name, a, b):
    return case("matmul", name, [a, b], [out(a.dtype, np.matmul(a.values, b.values))])


def shapes(name, left, right, dtype=F64, **layout):
    return matmul(name, tensor(dtype, left, **layout), tensor(dtype, right, phase=1))


CASES = [
    *(shapes(dtype, (2, 3), (3, 4), dtype) for dtype in [INT, *FLOATS]),
    shapes("vectors", (3,), (3,)),
    shapes("vector and matrix", (3,), (3, 2)),
    shapes("matrix and vector", (2, 3), (3,)),
    shapes("batches", (2, 2, 3), (2, 3, 2)),
    shapes("broadcast batches", (2, 1, 2, 3), (3, 3, 2)),
    shapes("vector and batch", (3,), (2, 3, 2)),
    shapes("batch and vector", (2, 2, 3), (3,)),
    shapes("empty inside", (2, 0), (0, 3)),
    shapes("empty outside", (0, 3), (3, 2)),
    shapes("empty batch", (0, 2, 3), (3, 2)),
    shapes("empty vectors", (0,), (0,)),
    shapes("transposed", (2, 3), (3, 2), layout="transposed"),
    shapes("sliced", (2, 3), (3, 2), layout="sliced"),
    shapes("broadcast storage", (2, 3), (3, 2), layout="broadcast"),
    shapes("larger", (9, 17), (17, 5), F32),
]
