"""Ops with indices in a tensor."""

import numpy as np

from table import BOOL, DTYPES, F32, F64, I32, INT, NUMERIC, Dims, Number, case, given, out, tensor


def index_select(name, x, index, dim):
    return case("index_select", name, [x, given(INT, index)],
                [out(x.dtype, np.take(x.values, np.array(index, dtype=np.int64), axis=dim))], [dim])


def index_add(name, x, index, source, dim):
    result = np.moveaxis(x.values.copy(), dim, 0)
    for i, part in zip(index, np.moveaxis(source.values, dim, 0)):
        result[i] = result[i] + part
    return case("index_add", name, [x, given(INT, index), source],
                [out(x.dtype, np.moveaxis(result, 0, dim))], [dim])


def nonzero(name, x):
    return case("nonzero", name, [x], [out(INT, np.argwhere(x.values))])


def at_least_vector(values):
    return values.reshape(1) if values.ndim == 0 else values


def gather(name, x, index, dim, index_dtype=INT):
    places = given(index_dtype, index)
    values = np.take_along_axis(cut(x.values, places.values, dim), at_least_vector(places.values),
                                dim)
    return case("gather", name, [x, places], [out(x.dtype, values.reshape(places.values.shape))],
                [dim])


def cut(values, index, dim):
    """The part of the values that the index has lines for."""
    values, index = at_least_vector(values), at_least_vector(index)
    return values[tuple(slice(None) if d == dim % values.ndim else slice(size)
                        for d, size in enumerate(index.shape))]


def scattered(x, index, source, dim, add):
    """Element by element, in order."""
    result = at_least_vector(x.values).copy()
    index = at_least_vector(index.values)
    source = at_least_vector(source.values)
    for place in np.ndindex(index.shape):
        value = source[place] if not source.shape == (1,) or index.shape == (1,) else source[0]
        to = list(place)
        to[dim] = index[place]
        result[tuple(to)] = result[tuple(to)] + value if add else value
    return result.reshape(x.values.shape)


def scatter(op, name, x, index, source, dim, index_dtype=INT):
    places = given(index_dtype, index)
    result = scattered(x, places, source, dim, op == "scatter_add")
    return case(op, name, [x, places, source], [out(x.dtype, result)], [dim])


def index(name, x, dims, *indices, dtype=INT):
    at = [slice(None)] * x.values.ndim
    places = [given(dtype, i) for i in indices]
    for dim, place in zip(dims, places):
        at[dim] = place.values
    return case("index", name, [x, *places], [out(x.dtype, x.values[tuple(at)])], [Dims(dims)])


def index_put(name, x, dims, values, *indices, accumulate=False):
    at = [slice(None)] * x.values.ndim
    places = [given(INT, i) for i in indices]
    for dim, place in zip(dims, places):
        at[dim] = place.values
    result = x.values.copy()
    if accumulate:
        np.add.at(result, tuple(at), values.values)
    else:
        result[tuple(at)] = values.values
    return case("index_put", name, [x, values, *places], [out(x.dtype, result)],
                [Dims(dims), accumulate])


def embedding(name, weight, indices, padding=-1, dtype=INT):
    places = given(dtype, indices)
    return case("embedding", name, [weight, places], [out(weight.dtype, weight.values[places.values])],
                [padding])


def masked_select(name, x, mask):
    values, chosen = np.broadcast_arrays(x.values, mask.values)
    return case("masked_select", name, [x, mask], [out(x.dtype, values[chosen])])


def flip(name, x, dims):
    return case("flip", name, [x], [out(x.dtype, np.flip(x.values, tuple(dims)))], [Dims(dims)])


def roll(name, x, shifts, dims=()):
    values = np.roll(x.values, shifts, dims) if dims else np.roll(x.values, shifts[0])
    return case("roll", name, [x], [out(x.dtype, values)], [Dims(shifts), Dims(list(dims))])


def order_of(x, dim, descending):
    values = at_least_vector(x.values)
    if not descending:
        return np.argsort(values, dim, kind="stable")
    # Of equal elements the earlier one comes first in this direction too.
    size = values.shape[dim]
    return np.flip(size - 1 - np.argsort(np.flip(values, dim), dim, kind="stable"), dim)


def ordered(op, name, x, order, dim, attributes):
    shape = () if x.values.ndim == 0 else order.shape
    values = np.take_along_axis(at_least_vector(x.values), order, dim)
    return case(op, name, [x], [out(x.dtype, values.reshape(shape)), out(INT, order.reshape(shape))],
                attributes)


