"""Several tensors, or several copies of one, in a larger one."""

import functools

import numpy as np

from table import DTYPES, F32, F64, INTEGERS, Dims, Scalar, case, out, promote, tensor


def common_dtype(tensors):
    return functools.reduce(promote, (x.dtype for x in tensors))


def cat(name, tensors, dim=0):
    some = [x for x in tensors if x.shape != [0]] or tensors[:1]
    return case("cat", name, tensors,
                [out(common_dtype(tensors), np.concatenate([x.values for x in some], dim))], [dim])


def stack(name, tensors, dim=0):
    return case("stack", name, tensors,
                [out(common_dtype(tensors), np.stack([x.values for x in tensors], dim))], [dim])


def repeat(name, x, repeats):
    return case("repeat", name, [x], [out(x.dtype, np.tile(x.values, repeats))], [Dims(repeats)])


def pad(name, x, sizes, value=0):
    margins = [[0, 0] for _ in x.shape]
    for i in range(0, len(sizes), 2):
        margins[-1 - i // 2] = sizes[i:i + 2]
    stored = np.trunc(value) if x.dtype in INTEGERS else value
    grown = x.values
    if margins:
        grown = np.pad(grown, [[max(size, 0) for size in pair] for pair in margins],
                       constant_values=stored)
    kept = tuple(slice(max(-front, 0), grown.shape[d] - max(-behind, 0))
                 for d, (front, behind) in enumerate(margins))
    return case("constant_pad_nd", name, [x], [out(x.dtype, grown[kept])],
                [Dims(sizes), Scalar(value)])


CASES = [
    *(cat(dtype, [tensor(dtype, (2, 3)), tensor(dtype, (1, 3), phase=1)]) for dtype in DTYPES),
    *(cat(f"{a} and {b}", [tensor(a, (2,)), tensor(b, (3,), phase=1)])
      for a in DTYPES for b in DTYPES if a != b),
    cat("one", [tensor(F64, (2, 3))], 1),
    cat("last dimension", [tensor(F64, (2, 1)), tensor(F64, (2, 2), phase=1),
                           tensor(F64, (2, 1), phase=2)], -1),
    cat("middle", [tensor(F64, (2, 1, 2)), tensor(F64, (2, 3, 2), phase=1)], 1),
    cat("empty part", [tensor(F64, (2, 0)), tensor(F64, (2, 3))], 1),
    cat("nothing and something", [tensor(F64, (0,)), tensor(F64, (2, 3))], 1),
    cat("nothing", [tensor(F64, (0,)), tensor(F64, (0,))]),
    cat("nothing has a dtype", [tensor(F64, (0,)), tensor(F32, (2,))]),
    cat("sliced and transposed", [tensor(F64, (2, 3), layout="sliced"),
                                  tensor(F64, (3, 3), phase=1, layout="transposed")]),

    *(stack(dtype, [tensor(dtype, (2, 3)), tensor(dtype, (2, 3), phase=1)]) for dtype in DTYPES),
    *(stack(f"{a} and {b}", [tensor(a, (2,)), tensor(b, (2,), phase=1)])
      for a in DTYPES for b in DTYPES if a != b),
    stack("one", [tensor(F64, (2, 3))], 1),
    stack("last dimension", [tensor(F64, (2, 3), phase=i) for i in range(3)], -1),
    stack("middle", [tensor(F64, (2, 3)), tensor(F64, (2, 3), phase=1)], 1),
    stack("scalars", [tensor(F64, ()), tensor(F64, (), phase=1)]),
    stack("empty", [tensor(F64, (0, 2)), tensor(F64, (0, 2))], 2),
    stack("sliced and transposed", [tensor(F64, (2, 3), layout="sliced"),
                                    tensor(F64, (2, 3), phase=1, layout="transposed")], 1),

    *(repeat(dtype, tensor(dtype, (2, 3)), [2, 1]) for dtype in DTYPES),
    repeat("new dimensions", tensor(F64, (2,)), [3, 1, 2]),
    repeat("scalar", tensor(F64, ()), [2, 2]),
    repeat("scalar as it is", tensor(F64, ()), []),
    repeat("zero times", tensor(F64, (2, 3)), [0, 2]),
    repeat("empty", tensor(F64, (0, 2)), [2, 2]),
    repeat("transposed", tensor(F64, (2, 3), layout="transposed"), [2, 2]),

    *(pad(dtype, tensor(dtype, (2, 3)), [1, 2], 1) for dtype in DTYPES),
    pad("fraction", tensor(F64, (2, 3)), [1, 0, 0, 2], 2.5),
    pad("cut off", tensor(F64, (3, 4)), [-1, -2]),
    pad("cut off and added", tensor(F64, (3, 4)), [-1, 2, 1, -1], 1.5),
    pad("nothing left", tensor(F64, (2, 3)), [-1, -2], 1.0),
    pad("all replaced", tensor(F64, (2, 3)), [-3, 4], 1.0),
    pad("nothing", tensor(F64, (2, 3)), []),
    pad("scalar", tensor(F64, ()), []),
    pad("empty", tensor(F64, (0, 2)), [1, 1, 2, 0], 0.5),
    pad("transposed", tensor(F64, (2, 3), layout="transposed"), [1, 1, 1, 1]),
]
