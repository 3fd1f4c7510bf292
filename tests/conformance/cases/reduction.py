"""Ops that make many elements one."""

import numpy as np

from table import BOOL, DTYPES, F32, F64, INT, NONE, Dims, DType, case, out, tensor


def sum_of(name, x, dims=(), keepdim=False, dtype=NONE):
    result = dtype or (x.dtype if x.dtype in (F32, F64) else INT)
    axes = tuple(dims) if dims and x.values.ndim else None
    total = np.sum(x.values, axis=axes, keepdims=keepdim,
                   dtype=np.int64 if x.dtype in (BOOL, INT) else np.float64)
    return case("sum", name, [x], [out(result, total)],
                [Dims(list(dims)), keepdim, DType(dtype) if dtype else NONE])


CASES = [
    *(sum_of(dtype, tensor(dtype, (2, 3))) for dtype in DTYPES),
    sum_of("scalar", tensor(F64, ())),
    sum_of("scalar over its dimension", tensor(F64, ()), [0]),
    sum_of("empty", tensor(F64, (0,))),
    sum_of("over an empty dimension", tensor(F32, (2, 0, 3)), [1]),
    sum_of("beside an empty dimension", tensor(F32, (2, 0, 3)), [0]),
    sum_of("first", tensor(F64, (2, 3, 2)), [0]),
    sum_of("middle", tensor(F64, (2, 3, 2)), [1]),
    sum_of("last kept", tensor(F64, (2, 3, 2)), [-1], True),
    sum_of("outer two", tensor(F64, (2, 3, 2)), [-1, 0]),
    sum_of("all kept", tensor(F32, (2, 3)), [], True),
    sum_of("transposed", tensor(F64, (2, 3, 2), layout="transposed"), [1]),
    sum_of("sliced", tensor(F64, (2, 3, 2), layout="sliced"), [0, 2]),
    sum_of("broadcast", tensor(F64, (3, 2), layout="broadcast"), [0], True),
    sum_of("wider", tensor(F32, (3, 2)), [0], dtype=F64),
    sum_of("integers as floats", tensor(INT, (3, 2)), dtype=F32),
    sum_of("long", tensor(F32, (300,), -1.0, 2.0)),
    sum_of("rows", tensor(F32, (3, 130), -1.0, 2.0), [1]),
]
