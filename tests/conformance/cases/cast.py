"""Changes of dtype and device."""

import numpy as np

from table import DEVICE, DTYPES, F32, F64, INT, NONE, DType, case, given, out, tensor


def converted(values, dtype):
    return np.trunc(values) if dtype == INT else values


CASES = [
    *(case("to", f"{source} to {target}", [tensor(source, (2, 3))],
           [out(target, converted(tensor(source, (2, 3)).values, target))],
           [DType(target), NONE])
      for source in DTYPES for target in DTYPES),
    case("to", "empty", [tensor(F32, (0, 2))], [out(F64, np.zeros((0, 2)))], [DType(F64), NONE]),
    case("to", "scalar", [tensor(F64, ())], [tensor(F64, ())], [NONE, DEVICE]),
    case("to", "transposed", [tensor(F64, (2, 3), layout="transposed")],
         [out(F32, tensor(F64, (2, 3)).values)], [DType(F32), DEVICE]),
    case("to", "beyond integers", [given(F64, [1e30, -np.inf, np.nan, 2.0**63, -0.9])],
         [out(INT, [-(2**63)] * 4 + [0])], [DType(INT), NONE]),
    case("to", "large integers", [given(INT, [2**24 + 1, -(2**40)])],
         [out(F64, [2.0**24 + 1, -(2.0**40)])], [DType(F64), NONE]),
]
