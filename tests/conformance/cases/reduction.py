"""Ops that make many elements one."""

import math

import numpy as np

from table import (BOOL, DTYPES, F16, F32, F64, FLOATS, INT, INTEGERS, NONE, NUMERIC, Dims,
                   DType, case, category, given, out, tensor)

NAN, INF = math.nan, math.inf


def axes_of(x, dims):
    return tuple(dims) if dims and x.values.ndim else None


def wide(x):
    return x.values if x.dtype in INTEGERS else x.values.astype(
        np.int64 if x.dtype == BOOL else np.float64)


def summed_dtype(x, dtype):
    return dtype or (x.dtype if x.dtype in FLOATS else INT)


def dtype_attribute(dtype):
    return DType(dtype) if dtype else NONE


def sum_of(name, x, dims=(), keepdim=False, dtype=NONE):
    total = np.sum(x.values, axis=axes_of(x, dims), keepdims=keepdim,
                   dtype=np.float64 if x.dtype in FLOATS else np.int64)
    return case("sum", name, [x], [out(summed_dtype(x, dtype), total)],
                [Dims(list(dims)), keepdim, dtype_attribute(dtype)])


def mean_along(values, axis, keepdims, ddof=0):
    """The sum over the count less ddof, NaN of nothing."""
    total = np.sum(values, axis=axis, keepdims=keepdims, dtype=np.float64)
    count = values.size // total.size if total.size else 1
    return total / np.float64(max(count - ddof, 0))


def mean_of(name, x, dims=(), keepdim=False, dtype=NONE):
    mean = mean_along(x.values, axes_of(x, dims), keepdim)
    return case("mean", name, [x], [out(dtype or x.dtype, mean)],
                [Dims(list(dims)), keepdim, dtype_attribute(dtype)])


def reduced(op, function):
    """Ops with dims and keepdim, whose output has the input's dtype."""
    def row(name, x, dims=(), keepdim=False):
        return case(op, name, [x],
                    [out(x.dtype, function(wide(x), axis=axes_of(x, dims), keepdims=keepdim))],
                    [Dims(list(dims)), keepdim])
    return row


def truth(op, function):
    def row(name, x, dims=(), keepdim=False):
        value = function(x.values, axis=axes_of(x, dims), keepdims=keepdim)
        return case(op, name, [x], [out(BOOL, value)], [Dims(list(dims)), keepdim])
    return row


def extremum_of_all(op, function):
    return lambda name, x: case(op, name, [x], [out(x.dtype, function(wide(x)))])


def arg_of(op, function):
    def row(name, x, dim=NONE, keepdim=False):
        if x.values.ndim == 0:
            index = np.int64(0)
        else:
            index = function(x.values, axis=dim, keepdims=keepdim)
        return case(op, name, [x], [out(INT, index)], [dim, keepdim])
    return row


def along(op, function, arg_function):
    def row(name, x, dim, keepdim=False):
        if x.values.ndim == 0:
            values, indices = x.values, np.int64(0)
        else:
            values = function(wide(x), axis=dim, keepdims=keepdim)
            indices = arg_function(x.values, axis=dim, keepdims=keepdim)
        return case(op, name, [x], [out(x.dtype, values), out(INT, indices)], [dim, keepdim])
    return row


def prod_of(name, x, dim=NONE, keepdim=False, dtype=NONE):
    axis = None if x.values.ndim == 0 else dim
    product = np.prod(wide(x), axis=axis, keepdims=keepdim)
    return case("prod", name, [x], [out(summed_dtype(x, dtype), product)],
                [dim, keepdim, dtype_attribute(dtype)])


def prod_others(name, x, dim):
    values = np.ones(x.values.shape)
    if x.values.ndim:
        for i in range(x.values.shape[dim]):
            rest = np.delete(x.values, i, axis=dim)
            np.moveaxis(values, dim, 0)[i] = np.prod(rest, axis=dim)
    return case("prod_others", name, [x], [out(x.dtype, values)], [dim])


def spread(op, function):
    """var and std: a function of the variance."""
    def row(name, x, dims=(), correction=1.0, keepdim=False):
        axis = axes_of(x, dims)
        squares = (x.values - mean_along(x.values, axis, True)) ** 2
        value = function(mean_along(squares, axis, keepdim, correction))
        return case(op, name, [x], [out(x.dtype, value)], [Dims(list(dims)), correction, keepdim])
    return row


def norm_of(name, x, dims=(), p=2.0, keepdim=False):
    axis, magnitudes = axes_of(x, dims), np.abs(x.values)
    if p == INF:
        value = np.max(magnitudes, axis=axis, keepdims=keepdim)
    elif p == -INF:
        value = np.min(magnitudes, axis=axis, keepdims=keepdim)
    elif p == 0:
        value = np.sum(magnitudes != 0, axis=axis, keepdims=keepdim)
    else:
        value = np.sum(magnitudes ** p, axis=axis, keepdims=keepdim) ** (1 / p)
    return case("norm", name, [x], [out(x.dtype, value)], [p, Dims(list(dims)), keepdim])


