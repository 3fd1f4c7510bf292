"""Matrix products."""

import numpy as np

from table import BF16, DTYPES, F16, F32, F64, FLOATS, INTEGERS, Scalar, case, out, tensor


def matmul(name, a, b):
    return case("matmul", name, [a, b], [out(a.dtype, np.matmul(a.values, b.values))])


def shapes(name, left, right, dtype=F64, **layout):
    return matmul(name, tensor(dtype, left, **layout), tensor(dtype, right, phase=1))


def product(op, name, left, right, dtype=F64, **layout):
    a, b = tensor(dtype, left, **layout), tensor(dtype, right, phase=1)
    return case(op, name, [a, b], [out(dtype, np.matmul(a.values, b.values))])


def outer(name, rows, dtype=F64):
    a, b = tensor(dtype, (rows,)), tensor(dtype, (2,), phase=1)
    return case("outer", name, [a, b], [out(dtype, np.outer(a.values, b.values))])


def addmm(name, added, left, right, beta=1, alpha=1, dtype=F64, **layout):
    c = tensor(dtype, added, phase=2, **layout)
    a, b = tensor(dtype, left, **layout), tensor(dtype, right, phase=1)
    result = beta * c.values + alpha * np.matmul(a.values, b.values)
    return case("addmm", name, [c, a, b], [out(dtype, result)],
                [Scalar(beta), Scalar(alpha)])


def linear(name, rows, features, dtype=F64, bias=None, **layout):
    a = tensor(dtype, rows, **layout)
    w = tensor(dtype, (features, rows[-1]), phase=1, **layout)
    b = tensor(dtype, (features,) if bias is None else bias, phase=2)
    return case("linear", name, [a, w, b],
                [out(dtype, np.matmul(a.values, w.values.T) + b.values)])


CASES = [
    *(shapes(dtype, (2, 3), (3, 4), dtype) for dtype in [*INTEGERS, *FLOATS]),
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
    *(shapes(f"larger {dtype}", (9, 17), (17, 35), dtype) for dtype in [*INTEGERS, F16, BF16]),
    shapes("rows in pieces", (13, 400), (400, 5), F32, low=-0.1, high=0.1),
    shapes("one row", (1, 40), (40, 70), F32, low=-0.1, high=0.1),
    shapes("batches that share a matrix", (3, 4, 5), (5, 6)),
    shapes("small batches", (40, 3, 5), (40, 5, 2), F32),
    *(product("mm", dtype, (2, 3), (3, 4), dtype) for dtype in [*INTEGERS, *FLOATS]),
    product("mm", "transposed", (9, 17), (17, 5), layout="transposed"),
    product("mm", "empty", (0, 3), (3, 2)),
    *(product("bmm", dtype, (2, 2, 3), (2, 3, 4), dtype) for dtype in [*INTEGERS, *FLOATS]),
    product("bmm", "transposed", (2, 2, 3), (2, 3, 4), layout="transposed"),
    product("bmm", "empty", (0, 2, 3), (0, 3, 4)),
    *(product("mv", dtype, (2, 3), (3,), dtype) for dtype in [*INTEGERS, *FLOATS]),
    product("mv", "long", (7, 100), (100,), F32),
    product("mv", "empty inside", (2, 0), (0,)),
    product("mv", "transposed", (3, 5), (5,), layout="transposed"),
    *(product("dot", dtype, (4,), (4,), dtype) for dtype in [*INTEGERS, *FLOATS]),
    product("dot", "long", (100,), (100,), F32),
    product("dot", "empty", (0,), (0,)),
    *(outer(dtype, 3, dtype) for dtype in DTYPES),
    outer("empty", 0),
    *(addmm(dtype, (2, 4), (2, 3), (3, 4), dtype=dtype) for dtype in [*INTEGERS, *FLOATS]),
    addmm("scaled", (2, 4), (2, 3), (3, 4), beta=-2, alpha=3),
    addmm("scaled by fractions", (2, 4), (2, 3), (3, 4), beta=0.5, alpha=-1.5),
    addmm("without what is added", (2, 4), (2, 3), (3, 4), beta=0),
    addmm("a row is added", (4,), (2, 3), (3, 4)),
    addmm("a column is added", (2, 1), (2, 3), (3, 4)),
    addmm("a number is added", (), (2, 3), (3, 4)),
    addmm("transposed", (5, 4), (5, 3), (3, 4), layout="transposed"),
    addmm("empty inside", (2, 4), (2, 0), (0, 4)),
    addmm("empty outside", (4,), (0, 3), (3, 4)),
    *(linear(dtype, (2, 3), 4, dtype) for dtype in [*INTEGERS, *FLOATS]),
    linear("vector", (3,), 4),
    linear("batches", (2, 3, 5), 4),
    linear("transposed", (2, 3, 5), 4, layout="transposed"),
    linear("a bias of one", (2, 3), 4, bias=(1,)),
    linear("a bias for each row", (2, 3), 4, bias=(2, 4)),
    linear("larger", (20, 33), 19, F32),
    linear("empty", (0, 3), 4),
]
