"""Ops that rearrange elements, with and without a copy."""

import numpy as np

from table import DTYPES, F32, F64, INT, NONE, Dims, Number, case, out, tensor


def strided(storage, shape, strides, offset):
    """numpy's as_strided over a vector, checked and counted in elements."""
    places = offset + sum((np.arange(n) * s).reshape([-1 if d == i else 1 for d in range(len(shape))])
                          for i, (n, s) in enumerate(zip(shape, strides)))
    return np.broadcast_to(places, shape).astype(np.int64)


def as_strided(name, x, shape, strides, offset):
    values = x.values.ravel()[strided(x.values, shape, strides, offset)]
    return case("as_strided", name, [x], [out(x.dtype, values)],
                [Dims(shape), Dims(strides), offset])


def strided_accumulate(name, x, shape, strides, offset):
    storage = np.zeros(int(np.prod(shape)), dtype=x.values.dtype)
    np.add.at(storage, strided(storage, x.shape, strides, offset).ravel(), x.values.ravel())
    return case("strided_accumulate", name, [x], [out(x.dtype, storage.reshape(shape))],
                [Dims(shape), Dims(strides), offset])


def strided_scatter(name, base, source, strides, offset):
    storage = base.values.ravel().copy()
    storage[strided(storage, source.shape, strides, offset).ravel()] = source.values.ravel()
    return case("strided_scatter", name, [base, source],
                [out(base.dtype, storage.reshape(base.shape))], [Dims(strides), offset])


def clone(name, x):
    return case("clone", name, [x], [out(x.dtype, x.values)])


def copy(name, x, source):
    values = np.trunc(source.values) if x.dtype == INT else source.values
    return case("copy", name, [x, source], [out(x.dtype, np.broadcast_to(values, x.shape))])


def detach(name, x):
    return case("detach", name, [x], [out(x.dtype, x.values)])


def expand(name, x, shape):
    added = len(shape) - x.values.ndim
    sizes = [x.values.shape[d - added] if size == -1 else size for d, size in enumerate(shape)]
    return case("expand", name, [x], [out(x.dtype, np.broadcast_to(x.values, sizes))],
                [Dims(shape)])


def select(name, x, dim, index):
    return case("select", name, [x], [out(x.dtype, np.take(x.values, index, axis=dim))],
                [dim, index])


def slice_of(name, x, dim, start, end, step):
    at = [slice(None)] * x.values.ndim
    at[dim] = slice(start, end, step)
    return case("slice", name, [x], [out(x.dtype, x.values[tuple(at)])], [dim, start, end, step])


def transpose(name, x, a, b):
    values = x.values if x.values.ndim == 0 else np.swapaxes(x.values, a, b)
    return case("transpose", name, [x], [out(x.dtype, values)], [a, b])


def view(name, x, shape):
    return case("view", name, [x], [out(x.dtype, x.values.reshape(shape))], [Dims(shape)])


def permute(name, x, dims):
    return case("permute", name, [x], [out(x.dtype, np.transpose(x.values, dims))], [Dims(dims)])


def unsqueeze(name, x, dim):
    return case("unsqueeze", name, [x], [out(x.dtype, np.expand_dims(x.values, dim))], [dim])


def squeeze(name, x, dims=NONE):
    ranks = range(x.values.ndim) if dims is NONE or x.values.ndim == 0 else dims
    axes = tuple(d for d in ranks if x.values.shape[d] == 1)
    values = np.squeeze(x.values, axes) if axes or dims is not NONE else x.values
    return case("squeeze", name, [x], [out(x.dtype, values)],
                [NONE if dims is NONE else Dims(dims)])


def diagonal(name, x, offset=0, dim1=0, dim2=1):
    return case("diagonal", name, [x], [out(x.dtype, np.diagonal(x.values, offset, dim1, dim2))],
                [offset, dim1, dim2])


def t(name, x):
    return case("t", name, [x], [out(x.dtype, x.values.T)])


def unsafe_view(name, x, shape):
    return case("unsafe_view", name, [x], [out(x.dtype, x.values.reshape(shape))], [Dims(shape)])