def logsumexp_of(name, x, dims=(), keepdim=False):
    axis = axes_of(x, dims)
    values = x.values.astype(np.float64)
    largest = np.max(values, axis=axis, keepdims=True, initial=-INF)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    total = np.sum(np.exp(values - largest), axis=axis, keepdims=True)
    value = np.log(total) + largest
    if not keepdim:
        value = np.squeeze(value, axis=axis) if x.values.ndim else value
    dtype = x.dtype if category(x.dtype) == 2 else F32
    return case("logsumexp", name, [x], [out(dtype, value)], [Dims(list(dims)), keepdim])


def in_every_shape(row, dtypes, low=-2.0, high=2.0, alone=F64):
    """Rows that every op with dims and keepdim has. `alone`: the dtype of scalars; of float64 the
    result has to be smooth."""
    for dtype in dtypes:
        yield row(dtype, tensor(dtype, (2, 3), low, high))
    yield row("scalar", tensor(alone, (), low, high))
    yield row("scalar over its dimension", tensor(alone, (), low, high), [0])
    yield row("beside an empty dimension", tensor(F32, (2, 0, 3), low, high), [0])
    yield row("first", tensor(F64, (2, 3, 2), low, high), [0])
    yield row("middle", tensor(F64, (2, 3, 2), low, high), [1])
    yield row("last kept", tensor(F64, (2, 3, 2), low, high), [-1], keepdim=True)
    yield row("outer two", tensor(F64, (2, 3, 2), low, high), [-1, 0])
    yield row("all kept", tensor(F32, (2, 3), low, high), [], keepdim=True)
    for layout in ("transposed", "sliced"):
        yield row(layout, tensor(F64, (3, 3, 2), low, high, layout=layout), [1])
    yield row("transposed, all", tensor(F32, (3, 4), low, high, layout="transposed"))
    # Longer than any vector of the kernels, with a rest, along rows and along columns.
    yield row("long", tensor(F32, (300,), low, high))
    yield row("rows", tensor(F32, (3, 130), low, high), [1])
    yield row("columns", tensor(F32, (5, 70), low, high), [0])
    yield row("short rows of halves", tensor(F16, (80, 3), low, high), [1])
    yield row("columns of halves", tensor(F16, (5, 33), low, high), [0])


def along_one(row, dtypes, low=-2.0, high=2.0):
    """Rows that every op with one dim has."""
    for dtype in dtypes:
        yield row(dtype, tensor(dtype, (2, 3), low, high), 1)
    yield row("scalar", tensor(F64, (), low, high), 0)
    yield row("beside an empty dimension", tensor(F32, (2, 0, 3), low, high), 0)
    yield row("middle", tensor(F64, (2, 3, 2), low, high), 1)
    yield row("first kept", tensor(F64, (3, 2), low, high), 0, keepdim=True)
    yield row("last kept", tensor(F64, (2, 3, 2), low, high), -1, keepdim=True)
    for layout in ("transposed", "sliced"):
        yield row(layout, tensor(F64, (3, 3, 2), low, high, layout=layout), 1)
    yield row("rows", tensor(F32, (3, 130), low, high), 1)
    yield row("columns", tensor(F32, (5, 70), low, high), 0)
    yield row("columns of halves", tensor(F16, (5, 33), low, high), 0)


TIES = [[1.0, 3.0, 3.0], [2.0, 2.0, 0.5]]
SPECIAL = [[1.0, NAN, 3.0, NAN], [INF, 2.0, 0.0, -INF], [-INF, -INF, -INF, -INF]]
amax, amin = reduced("amax", np.max), reduced("amin", np.min)
var, std = spread("var", np.asarray), spread("std", np.sqrt)
any_of, all_of = truth("any", np.any), truth("all", np.all)
argmax, argmin = arg_of("argmax", np.argmax), arg_of("argmin", np.argmin)
max_dim, min_dim = along("max_dim", np.max, np.argmax), along("min_dim", np.min, np.argmin)

