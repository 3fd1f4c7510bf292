"""Ops that work element by element. A row: name, meaning, domain, and the ranges of the inputs."""

import numpy as np

from table import (BOOL, DTYPES, F32, F64, FLOATS, INT, NUMERIC, Number, case, category, out,
                   result_type, tensor)

FLOATING, ANY = "floating", "any"  # integers become floats; every dtype. Else: not for bools.

# Where the functions are smooth and don't overflow, so that finite differences mean something.
AROUND_ZERO = (-2.0, 2.0)
AWAY_FROM_ZERO = (0.5, 2.5)


def result_dtype(domain, operands):
    dtype = operands[0].dtype if len(operands) == 1 else result_type(*operands)
    return F32 if domain == FLOATING and category(dtype) < 2 else dtype


def pointwise(name, operands, op, function, domain):
    dtype = result_dtype(domain, operands)
    as_numbers = [x.values if dtype in (BOOL, INT) else x.values.astype(np.float64)
                  for x in operands]
    return case(op, name, operands, [out(dtype, function(*as_numbers))])


def unary(op, function, domain, x=AROUND_ZERO):
    for dtype in DTYPES if domain in (FLOATING, ANY) else NUMERIC:
        yield pointwise(dtype, [tensor(dtype, (2, 3), *x)], op, function, domain)
        yield pointwise(f"{dtype} empty", [tensor(dtype, (2, 0, 3), *x)], op, function, domain)
        yield pointwise(f"{dtype} scalar", [tensor(dtype, (), *x)], op, function, domain)
    for layout in ("transposed", "sliced", "broadcast"):
        operand = tensor(F64, (2, 3, 2), *x, layout=layout)
        yield pointwise(layout, [operand], op, function, domain)
    # Longer than any vector of the kernels, with a rest.
    yield pointwise("long", [tensor(F32, (131,), *x)], op, function, domain)


def binary(op, function, domain, a=AROUND_ZERO, b=AROUND_ZERO):
    def row(name, left, right):
        return pointwise(name, [left, right], op, function, domain)

    dtypes = DTYPES if domain in (FLOATING, ANY) else NUMERIC
    for dtype in dtypes:
        yield row(dtype, tensor(dtype, (2, 3), *a), tensor(dtype, (2, 3), *b, phase=1))
        yield row(f"{dtype} scalars", tensor(dtype, (), *a), tensor(dtype, (), *b, phase=1))
        yield row(f"{dtype} empty", tensor(dtype, (0, 3), *a), tensor(dtype, (3,), *b, phase=1))
    for dtype in FLOATS:
        yield row(f"{dtype} broadcast both", tensor(dtype, (2, 1, 3), *a),
                  tensor(dtype, (4, 1), *b, phase=1))
        yield row(f"{dtype} and scalar", tensor(dtype, (2, 3), *a), tensor(dtype, (), *b, phase=1))
        yield row(f"number and {dtype}", Number(1.7), tensor(dtype, (3,), *b))
        yield row(f"{dtype} and number", tensor(dtype, (3,), *a), Number(0.7))
        yield row(f"{dtype} and integer", tensor(dtype, (3,), *a), Number(3))
    yield row("vector beats scalar", tensor(F32, (3,), *a), tensor(F64, (), *b))
    yield row("float beats integer", tensor(INT, (3,), *a), tensor(F32, (), *b))
    yield row("wider of two", tensor(F32, (3,), *a), tensor(F64, (3,), *b, phase=1))
    yield row("transposed", tensor(F64, (3, 4), *a, layout="transposed"),
              tensor(F64, (3, 4), *b, phase=1))
    yield row("sliced and broadcast", tensor(F64, (3, 4), *a, layout="sliced"),
              tensor(F64, (3, 4), *b, phase=1, layout="broadcast"))
    yield row("long", tensor(F32, (131,), *a), tensor(F32, (131,), *b, phase=1))


CASES = [
    *binary("add", np.add, ANY),
    *unary("cos", np.cos, FLOATING),
    *binary("div", np.divide, FLOATING, b=AWAY_FROM_ZERO),
    *unary("exp", np.exp, FLOATING),
    *binary("mul", np.multiply, ANY),
    *unary("neg", np.negative, "numeric"),
    *unary("sin", np.sin, FLOATING),
    *binary("sub", np.subtract, "numeric"),
]