CASES = [
    *(as_strided(dtype, tensor(dtype, (3, 4)), [2, 2], [5, 2], 1) for dtype in DTYPES),
    as_strided("overlapping", tensor(F64, (6,)), [4, 3], [1, 1], 0),
    as_strided("repeated", tensor(F64, (6,)), [2, 3], [0, 2], 1),
    as_strided("to a scalar", tensor(F64, (6,)), [], [], 4),
    as_strided("of a scalar", tensor(F64, ()), [2], [0], 0),
    as_strided("empty", tensor(F64, (0,)), [0, 2], [2, 1], 0),

    *(strided_accumulate(dtype, tensor(dtype, (2, 2)), [3, 4], [5, 2], 1) for dtype in DTYPES),
    strided_accumulate("overlapping", tensor(F64, (4, 3)), [6], [1, 1], 0),
    strided_accumulate("repeated", tensor(F64, (2, 3)), [6], [0, 2], 1),
    strided_accumulate("scalar", tensor(F64, ()), [2, 2], [], 3),
    strided_accumulate("empty", tensor(F64, (0, 2)), [3], [1, 1], 0),
    strided_accumulate("transposed", tensor(F64, (2, 3), layout="transposed"), [6], [3, 1], 0),

    *(strided_scatter(dtype, tensor(dtype, (3, 4)), tensor(dtype, (2, 2), phase=1), [5, 2], 1)
      for dtype in DTYPES),
    strided_scatter("everything", tensor(F64, (2, 3)), tensor(F64, (3, 2), phase=1), [1, 3], 0),
    strided_scatter("scalar", tensor(F64, (2, 3)), tensor(F64, (), phase=1), [], 4),
    strided_scatter("into a scalar", tensor(F64, ()), tensor(F64, (), phase=1), [], 0),
    strided_scatter("empty", tensor(F64, (2, 3)), tensor(F64, (0, 2)), [1, 1], 0),
    strided_scatter("sliced source", tensor(F64, (2, 3)), tensor(F64, (2,), layout="sliced"),
                    [3], 2),

    *(clone(dtype, tensor(dtype, (2, 3))) for dtype in DTYPES),
    *(clone(layout, tensor(F64, (2, 3, 2), layout=layout))
      for layout in ("transposed", "sliced", "broadcast")),
    clone("empty", tensor(F64, (2, 0))),
    clone("scalar", tensor(F32, ())),

    *(copy(f"{source} to {target}", tensor(target, (2, 3)), tensor(source, (2, 3), phase=1))
      for source in DTYPES for target in DTYPES),
    copy("broadcast", tensor(F64, (2, 3)), tensor(F64, (2, 1), phase=1)),
    copy("scalar", tensor(F64, (2, 3)), tensor(F64, (), phase=1)),
    copy("number", tensor(F64, (2, 3)), Number(2.5)),
    copy("to a scalar", tensor(F64, ()), tensor(F64, (), phase=1)),
    copy("empty", tensor(F64, (0, 3)), tensor(F64, (3,))),
    copy("sliced", tensor(F64, (2, 3), layout="transposed"),
         tensor(F64, (2, 3), phase=1, layout="sliced")),

    *(detach(dtype, tensor(dtype, (2, 3))) for dtype in DTYPES),
    detach("transposed", tensor(F64, (2, 3), layout="transposed")),
    detach("empty", tensor(F64, (2, 0))),
    detach("scalar", tensor(F32, ())),

    *(expand(dtype, tensor(dtype, (2, 1)), [3, -1, 4]) for dtype in DTYPES),
    expand("scalar", tensor(F64, ()), [2, 3]),
    expand("same", tensor(F64, (2, 3)), [2, 3]),
    expand("to nothing", tensor(F64, (1, 3)), [0, 3]),
    expand("empty", tensor(F64, (0, 1)), [2, 0, 3]),
    expand("transposed", tensor(F64, (1, 3), layout="transposed"), [4, 3]),

    *(select(dtype, tensor(dtype, (3, 4)), 0, 1) for dtype in DTYPES),
    select("last", tensor(F64, (2, 3)), -1, -1),
    select("of a vector", tensor(F64, (3,)), 0, 2),
    select("empty", tensor(F64, (2, 0)), 0, 1),
    select("transposed", tensor(F64, (2, 3), layout="transposed"), 1, 2),

    *(slice_of(dtype, tensor(dtype, (5, 2)), 0, 1, 4, 2) for dtype in DTYPES),
    slice_of("open", tensor(F64, (5, 2)), 0, NONE, NONE, 3),
    slice_of("negative", tensor(F64, (2, 5)), -1, -3, -1, 1),
    slice_of("beyond", tensor(F64, (5,)), 0, -9, 9, 4),
    slice_of("nothing", tensor(F64, (5, 2)), 0, 4, 2, 1),
    slice_of("behind the end", tensor(F64, (5,)), 0, 7, 9, 1),
    slice_of("empty", tensor(F64, (0, 2)), 0, 0, 3, 1),
    slice_of("sliced", tensor(F64, (4, 3), layout="sliced"), 1, 1, NONE, 1),

    *(transpose(dtype, tensor(dtype, (2, 3)), 0, 1) for dtype in DTYPES),
    transpose("outer", tensor(F64, (2, 3, 4)), -1, 0),
    transpose("itself", tensor(F64, (2, 3)), 1, 1),
    transpose("scalar", tensor(F64, ()), 0, -1),
    transpose("empty", tensor(F64, (0, 3)), 0, 1),
    transpose("sliced", tensor(F64, (2, 3), layout="sliced"), 0, 1),

    *(view(dtype, tensor(dtype, (2, 3)), [3, 2]) for dtype in DTYPES),
    view("inferred", tensor(F64, (2, 3, 2)), [-1, 6]),
    view("scalar", tensor(F64, ()), [1, 1]),
    view("to a scalar", tensor(F64, (1, 1)), []),
    view("empty", tensor(F64, (2, 0)), [0, 5]),
    view("sliced", tensor(F64, (4, 3), layout="sliced"), [2, 2, 3]),
    view("split", tensor(F64, (4, 3), layout="transposed"), [2, 2, 3]),

    *(permute(dtype, tensor(dtype, (2, 3)), [1, 0]) for dtype in DTYPES),
    permute("cycle", tensor(F64, (2, 3, 4)), [2, 0, 1]),
    permute("from the back", tensor(F64, (2, 3, 4)), [-1, 0, -2]),
    permute("scalar", tensor(F64, ()), []),
    permute("empty", tensor(F64, (0, 3, 2)), [1, 2, 0]),
    permute("sliced", tensor(F64, (2, 3, 2), layout="sliced"), [0, 2, 1]),

    *(unsqueeze(dtype, tensor(dtype, (2, 3)), 1) for dtype in DTYPES),
    unsqueeze("in front", tensor(F64, (2, 3)), 0),
    unsqueeze("behind", tensor(F64, (2, 3)), -1),
    unsqueeze("scalar", tensor(F64, ()), 0),
    unsqueeze("empty", tensor(F64, (0, 3)), 1),
    unsqueeze("transposed", tensor(F64, (2, 3), layout="transposed"), 2),

    *(squeeze(dtype, tensor(dtype, (1, 2, 1))) for dtype in DTYPES),
    squeeze("one", tensor(F64, (1, 2, 1)), [0]),
    squeeze("one that is larger", tensor(F64, (1, 2, 1)), [1]),
    squeeze("from the back", tensor(F64, (1, 2, 1)), [-1]),
    squeeze("some", tensor(F64, (1, 2, 1, 1)), [0, 1, 3]),
    squeeze("no dimension", tensor(F64, (1, 2)), []),
    squeeze("scalar", tensor(F64, ())),
    squeeze("scalar's dimension", tensor(F64, ()), [0]),
    squeeze("to a scalar", tensor(F64, (1, 1))),
    squeeze("empty", tensor(F64, (1, 0))),
    squeeze("sliced", tensor(F64, (3, 1, 2), layout="sliced"), [1]),

    *(diagonal(dtype, tensor(dtype, (3, 3))) for dtype in DTYPES),
    diagonal("above", tensor(F64, (2, 4)), 1),
    diagonal("below", tensor(F64, (4, 2)), -2),
    diagonal("beyond", tensor(F64, (2, 3)), 5),
    diagonal("of others", tensor(F64, (2, 3, 4)), 0, -1, 0),
    diagonal("empty", tensor(F64, (0, 3))),
    diagonal("transposed", tensor(F64, (3, 2, 2), layout="transposed"), 1, 0, 2),

    *(t(dtype, tensor(dtype, (2, 3))) for dtype in DTYPES),
    t("vector", tensor(F64, (3,))),
    t("scalar", tensor(F64, ())),
    t("empty", tensor(F64, (0, 3))),
    t("sliced", tensor(F64, (2, 3), layout="sliced")),

    *(unsafe_view(dtype, tensor(dtype, (2, 3)), [3, 2]) for dtype in DTYPES),
    unsafe_view("inferred", tensor(F64, (2, 3, 2)), [-1, 6]),
    unsafe_view("scalar", tensor(F64, ()), [1, 1]),
    unsafe_view("empty", tensor(F64, (2, 0)), [0, 5]),
    unsafe_view("transposed", tensor(F64, (2, 3), layout="transposed"), [6]),
    unsafe_view("broadcast", tensor(F64, (3, 2), layout="broadcast"), [2, 3]),
]
