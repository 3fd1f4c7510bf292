"""Ops with indices in a tensor."""

import numpy as np

from table import BOOL, DTYPES, F32, F64, INT, case, given, out, tensor


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
]
