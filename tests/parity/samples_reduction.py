"""Reductions, scans, softmax and losses."""

import math

import torch
import torch.nn.functional as F

from operands import FLOATS, INTEGERS, Source
from samples import Sample

NUMERIC = [*FLOATS, *INTEGERS]
ALL = [*NUMERIC, torch.bool]
SHAPES = [(5,), (2, 3), (3, 1, 4), (37,), (2, 3, 4, 2), (600,), (16, 70)]
REDUCTIONS = ["none", "mean", "sum"]


def dims_of(i, shape):
    """All, the last, the first, or two of the dimensions."""
    rank = len(shape)
    return [[], [-1], [0], [0, rank - 1] if rank > 1 else [0]][i % 4]


def special():
    return torch.tensor([[math.nan, 1.0, 2.0], [math.inf, 1.0, -math.inf], [0.0, -0.0, 0.0],
                         [-math.inf, -math.inf, -math.inf], [3.0, 3.0, 1.0]])


def over_dims(source):
    def torch_dims(dims):
        return dims or None

    functions = {
        "sum": (torch.sum, ALL, [None]), "mean": (torch.mean, FLOATS, [None]),
        "all": (torch.all, ALL, []), "any": (torch.any, ALL, []),
        "amax": (torch.amax, NUMERIC, []), "amin": (torch.amin, NUMERIC, []),
        "logsumexp": (torch.logsumexp, FLOATS, []),
    }
    for op, (function, dtypes, rest) in functions.items():
        for i in range(28):
            shape = SHAPES[i % len(SHAPES)]
            x = source.tensor(shape, dtypes[i % len(dtypes)])
            dims, keep = dims_of(i, shape), i % 3 == 0
            if op in ("logsumexp", "amax", "amin") or not dims:
                named = {"dim": tuple(dims) or tuple(range(len(shape))), "keepdim": keep}
            else:
                named = {"dim": tuple(dims), "keepdim": keep}
            yield Sample(op, lambda t, f=function, n=named: f(t, **n), [x], [dims, keep, *rest])
        for dims in ([1], []):
            named = {"dim": tuple(dims) or (0, 1)}
            yield Sample(op, lambda t, f=function, n=named: f(t, **n), [special()],
                         [dims, False, *rest])
        scalar = source.tensor((), dtypes[0])
        named = {} if op not in ("logsumexp",) else {"dim": ()}
        if op != "logsumexp":
            yield Sample(op, lambda t, f=function: f(t), [scalar], [[], False, *rest])


def extremes(source):
    for i in range(28):
        shape = SHAPES[i % len(SHAPES)]
        x = source.tensor(shape, NUMERIC[i % len(NUMERIC)], layout="contiguous")
        dim, keep = [0, -1][i % 2], i % 3 == 0
        for op, function in (("argmax", torch.argmax), ("argmin", torch.argmin)):
            yield Sample(op, lambda t, f=function, d=dim, k=keep: f(t, d, k), [x], [dim, keep])
            if i % 4 == 0:
                yield Sample(op, lambda t, f=function: f(t), [x], [None, False])
        for op, function in (("max_dim", torch.max), ("min_dim", torch.min)):
            yield Sample(op, lambda t, f=function, d=dim, k=keep: tuple(f(t, d, k)), [x], [dim, keep])
        for op, function in (("max", torch.max), ("min", torch.min)):
            yield Sample(op, lambda t, f=function: f(t), [x])
    for op, function in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        yield Sample(op, lambda t, f=function: f(t, 1), [special()], [1, False])
    for op, function in (("max_dim", torch.max), ("min_dim", torch.min)):
        yield Sample(op, lambda t, f=function: tuple(f(t, 1)), [special()], [1, False])


def moments(source):
    for i in range(32):
        shape = SHAPES[i % len(SHAPES)]
        x = source.tensor(shape, FLOATS[i % len(FLOATS)], layout=None if i % 2 else "contiguous")
        dims, keep, correction = dims_of(i, shape), i % 3 == 0, [1.0, 0.0, 2.0][i % 3]
        named = {"dim": tuple(dims) or None, "correction": correction, "keepdim": keep}
        for op, function in (("var", torch.var), ("std", torch.std)):
            yield Sample(op, lambda t, f=function, n=named: f(t, **n), [x], [dims, correction, keep])
        p = [2.0, 1.0, 3.0, math.inf, 0.0, -math.inf, 0.5][i % 7]
        x = source.tensor(shape, [torch.float32, torch.float64][i % 2], 0.1, 2.0)
        yield Sample("norm", lambda t, p=p, d=dims, k=keep: torch.linalg.vector_norm(
            t, p, tuple(d) or None, k), [x], [p, dims, keep])
    yield Sample("norm", torch.linalg.vector_norm, [torch.zeros(3)], [2.0, [], False])


