"""Running sums."""

import numpy as np

from table import BOOL, DTYPES, F16, F32, F64, FLOATS, INT, NONE, DType, case, given, out, tensor


def scan(op, function):
    def row(name, x, dim=0, dtype=NONE):
        values = x.values.astype(np.float64 if x.dtype in FLOATS else np.int64)
        sums = function(values, dim) if values.ndim else values
        result = dtype or (x.dtype if x.dtype in FLOATS else INT)
        return case(op, name, [x], [out(result, sums)], [dim, DType(dtype) if dtype else NONE])
    return row


def from_back(values, dim):
    return np.flip(np.cumsum(np.flip(values, dim), dim), dim)


def rows(row):
    for dtype in DTYPES:
        yield row(dtype, tensor(dtype, (2, 3)), 1)
    yield row("scalar", tensor(F64, ()))
    yield row("empty", tensor(F64, (0,)))
    yield row("beside an empty dimension", tensor(F64, (2, 0)))
    yield row("middle", tensor(F64, (2, 3, 2)), 1)
    yield row("last", tensor(F64, (2, 3)), -1)
    for layout in ("transposed", "sliced", "broadcast"):
        yield row(layout, tensor(F64, (3, 3, 2), layout=layout), 1)
    yield row("long", tensor(F32, (1200,), -1.0, 2.0))
    yield row("columns", tensor(F32, (5, 70)))
    yield row("columns of halves", tensor(F16, (4, 33)))
    yield row("wider", tensor(F32, (3, 2)), dtype=F64)
    yield row("bools as floats", tensor(BOOL, (3, 2)), dtype=F32)
    yield row("special", given(F32, [1.0, np.inf, 2.0, -np.inf, 1.0]))


CASES = [*rows(scan("cumsum", np.cumsum)), *rows(scan("reverse_cumsum", from_back))]
