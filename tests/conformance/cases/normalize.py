"""softmax and its kin."""

import numpy as np

from table import DTYPES, F16, F32, F64, FLOATS, NONE, DType, case, given, out, tensor

INF, NAN = np.inf, np.nan


def log_softmax(x, dim):
    if x.ndim == 0:
        return log_softmax(x[None], 0)[0]
    shifted = x - np.max(x, axis=dim, keepdims=True, initial=-INF)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))


def softmax(x, dim):
    return np.exp(log_softmax(x, dim))


def total(x, dim):
    return np.sum(x, axis=dim, keepdims=True) if x.ndim else x


def softmax_vjp(g, y, dim):
    return y * (g - total(g * y, dim))


def log_softmax_vjp(g, y, dim):
    return g - np.exp(y) * total(g, dim)


def rows(op, function):
    def row(name, x, dim=1, dtype=NONE):
        values = function(x.values.astype(np.float64), dim)
        return case(op, name, [x], [out(dtype or x.dtype, values)],
                    [dim, DType(dtype) if dtype else NONE])

    for dtype in FLOATS:
        yield row(dtype, tensor(dtype, (2, 3)))
    for dtype in DTYPES:
        yield row(f"{dtype} as float32", tensor(dtype, (2, 3)), dtype=F32)
    yield row("double as half", tensor(F64, (2, 3)), dtype=F16)
    yield row("scalar", tensor(F64, ()), 0)
    yield row("empty", tensor(F64, (2, 0)))
    yield row("beside an empty dimension", tensor(F64, (0, 2)))
    yield row("first", tensor(F64, (3, 2)), 0)
    yield row("middle", tensor(F64, (2, 3, 2)))
    yield row("last", tensor(F64, (2, 3, 2)), -1)
    for layout in ("transposed", "sliced", "broadcast"):
        yield row(layout, tensor(F64, (3, 3, 2), layout=layout))
    yield row("long", tensor(F32, (1, 530), -5.0, 5.0))
    yield row("long halves", tensor(F16, (1, 530), -5.0, 5.0))
    yield row("columns", tensor(F32, (5, 70)), 0)
    yield row("one", tensor(F32, (3, 1)))
    yield row("large", given(F32, [[1000.0, 1001.0, 999.0], [-1000.0, -1001.0, -90000.0]]))
    yield row("special", given(F32, [[-INF, 0.0, 1.0], [NAN, 0.0, 1.0], [INF, 0.0, 1.0],
                                     [-INF, -INF, -INF]]))


def vjp_rows(op, forward, function):
    def row(name, shape, dim=1, dtype=F64, layout="contiguous"):
        y = tensor(dtype, shape, layout=layout)
        y.values = forward(y.values, dim)
        g = tensor(dtype, shape, phase=1)
        return case(op, name, [g, y], [out(dtype, function(g.values, y.values, dim))], [dim])

    for dtype in FLOATS:
        yield row(dtype, (2, 3), dtype=dtype)
    yield row("scalar", (), 0)
    yield row("empty", (2, 0))
    yield row("first", (3, 2), 0)
    yield row("middle", (2, 3, 2))
    yield row("transposed", (3, 3, 2), layout="transposed")
    yield row("long", (1, 530), dtype=F32)
    yield row("columns of halves", (5, 33), 0, dtype=F16)


CASES = [
    *rows("softmax", softmax),
    *rows("log_softmax", log_softmax),
    *vjp_rows("softmax_vjp", softmax, softmax_vjp),
    *vjp_rows("log_softmax_vjp", log_softmax, log_softmax_vjp),
]