def sort(name, x, dim=-1, descending=False):
    return ordered("sort", name, x, order_of(x, dim, descending), dim, [dim, descending])


def topk(name, x, k, dim=-1, largest=True):
    order = np.take(order_of(x, dim, largest), np.arange(k), dim)
    return ordered("topk", name, x, order, dim, [k, dim, largest, True])


CASES = [
    *(index_select(dtype, tensor(dtype, (4, 2)), [2, 0, 2], 0) for dtype in DTYPES),
    index_select("last dimension", tensor(F64, (2, 3)), [1, 1, 0, 2], -1),
    index_select("no index", tensor(F64, (2, 3)), [], 1),
    index_select("empty", tensor(F64, (0, 3)), [2, 1], 1),
    index_select("vector", tensor(F64, (3,)), [2], 0),
    index_select("transposed", tensor(F64, (3, 4), layout="transposed"), [3, 0], 1),
    index_select("sliced", tensor(F64, (3, 4), layout="sliced"), [2, 1], 0),
    *(index_add(dtype, tensor(dtype, (4, 2)), [2, 0, 2], tensor(dtype, (3, 2), phase=1), 0)
      for dtype in DTYPES),
    index_add("last dimension", tensor(F64, (2, 3)), [1, 1], tensor(F64, (2, 2), phase=1), -1),
    index_add("no index", tensor(F64, (2, 3)), [], tensor(F64, (2, 0)), 1),
    index_add("empty", tensor(F64, (0, 3)), [1], tensor(F64, (0, 1)), 1),
    index_add("sliced", tensor(F64, (3, 2), layout="sliced"), [0, 0],
              tensor(F64, (2, 2), phase=1, layout="transposed"), 0),
    *(nonzero(dtype, tensor(dtype, (3, 4))) for dtype in DTYPES),
    nonzero("zeros", given(F32, [[0.0, -0.0], [0.5, np.nan]])),
    nonzero("scalar", given(BOOL, True)),
    nonzero("zero scalar", given(INT, 0)),
    nonzero("empty", tensor(F64, (0, 2))),
    nonzero("transposed", tensor(INT, (3, 4), layout="transposed")),

    *(gather(dtype, tensor(dtype, (3, 2)), [[2, 0], [1, 1]], 0) for dtype in DTYPES),
    gather("32-bit index", tensor(F64, (3, 2)), [[2, 0]], 0, I32),
    gather("last dimension", tensor(F64, (2, 3)), [[2, 0, 2, 1], [1, 1, 0, 0]], -1),
    gather("fewer lines", tensor(F64, (3, 2, 4)), [[[2], [0]]], 2),
    gather("of a scalar", tensor(F64, ()), [0, 0], 0),
    gather("scalars", tensor(F64, ()), 0, 0),
    gather("to a scalar", tensor(F64, (3,)), 2, 0),
    gather("empty", tensor(F64, (0, 2)), np.zeros((0, 2)), 0),
    gather("no index", tensor(F64, (2, 2)), np.zeros((0, 2)), 0),
    gather("transposed", tensor(F64, (2, 3), layout="transposed"), [[1, 0, 1]], 0),

    *(scatter("scatter_add", dtype, tensor(dtype, (3, 2)), [[2, 0], [2, 1]],
              tensor(dtype, (2, 2), phase=1), 0) for dtype in DTYPES),
    scatter("scatter_add", "32-bit index", tensor(F64, (3, 2)), [[2, 0]], tensor(F64, (1, 2)), 0,
            I32),
    scatter("scatter_add", "last dimension", tensor(F64, (2, 3)), [[2, 2, 2, 1], [1, 1, 0, 0]],
            tensor(F64, (2, 4), phase=1), -1),
    scatter("scatter_add", "part of the source", tensor(F64, (3, 4)), [[2, 0], [2, 1]],
            tensor(F64, (3, 3), phase=1), 0),
    scatter("scatter_add", "scalars", tensor(F64, ()), 0, tensor(F64, (), phase=1), 0),
    scatter("scatter_add", "vector into a scalar", tensor(F64, ()), [0, 0],
            tensor(F64, (2,), phase=1), 0),
    scatter("scatter_add", "empty", tensor(F64, (2, 0)), np.zeros((2, 0)), tensor(F64, (2, 0)), 0),
    scatter("scatter_add", "no index", tensor(F64, (2, 2)), np.zeros((0, 2)),
            tensor(F64, (1, 2), phase=1), 0),
    scatter("scatter_add", "sliced", tensor(F64, (3, 2), layout="sliced"), [[0, 0]],
            tensor(F64, (1, 2), phase=1, layout="transposed"), 0),

    *(scatter("scatter", dtype, tensor(dtype, (3, 2)), [[2, 0], [0, 1]],
              tensor(dtype, (2, 2), phase=1), 0) for dtype in DTYPES),
    *(scatter("scatter", f"{dtype} number", tensor(dtype, (3, 2)), [[2, 0], [2, 1]], Number(1), 0)
      for dtype in DTYPES),
    scatter("scatter", "fraction", tensor(F64, (3, 2)), [[2, 0]], Number(2.5), 0),
    scatter("scatter", "last dimension", tensor(F64, (2, 3)), [[2, 1], [1, 0]],
            tensor(F64, (2, 2), phase=1), -1),
    scatter("scatter", "part of the source", tensor(F64, (3, 4)), [[2, 0], [1, 1]],
            tensor(F64, (3, 3), phase=1), 0),
    scatter("scatter", "scalars", tensor(F64, ()), 0, tensor(F64, (), phase=1), 0),
    scatter("scatter", "empty", tensor(F64, (2, 0)), np.zeros((2, 0)), tensor(F64, (2, 0)), 0),
    scatter("scatter", "sliced", tensor(F64, (3, 2), layout="sliced"), [[0, 1]],
            tensor(F64, (1, 2), phase=1, layout="transposed"), 0),

    *(index(dtype, tensor(dtype, (3, 2)), [0], [2, -1, 0]) for dtype in DTYPES),
    index("32-bit index", tensor(F64, (3, 2)), [0], [1, 1], dtype=I32),
    index("two dimensions", tensor(F64, (3, 4, 2)), [0, 1], [2, 0, 2], [3, -4, 3]),
    index("broadcast", tensor(F64, (3, 4)), [0, 1], [[2], [0]], [3, 1, 0]),
    index("behind", tensor(F64, (2, 3, 2)), [1, 2], [[0, 2]], [1]),
    index("apart", tensor(F64, (2, 3, 4)), [0, 2], [1, 0, 1], [3, 3, 0]),
    index("middle of three", tensor(F64, (2, 3, 2)), [1], [[2, 0], [1, 1]]),
    index("scalar index", tensor(F64, (2, 3)), [1], 2),
    index("no entries", tensor(F64, (2, 3)), [0], []),
    index("empty", tensor(F64, (2, 0)), [0], [1, 0]),
    index("transposed", tensor(F64, (3, 4), layout="transposed"), [1], [3, 0]),

    *(index_put(dtype, tensor(dtype, (3, 2)), [0], tensor(dtype, (2, 2), phase=1), [2, -3])
      for dtype in DTYPES),
    *(index_put(f"{dtype} added", tensor(dtype, (3, 2)), [0], tensor(dtype, (3, 2), phase=1),
                [2, 0, 2], accumulate=True) for dtype in DTYPES),
    *(index_put(f"{dtype} number", tensor(dtype, (3, 2)), [0], Number(1), [2, 0])
      for dtype in DTYPES),
    index_put("fraction", tensor(F64, (3, 2)), [1], Number(2.5), [0]),
    index_put("two dimensions", tensor(F64, (3, 4)), [0, 1], tensor(F64, (2,), phase=1), [2, 0],
              [1, 3]),
    index_put("broadcast", tensor(F64, (3, 4)), [0, 1], tensor(F64, (3,), phase=1), [[2], [0]],
              [3, 1, 0]),
    index_put("apart", tensor(F64, (2, 3, 4)), [0, 2], tensor(F64, (2, 3), phase=1), [1, 0],
              [3, 0]),
    index_put("apart, added", tensor(F64, (2, 2, 3)), [0, 2], tensor(F64, (2, 1), phase=1), [1, 1],
              [2, 2], accumulate=True),
    index_put("behind", tensor(F64, (2, 3)), [1], tensor(F64, (2, 2), phase=1), [2, 0]),
    index_put("scalar values", tensor(F64, (2, 3)), [1], tensor(F64, (), phase=1), [2, 0]),
    index_put("no entries", tensor(F64, (2, 3)), [0], tensor(F64, (0, 3)), []),
    index_put("sliced", tensor(F64, (3, 2), layout="sliced"), [0],
              tensor(F64, (2, 2), phase=1, layout="transposed"), [0, 2]),

    *(embedding(dtype, tensor(dtype, (4, 2)), [2, 0, 2]) for dtype in DTYPES),
    embedding("32-bit index", tensor(F64, (4, 2)), [[3, 1]], dtype=I32),
    embedding("matrix", tensor(F64, (4, 3)), [[3, 1], [0, 3]]),
    embedding("scalar index", tensor(F64, (4, 3)), 2),
    embedding("padding elsewhere", tensor(F64, (4, 3)), [1, 2], 3),
    embedding("empty", tensor(F64, (4, 3)), []),
    embedding("transposed", tensor(F64, (4, 3), layout="transposed"), [3, 3, 0]),

    *(masked_select(dtype, tensor(dtype, (3, 2)), tensor(BOOL, (3, 2))) for dtype in DTYPES),
    masked_select("broadcast mask", tensor(F64, (2, 3)), given(BOOL, [True, False, True])),
    masked_select("broadcast input", tensor(F64, (3,)), tensor(BOOL, (2, 3))),
    masked_select("broadcast both", tensor(F64, (3, 1)), tensor(BOOL, (2,), phase=1)),
    masked_select("none", tensor(F64, (2,)), given(BOOL, [False, False])),
    masked_select("scalars", tensor(F64, ()), given(BOOL, True)),
    masked_select("empty", tensor(F64, (0, 2)), tensor(BOOL, (0, 2))),
    masked_select("transposed", tensor(F64, (2, 3), layout="transposed"), tensor(BOOL, (2, 3))),

    *(flip(dtype, tensor(dtype, (2, 3)), [0]) for dtype in DTYPES),
    flip("all", tensor(F64, (2, 3, 2)), [0, 1, 2]),
    flip("last", tensor(F64, (2, 3)), [-1]),
    flip("no dimension", tensor(F64, (2, 3)), []),
    flip("scalar", tensor(F64, ()), []),
    flip("empty", tensor(F64, (0, 3)), [0, 1]),
    flip("sliced", tensor(F64, (2, 3), layout="sliced"), [1]),

    *(roll(dtype, tensor(dtype, (2, 3)), [1], [1]) for dtype in DTYPES),
    roll("several", tensor(F64, (3, 4)), [-1, 2], [0, 1]),
    roll("one twice", tensor(F64, (5,)), [1, 1], [0, -1]),
    roll("all around", tensor(F64, (2, 3)), [4, -6], [0, 1]),
    roll("in row-major order", tensor(F64, (2, 3)), [2]),
    roll("scalar", tensor(F64, ()), [2]),
    roll("empty", tensor(F64, (0, 3)), [1, 1], [0, 1]),
    roll("transposed", tensor(F64, (2, 3), layout="transposed"), [1], [1]),

    *(sort(dtype, tensor(dtype, (2, 5))) for dtype in DTYPES),
    *(sort(f"{dtype} descending", tensor(dtype, (2, 5)), descending=True) for dtype in DTYPES),
    sort("first dimension", tensor(F64, (4, 3)), 0),
    sort("middle", tensor(F64, (2, 4, 3)), 1, True),
    sort("not a number", given(F32, [2.0, np.nan, -np.inf, np.nan, 1.0])),
    sort("scalar", tensor(F64, ()), 0),
    sort("empty", tensor(F64, (2, 0))),
    sort("beside an empty dimension", tensor(F64, (0, 2))),
    sort("transposed", tensor(F64, (3, 4), layout="transposed")),

    *(topk(dtype, tensor(dtype, (2, 5)), 2) for dtype in NUMERIC),
    topk("smallest", tensor(F64, (2, 5)), 3, largest=False),
    topk("first dimension", tensor(F64, (4, 3)), 2, 0),
    topk("all", tensor(F64, (4,)), 4),
    topk("none", tensor(F64, (2, 3)), 0),
    topk("not a number", given(F32, [2.0, np.nan, 3.0]), 2),
    topk("scalar", tensor(F64, ()), 1, 0),
    topk("empty", tensor(F64, (0, 3)), 1),
    topk("sliced", tensor(F64, (2, 4), layout="sliced"), 2),
]
