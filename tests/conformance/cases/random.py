"""Random numbers. Their values are compared between devices and runs, not with NumPy's."""

from table import DEVICE, F32, F64, FLOATS, Dims, DType, case


def random(op, name, shape, dtype, seed=7, offset=3):
    return case(op, name, [], None, [Dims(shape), DType(dtype), DEVICE, seed, offset])


CASES = [
    row for op in ("rand", "randn") for row in (
        *(random(op, dtype, [3, 5], dtype) for dtype in FLOATS),
        random(op, "empty", [0, 2], F32),
        random(op, "scalar", [], F64),
        random(op, "far offset", [4], F64, seed=-1, offset=2**40),
    )
]
