"""Tensors from nothing."""

import numpy as np

from table import BOOL, DEVICE, DTYPES, F32, INT, Dims, DType, Scalar, case, out


def full(name, shape, value, dtype, stored):
    return case("full", name, [], [out(dtype, np.full(shape, stored))],
                [Dims(shape), Scalar(value), DType(dtype), DEVICE])


CASES = [
    *(full(dtype, [2, 3], 1, dtype, 1) for dtype in DTYPES),
    full("empty", [2, 0], 3, INT, 3),
    full("scalar", [], 2.5, F32, 2.5),
    full("fraction as integer", [2], -2.5, INT, -2),
    full("number as bool", [2], 0.5, BOOL, True),
]