CASES = [
    *in_every_shape(sum_of, DTYPES),
    sum_of("empty", tensor(F64, (0,))),
    sum_of("over an empty dimension", tensor(F32, (2, 0, 3)), [1]),
    sum_of("broadcast", tensor(F64, (3, 2), layout="broadcast"), [0], True),
    sum_of("wider", tensor(F32, (3, 2)), [0], dtype=F64),
    sum_of("narrower", given(F64, [1.0, 1e-9, 2.0**24 + 1]), dtype=F32),
    sum_of("integers as floats", tensor(INT, (3, 2)), dtype=F32),
    sum_of("special", given(F32, SPECIAL), [1]),
    *in_every_shape(mean_of, FLOATS),
    *(mean_of(f"{dtype} as doubles", tensor(dtype, (2, 3)), dtype=F64) for dtype in DTYPES),
    mean_of("empty", tensor(F32, (0,))),
    mean_of("over an empty dimension", tensor(F32, (2, 0, 3)), [1]),
    mean_of("broadcast", tensor(F64, (3, 2), layout="broadcast"), [0], True),
    mean_of("special", given(F32, SPECIAL), [1]),
    *in_every_shape(amax, DTYPES),
    *in_every_shape(amin, DTYPES),
    *(row("ties", given(F32, TIES), [1]) for row in (amax, amin)),
    *(row("special", given(F32, SPECIAL), [1]) for row in (amax, amin)),
    *(row(name, tensor(dtype, shape)) for op, function in (("max", np.max), ("min", np.min))
      for row in [extremum_of_all(op, function)]
      for name, dtype, shape in [*((dtype, dtype, (2, 3)) for dtype in DTYPES),
                                 ("scalar", F64, ()), ("long", F32, (300,))]),
    *(row("ties", given(F32, TIES)) for row in (extremum_of_all("max", np.max),
                                                extremum_of_all("min", np.min))),
    *(row("special", given(F32, SPECIAL)) for row in (extremum_of_all("max", np.max),
                                                      extremum_of_all("min", np.min))),
    *along_one(argmax, NUMERIC),
    *along_one(argmin, NUMERIC),
    *(row("of all", tensor(F64, (3, 4), layout="transposed")) for row in (argmax, argmin)),
    *(row("of all kept", tensor(F32, (3, 4)), NONE, True) for row in (argmax, argmin)),
    *(row("long", tensor(F32, (1300,))) for row in (argmax, argmin)),
    *(row("ties", given(F32, TIES), 1) for row in (argmax, argmin)),
    *(row("special", given(F32, SPECIAL), 1) for row in (argmax, argmin)),
    *along_one(max_dim, DTYPES),
    *along_one(min_dim, DTYPES),
    *(row("ties", given(F32, TIES), 1) for row in (max_dim, min_dim)),
    *(row("special", given(F32, SPECIAL), 1) for row in (max_dim, min_dim)),
    *along_one(prod_of, DTYPES, 0.5, 2.0),
    prod_of("of all", tensor(F64, (2, 3))),
    prod_of("of all kept", tensor(F64, (2, 3)), NONE, True),
    prod_of("empty", tensor(F64, (0,))),
    prod_of("with a zero", given(F64, [[2.0, 0.0, 3.0], [0.0, 0.5, 0.0]]), 1),
    prod_of("wider", tensor(F32, (3, 2)), 0, dtype=F64),
    prod_of("integers as floats", tensor(INT, (3, 2), 0.5, 2.0), dtype=F64),
    *(prod_others(dtype, tensor(dtype, (2, 3), 0.5, 2.0), 1) for dtype in FLOATS),
    prod_others("scalar", tensor(F64, ()), 0),
    prod_others("one", tensor(F64, (2, 1)), 1),
    prod_others("empty", tensor(F64, (2, 0)), 1),
    prod_others("with zeros", given(F64, [[2.0, 0.0, 3.0], [0.0, 0.5, 0.0]]), 1),
    prod_others("transposed", tensor(F64, (5, 2), layout="transposed"), 0),
    *in_every_shape(any_of, DTYPES),
    *in_every_shape(all_of, DTYPES),
    *(row(f"{dtype} zeros", given(dtype, [[0, 1], [0, 0], [1, 1]]), [1])
      for row in (any_of, all_of) for dtype in (BOOL, INT, F32)),
    *(row("over an empty dimension", tensor(F32, (2, 0)), [1]) for row in (any_of, all_of)),
    *in_every_shape(var, FLOATS, alone=F32),
    *in_every_shape(std, FLOATS, alone=F32),
    *(row("without correction", tensor(F64, (2, 3)), [1], 0.0) for row in (var, std)),
    *(row("half a correction", tensor(F64, (2, 3)), [0], 0.5) for row in (var, std)),
    *(row("far from zero", tensor(F32, (2, 40), 1000.0, 1002.0), [1]) for row in (var, std)),
    *(row("special", given(F32, SPECIAL), [1]) for row in (var, std)),
    *in_every_shape(norm_of, FLOATS),
    *(norm_of(f"p = {p}", tensor(F64, (2, 3), 0.5, 2.5), [1], p)
      for p in (0.0, 0.5, 1.0, 1.5, 3.0, INF, -INF, -1.5)),
    *(norm_of(f"p = {p}, long", tensor(F32, (45,), -3.0, 2.0), [], p)
      for p in (0.0, 1.0, 2.5, INF, -INF)),
    norm_of("over an empty dimension", tensor(F32, (2, 0)), dims=[1]),
    norm_of("zeros", given(F32, [[0.0, 0.0], [3.0, -4.0]]), dims=[1]),
    norm_of("special", given(F32, SPECIAL), dims=[1]),
    *in_every_shape(logsumexp_of, DTYPES),
    logsumexp_of("over an empty dimension", tensor(F32, (2, 0)), [1]),
    logsumexp_of("large", given(F32, [[100.0, 100.5], [-100.0, -99.0]]), [1]),
    logsumexp_of("infinite", given(F32, [[-INF, -INF], [INF, 1.0], [NAN, 0.0], [-INF, 1.0]]), [1]),
]
