"""Ops that work element by element. A row: name, meaning, domain, and the ranges of the inputs."""

import math

import numpy as np

from table import (BOOL, DTYPES, F32, F64, FLOATS, INT, INTEGERS, NUMERIC, Number, case, category,
                   given, out, result_type, tensor)

FLOATING, ANY = "floating", "any"  # integers become floats; every dtype. Else: not for bools.

# Where the functions are smooth and don't overflow, so that finite differences mean something.
AROUND_ZERO = (-2.0, 2.0)
AWAY_FROM_ZERO = (0.5, 2.5)


def result_dtype(domain, operands):
    dtype = operands[0].dtype if len(operands) == 1 else result_type(*operands)
    return F32 if domain == FLOATING and category(dtype) < 2 else dtype


def pointwise(name, operands, op, function, domain):
    dtype = result_dtype(domain, operands)
    as_numbers = [x.values.astype(np.int64) if dtype in INTEGERS else
                  x.values if dtype == BOOL else x.values.astype(np.float64) for x in operands]
    return case(op, name, operands, [out(dtype, function(*as_numbers))])


SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 1e-6, 50.0, -50.0]


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
    yield pointwise("blocks", [tensor(F32, (3, 700), *x, layout="sliced")], op, function, domain)
    yield pointwise("special", [given(F32, SPECIAL)], op, function, domain)


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


def predicate(op, function, arity):
    """Ops whose output is bool: of every dtype, and of two dtypes by their common one."""
    def row(name, *operands):
        return case(op, name, operands, [out(BOOL, function(*(x.values for x in operands)))])

    for dtype in DTYPES:
        # Rounded, so that some are equal.
        a = given(dtype, np.floor(tensor(F64, (3, 4)).values).astype(bool if dtype == BOOL else float))
        b = given(dtype, np.floor(tensor(F64, (4,), phase=1).values))
        yield row(dtype, *[a, b][:arity])
        yield row(f"{dtype} empty", *[tensor(dtype, (0, 4)), b][:arity])
        yield row(f"{dtype} scalar", *[tensor(dtype, ()), tensor(dtype, (), phase=1)][:arity])
    for layout in ("transposed", "sliced", "broadcast"):
        yield row(layout, *[tensor(F64, (3, 4), layout=layout), tensor(F64, (4,), phase=1)][:arity])
    special = given(F32, SPECIAL)
    yield row("special", *[special, given(F32, [[math.nan], [math.inf], [0.0], [-1.0]])][:arity])
    if arity == 2:
        yield row("number", tensor(INT, (3,)), Number(-0.5))
        yield row("two dtypes", tensor(INT, (3,)), tensor(F32, (3,)))


def select_like(op, order):
    """where and masked_fill: a bool condition c among the inputs, in the order given."""
    def row(name, c, a, b):
        dtype = result_type(a, b)
        values = np.where(c.values, a.values, b.values)
        return case(op, name, order(c, a, b), [out(dtype, values)])

    for dtype in DTYPES:
        yield row(dtype, tensor(BOOL, (2, 3)), tensor(dtype, (2, 3)), tensor(dtype, (2, 3), phase=1))
        yield row(f"{dtype} empty", tensor(BOOL, (0, 3)), tensor(dtype, (0, 3)),
                  tensor(dtype, (0, 3)))
        yield row(f"{dtype} scalars", tensor(BOOL, ()), tensor(dtype, ()), tensor(dtype, (), phase=1))
    yield row("broadcast condition", tensor(BOOL, (3,)), tensor(F64, (2, 3)),
              tensor(F64, (2, 3), phase=1))
    yield row("sliced condition", tensor(BOOL, (2, 3), layout="sliced"),
              tensor(F64, (2, 3), layout="transposed"), tensor(F64, (2, 3), phase=1))


def clamped(op, *bounds):
    def row(name, x, *limits):
        dtype = result_type(x, *limits)
        values = x.values if dtype in INTEGERS else x.values.astype(np.float64)
        low, high = {"clamp": limits, "clamp_min": (limits[0], None),
                     "clamp_max": (None, limits[0])}[op]
        if low is not None:
            values = np.maximum(values, low.values)
        if high is not None:
            values = np.minimum(values, high.values)
        return case(op, name, [x, *limits], [out(dtype, values)])

    for dtype in NUMERIC:
        yield row(dtype, tensor(dtype, (2, 3)), *(Number(b) for b in bounds))
        yield row(f"{dtype} empty", tensor(dtype, (0, 3)), *(Number(b) for b in bounds))
        yield row(f"{dtype} tensors", tensor(dtype, (2, 3)),
                  *(tensor(dtype, (3,), b, b + 0.7) for b in bounds))
        yield row(f"{dtype} scalar", tensor(dtype, ()), *(tensor(dtype, (), b, b + 0.5) for b in bounds))
    yield row("fractions on integers", tensor(INT, (4,)), *(Number(b + 0.25) for b in bounds))
    yield row("transposed", tensor(F64, (3, 4), layout="transposed"), *(Number(b) for b in bounds))
    yield row("special", given(F32, SPECIAL), *(Number(b) for b in bounds))