def products_and_scans(source):
    for i in range(28):
        shape = SHAPES[i % 5]
        x = source.tensor(shape, NUMERIC[i % len(NUMERIC)], 0.5, 1.5 if i % 6 < 4 else 4)
        dim, keep = [0, -1][i % 2], i % 3 == 0
        yield Sample("prod", lambda t, d=dim, k=keep: torch.prod(t, d, k), [x], [dim, keep, None])
        yield Sample("cumsum", lambda t, d=dim: torch.cumsum(t, d), [x], [dim, None])
        if i % 4 == 0:
            yield Sample("prod", lambda t: torch.prod(t), [x], [None, False, None])
    zeros = torch.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0]])
    yield Sample("prod", lambda t: torch.prod(t, 1), [zeros], [1, False, None])
    yield Sample("prod", lambda t: torch.prod(t), [zeros], [None, False, None])
    yield Sample("cumsum", lambda t: torch.cumsum(t, 1), [special()], [1, None])


def softmaxes(source):
    for op, function in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
        for i in range(28):
            shape = SHAPES[i % len(SHAPES)]
            x = source.tensor(shape, FLOATS[i % len(FLOATS)], -6, 6)
            dim = [0, -1][i % 2]
            yield Sample(op, lambda t, f=function, d=dim: f(t, d), [x], [dim, None])
        yield Sample(op, lambda t, f=function: f(t, 1), [special()], [1, None])
        yield Sample(op, lambda t, f=function: f(t, 0), [torch.tensor(3.0)], [0, None])
        big = source.tensor((4, 5), torch.float32, -1000, 1000)
        yield Sample(op, lambda t, f=function: f(t, 1), [big], [1, None])


def losses(source):
    pairs = {"mse_loss": F.mse_loss, "l1_loss": F.l1_loss,
             "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits}
    for i in range(24):
        shape, dtype, r = SHAPES[i % 5], FLOATS[i % len(FLOATS)], i % 3
        x, y = source.tensor(shape, dtype, -3, 3), source.tensor(shape, dtype, 0, 1)
        for op, function in pairs.items():
            yield Sample(op, lambda a, b, f=function, r=r: f(a, b, reduction=REDUCTIONS[r]), [x, y], [r])
        beta = [1.0, 0.25, 2.0][i % 3]
        yield Sample("smooth_l1_loss", lambda a, b, r=r, beta=beta: F.smooth_l1_loss(
            a, b, reduction=REDUCTIONS[r], beta=beta), [x, y], [r, beta])


def classifications(source):
    for i in range(28):
        dtype, r, ignored = FLOATS[i % len(FLOATS)], i % 3, [-100, 1][i % 2]
        shape = [(5, 4), (3,), (2, 4, 3), (8, 10), (2, 3, 2, 2)][i % 5]
        classes = shape[0] if len(shape) == 1 else shape[1]
        target_shape = () if len(shape) == 1 else shape[:1] + shape[2:]
        scores = source.tensor(shape, dtype, -3, 3)
        target = source.indices(target_shape, classes)
        log_probabilities = torch.log_softmax(scores, 0 if len(shape) == 1 else 1)
        yield Sample("nll_loss", lambda a, b, r=r, g=ignored: F.nll_loss(
            a, b, ignore_index=g, reduction=REDUCTIONS[r]), [log_probabilities, target], [ignored, r])
        smoothing = [0.0, 0.1][i // 2 % 2]
        yield Sample("cross_entropy", lambda a, b, r=r, g=ignored, s=smoothing: F.cross_entropy(
            a, b, ignore_index=g, reduction=REDUCTIONS[r], label_smoothing=s), [scores, target],
            [ignored, r, smoothing])
        weights = torch.softmax(source.tensor(shape, dtype), 0 if len(shape) == 1 else 1)
        yield Sample("cross_entropy", lambda a, b, r=r, s=smoothing: F.cross_entropy(
            a, b, reduction=REDUCTIONS[r], label_smoothing=s), [scores, weights],
            [-100, r, smoothing])


def samples():
    source = Source(2)
    for family in (over_dims, extremes, moments, products_and_scans, softmaxes, losses,
                   classifications):
        yield from family(source)
