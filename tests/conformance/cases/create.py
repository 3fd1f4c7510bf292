"""Tensors from nothing."""

import numpy as np

from table import (BOOL, DEVICE, DTYPES, F16, F32, F64, FLOATS, I32, INT, INTEGERS, NONE, NUMERIC,
                   Dims, DType, Number, Scalar, case, given, out, tensor)


def full(name, shape, value, dtype, stored):
    return case("full", name, [], [out(dtype, np.full(shape, stored))],
                [Dims(shape), Scalar(value), DType(dtype), DEVICE])


def arange(name, start, end, step, values, dtype, given_dtype=NONE):
    return case("arange", name, [], [out(dtype, values)],
                [Scalar(start), Scalar(end), Scalar(step), DType(given_dtype) if given_dtype else NONE,
                 DEVICE])


def linspace(name, start, end, steps, dtype):
    values = np.linspace(start, end, steps)
    return case("linspace", name, [], [out(dtype, np.trunc(values) if dtype in INTEGERS else values)],
                [Scalar(start), Scalar(end), steps, DType(dtype), DEVICE])


def eye(name, n, m, dtype):
    return case("eye", name, [], [out(dtype, np.eye(n, m))], [n, m, DType(dtype), DEVICE])


def fill(name, x, value):
    stored = np.trunc(value.values) if x.dtype in INTEGERS else value.values
    return case("fill", name, [x, value], [out(x.dtype, np.full(x.shape, stored))])


def zero(name, x):
    return case("zero", name, [x], [out(x.dtype, np.zeros(x.shape))])


def triangles(name, x, diagonal):
    for op, function in (("tril", np.tril), ("triu", np.triu)):
        yield case(op, name, [x], [out(x.dtype, function(x.values, diagonal))], [diagonal])


def one_hot(name, classes, count):
    values = np.array(classes, dtype=np.int64)
    return case("one_hot", name, [given(INT, classes)],
                [out(INT, values[..., None] == np.arange(count))], [count])


CASES = [
    *(full(dtype, [2, 3], 1, dtype, 1) for dtype in DTYPES),
    full("empty", [2, 0], 3, INT, 3),
    full("scalar", [], 2.5, F32, 2.5),
    full("fraction as integer", [2], -2.5, INT, -2),
    full("number as bool", [2], 0.5, BOOL, True),

    *(arange(dtype, 1, 6, 2, [1, 3, 5], dtype, dtype) for dtype in NUMERIC),
    arange("of integers", 0, 4, 1, [0, 1, 2, 3], INT),
    arange("of a bool", False, True, 1, [0], INT),
    arange("of floats", 0, 1.0, 0.25, [0, 0.25, 0.5, 0.75], F32),
    arange("down", 5, 0, -2, [5, 3, 1], INT),
    arange("down to the end", 6, 0, -2, [6, 4, 2], INT),
    arange("empty", 3, 3, 1, [], INT),
    arange("fractions as integers", 0.5, 4.5, 1.9, [0, 1, 2], INT, INT),
    arange("fractional step", 0, 1, 0.25, [0, 0, 0, 0], I32, I32),
    arange("large integers", 2**40, 2**40 + 3, 1, [2**40, 2**40 + 1, 2**40 + 2], INT),
    arange("rounded up", 0, 1, 0.4, [0, 0.4, 0.8], F64, F64),

    *(linspace(dtype, -1, 3, 5, dtype) for dtype in NUMERIC),
    linspace("fractions", 0.0, 2.0, 7, F64),
    linspace("of pi", 0.0, 6.283185307179586, 25, F32),
    linspace("down", 2.5, -1, 4, F64),
    linspace("one", 3, 5, 1, F32),
    linspace("none", 3, 5, 0, F32),
    linspace("truncated", 0, 5, 4, INT),

    *(eye(dtype, 3, NONE, dtype) for dtype in DTYPES),
    eye("wide", 2, 4, F32),
    eye("tall", 3, 2, F64),
    eye("empty", 0, 3, F32),

    *(fill(f"{dtype} number", tensor(dtype, (2, 3)), Number(1)) for dtype in DTYPES),
    *(fill(f"{source} to {target}", tensor(target, (2, 3)), tensor(source, (), phase=1))
      for source in DTYPES for target in DTYPES),
    fill("fraction", tensor(F64, (3,)), Number(2.5)),
    fill("scalar", tensor(F64, ()), tensor(F64, (), phase=1)),
    fill("empty", tensor(F64, (0, 3)), Number(1.5)),
    fill("sliced", tensor(F64, (2, 3), layout="sliced"), tensor(F64, ())),

    *(zero(dtype, tensor(dtype, (2, 3))) for dtype in DTYPES),
    zero("scalar", tensor(F64, ())),
    zero("empty", tensor(F64, (0, 3))),
    zero("transposed", tensor(F64, (2, 3), layout="transposed")),

    *(row for dtype in DTYPES for row in triangles(dtype, tensor(dtype, (3, 3)), 0)),
    *triangles("above", tensor(F64, (2, 4)), 1),
    *triangles("below", tensor(F64, (4, 2)), -1),
    *triangles("beyond", tensor(F64, (2, 3)), 7),
    *triangles("beyond below", tensor(F64, (2, 3)), -7),
    *triangles("batches", tensor(F64, (2, 3, 2)), 0),
    *triangles("empty", tensor(F64, (0, 3)), 0),
    *triangles("no columns", tensor(F64, (3, 0)), 0),
    *triangles("transposed", tensor(F64, (3, 4), layout="transposed"), 0),

    one_hot("vector", [2, 0, 1, 2], 3),
    one_hot("matrix", [[1, 0], [3, 3]], 5),
    one_hot("scalar", 1, 2),
    one_hot("empty", [], 3),
]