def with_numbers(op, function, *numbers, x=AROUND_ZERO):
    """Floating functions with more arguments, mostly plain numbers."""
    for dtype in DTYPES:
        for shape, name in (((2, 3), dtype), ((2, 0), f"{dtype} empty"), ((), f"{dtype} scalar")):
            yield pointwise(name, [tensor(dtype, shape, *x), *(Number(n) for n in numbers)], op,
                            function, FLOATING)
        yield pointwise(f"{dtype} tensors", [tensor(dtype, (2, 3), *x),
                                             *(given(dtype, n) for n in numbers)], op, function,
                        FLOATING)
    yield pointwise("transposed", [tensor(F64, (3, 4), *x, layout="transposed"),
                                   *(Number(n) for n in numbers)], op, function, FLOATING)
    yield pointwise("special", [given(F32, SPECIAL), *(Number(n) for n in numbers)], op, function,
                    FLOATING)


def powers():
    yield from binary("pow", np.power, "numeric", a=AWAY_FROM_ZERO, b=AWAY_FROM_ZERO)
    for dtype in FLOATS:
        for exponent in (2, 1, 0, -1, 0.5, 3):
            base = tensor(dtype, (2, 3), *AWAY_FROM_ZERO)
            yield pointwise(f"{dtype} to the {exponent}", [base, Number(exponent)], "pow",
                            lambda a, b: np.power(a, np.asarray(b, dtype=float)), "numeric")
    yield pointwise("negative bases", [tensor(F32, (5,)), Number(2)], "pow", np.power, "numeric")
    yield pointwise("negative to the third", [tensor(F32, (5,)), Number(3)], "pow", np.power, "numeric")
    edges = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 2.0, 0.5]
    yield pointwise("special", [given(F32, [[edge] for edge in edges]), given(F32, edges)], "pow",
                    np.power, "numeric")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x, beta, threshold):
    return np.where(x * beta > threshold, x, np.log1p(np.exp(x * beta)) / beta)


erf = np.vectorize(math.erf, otypes=[float])
NORMAL = np.sqrt(2 / np.pi)


CASES = [
    *unary("abs", np.abs, "numeric"),
    *binary("add", np.add, ANY),
    *unary("ceil", np.ceil, "numeric"),
    *clamped("clamp", -1, 1),
    *clamped("clamp_max", 1),
    *clamped("clamp_min", -1),
    *unary("cos", np.cos, FLOATING),
    *binary("div", np.divide, FLOATING, b=AWAY_FROM_ZERO),
    *predicate("eq", np.equal, 2),
    *unary("erf", erf, FLOATING),
    *unary("exp", np.exp, FLOATING),
    *unary("expm1", np.expm1, FLOATING),
    *unary("floor", np.floor, "numeric"),
    *predicate("ge", np.greater_equal, 2),
    *unary("gelu", lambda x: x * (1 + erf(x / math.sqrt(2))) / 2, FLOATING),
    *unary("gelu_tanh", lambda x: x / 2 * (1 + np.tanh(NORMAL * (x + 0.044715 * x**3))), FLOATING),
    *predicate("gt", np.greater, 2),
    *predicate("isfinite", np.isfinite, 1),
    *predicate("isinf", np.isinf, 1),
    *predicate("isnan", np.isnan, 1),
    *predicate("le", np.less_equal, 2),
    *with_numbers("leaky_relu", lambda x, slope: np.where(x > 0, x, x * slope), 0.1),
    *unary("log", np.log, FLOATING, AWAY_FROM_ZERO),
    *unary("log1p", np.log1p, FLOATING, AWAY_FROM_ZERO),
    *unary("log2", np.log2, FLOATING, AWAY_FROM_ZERO),
    *predicate("logical_and", np.logical_and, 2),
    *predicate("logical_not", np.logical_not, 1),
    *predicate("logical_or", np.logical_or, 2),
    *predicate("logical_xor", np.logical_xor, 2),
    *predicate("lt", np.less, 2),
    *select_like("masked_fill", lambda c, a, b: [b, c, a]),
    *binary("maximum", np.maximum, ANY),
    *binary("minimum", np.minimum, ANY),
    *binary("mul", np.multiply, ANY),
    *predicate("ne", np.not_equal, 2),
    *unary("neg", np.negative, "numeric"),
    *powers(),
    *unary("reciprocal", lambda x: 1 / x, FLOATING, AWAY_FROM_ZERO),
    *unary("relu", lambda x: np.maximum(x, 0), "numeric"),
    *unary("round", np.round, "numeric"),
    *unary("rsqrt", lambda x: 1 / np.sqrt(x), FLOATING, AWAY_FROM_ZERO),
    *unary("sigmoid", sigmoid, FLOATING),
    *unary("sign", lambda x: np.where(np.isnan(x), 0, np.sign(x)), "numeric"),
    *unary("silu", lambda x: x * sigmoid(x), FLOATING),
    *unary("sin", np.sin, FLOATING),
    *with_numbers("softplus", softplus, 1.5, 2.0),
    *unary("sqrt", np.sqrt, FLOATING, AWAY_FROM_ZERO),
    *binary("sub", np.subtract, "numeric"),
    *unary("tanh", np.tanh, FLOATING),
    *unary("trunc", np.trunc, "numeric"),
    *select_like("where", lambda c, a, b: [c, a, b]),
]
