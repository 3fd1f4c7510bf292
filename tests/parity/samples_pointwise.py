"""Ops that work element by element."""

import torch
import torch.nn.functional as F

from operands import FLOATS, INTEGERS, SPECIAL, Source
from samples import Sample

ALL = [*FLOATS, *INTEGERS, torch.bool]
NUMERIC = [*FLOATS, *INTEGERS]
SHAPES = [(), (1,), (5,), (2, 3), (3, 1, 4), (0, 3), (37,), (2, 3, 4, 2)]

UNARY = {
    "abs": torch.abs, "ceil": torch.ceil, "cos": torch.cos, "erf": torch.erf, "exp": torch.exp,
    "expm1": torch.expm1, "floor": torch.floor, "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "isfinite": torch.isfinite,
    "isinf": torch.isinf, "isnan": torch.isnan, "log": torch.log, "log1p": torch.log1p,
    "log2": torch.log2, "logical_not": torch.logical_not, "neg": torch.neg,
    "reciprocal": torch.reciprocal, "relu": torch.relu, "round": torch.round, "rsqrt": torch.rsqrt,
    "sigmoid": torch.sigmoid, "sign": torch.sign, "silu": F.silu, "sin": torch.sin,
    "sqrt": torch.sqrt, "tanh": torch.tanh, "trunc": torch.trunc,
}
BINARY = {
    "add": torch.add, "div": torch.div, "eq": torch.eq, "ge": torch.ge, "gt": torch.gt,
    "le": torch.le, "logical_and": torch.logical_and, "logical_or": torch.logical_or,
    "logical_xor": torch.logical_xor, "lt": torch.lt, "maximum": torch.maximum,
    "minimum": torch.minimum, "mul": torch.mul, "ne": torch.ne, "sub": torch.sub,
}
# PyTorch takes no plain numbers, or no bools, or no 16-bit numbers for integers here.
TENSORS_ONLY = {"maximum", "minimum", "logical_and", "logical_or", "logical_xor"}
NO_BOOL = {"abs", "neg", "relu", "sub", "sign", "ceil", "floor", "round", "trunc"}
FLOATS_ONLY = {"gelu", "gelu_tanh", "silu"}
PAIRS = [((2, 3), (2, 3)), ((2, 1, 3), (4, 1)), ((5,), ()), ((), (3,)), ((0, 3), (3,)), ((4, 3), (3,))]


def special(dtype=torch.float32):
    return torch.tensor(SPECIAL, dtype=dtype)


def unary(source):
    for op, function in UNARY.items():
        dtypes = FLOATS if op in FLOATS_ONLY else NUMERIC if op in NO_BOOL else ALL
        for i, shape in enumerate(SHAPES * 3):
            yield Sample(op, function, [source.tensor(shape, dtypes[i % len(dtypes)])])
        for dtype in FLOATS:
            yield Sample(op, function, [special(dtype)])


def binary(source):
    for op, function in BINARY.items():
        dtypes = NUMERIC if op in NO_BOOL else ALL
        for i, (left, right) in enumerate(PAIRS * 3):
            yield Sample(op, function, [source.tensor(left, dtypes[i % len(dtypes)]),
                                        source.tensor(right, dtypes[i % len(dtypes)])])
        for i in range(len(dtypes)):  # mixed
            yield Sample(op, function, [source.tensor((2, 3), dtypes[i]),
                                        source.tensor((3,), dtypes[i - 1])])
            yield Sample(op, function, [source.tensor((2, 3), dtypes[i]),
                                        source.tensor((), dtypes[i - 2])])
        grid = torch.meshgrid(special(), special(), indexing="ij")
        yield Sample(op, function, [g.flatten() for g in grid])
        if op in TENSORS_ONLY:
            continue
        for dtype in dtypes:
            for number in (2, -1.5):
                yield Sample(op, function, [source.tensor((3,), dtype), number])


def powers(source):
    for dtype in FLOATS:
        for exponent in (0, 1, 2, 3, -1, 0.5, -2.5):
            yield Sample("pow", torch.pow, [source.tensor((2, 3), dtype, 0.5, 2.5), exponent])
        yield Sample("pow", torch.pow, [source.tensor((2, 3), dtype, 0.5, 2.5),
                                        source.tensor((3,), dtype)])
        yield Sample("pow", torch.pow, [2, source.tensor((3,), dtype)])
        yield Sample("pow", torch.pow, [source.tensor((5,), dtype, -3, 3, "contiguous"), 2])
    for dtype in INTEGERS:
        yield Sample("pow", torch.pow, [source.tensor((2, 3), dtype, -4, 5), 3])
        yield Sample("pow", torch.pow, [source.tensor((2, 3), dtype), source.tensor((3,), dtype, 0, 4)])
        yield Sample("pow", torch.pow, [source.tensor((2, 3), dtype, 1, 5), 0.5])
    grid = torch.meshgrid(special(), special(), indexing="ij")
    yield Sample("pow", torch.pow, [g.flatten() for g in grid])
    for exponent in (0, 1, 2, 3, 0.5, -1):
        yield Sample("pow", torch.pow, [special(), exponent])


def choices(source):
    for i, (left, right) in enumerate(PAIRS * 4):
        dtype = ALL[i % len(ALL)]
        condition = source.tensor(left, torch.bool)
        yield Sample("where", torch.where, [condition, source.tensor(left, dtype),
                                            source.tensor(right, dtype)])
        shape = torch.broadcast_shapes(left, right)
        yield Sample("masked_fill", torch.masked_fill,
                     [source.tensor(shape, dtype), source.tensor(right, torch.bool),
                      True if dtype == torch.bool else 2])
    yield Sample("where", torch.where, [source.tensor((3,), torch.bool), source.tensor((3,)), 1.5])
    yield Sample("where", torch.where, [source.tensor((3,), torch.bool),
                                        source.tensor((3,), torch.int64), source.tensor((3,))])


def clamps(source):
    for i, shape in enumerate(SHAPES * 3):
        x = source.tensor(shape, NUMERIC[i % len(NUMERIC)])
        low, high = [(-1, 1), (0, 3), (-0.5, 0.25), (1, -1)][i % 4]
        yield Sample("clamp", torch.clamp, [x, low, high])
        yield Sample("clamp_min", torch.clamp_min, [x, low])
        yield Sample("clamp_max", torch.clamp_max, [x, high])
    for dtype in FLOATS:
        yield Sample("clamp", torch.clamp, [special(dtype), -1.0, 1.0])
        yield Sample("clamp_min", torch.clamp_min, [special(dtype), 0.0])
        yield Sample("clamp_max", torch.clamp_max, [special(dtype), 0.5])
        yield Sample("clamp", torch.clamp, [source.tensor((4, 3), dtype),
                                            source.tensor((3,), dtype, -1, 0),
                                            source.tensor((3,), dtype, 0, 1)])


def activations(source):
    for i, shape in enumerate(SHAPES * 3):
        x = source.tensor(shape, FLOATS[i % len(FLOATS)])
        slope = [0.01, 0.2, 0.0][i % 3]
        yield Sample("leaky_relu", F.leaky_relu, [x, slope])
        beta, threshold = [(1.0, 20.0), (2.0, 1.0), (0.5, 3.0)][i % 3]
        yield Sample("softplus", F.softplus, [x, beta, threshold])
    for dtype in FLOATS:
        yield Sample("leaky_relu", F.leaky_relu, [special(dtype), 0.01])
        yield Sample("softplus", F.softplus, [special(dtype), 1.0, 20.0])


def samples():
    source = Source(1)
    for family in (unary, binary, powers, choices, clamps, activations):
        yield from family(source)
