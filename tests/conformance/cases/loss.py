"""Losses. reduction: 0 none, 1 mean, 2 sum."""

import numpy as np

from table import (F16, F32, F64, FLOATS, INT, INTEGERS, Dims, case, given, out, result_type,
                   rounded, tensor)

INF, NAN = np.inf, np.nan
NONE, MEAN, SUM = 0, 1, 2


def log_softmax(x, dim):
    shifted = x - np.max(x, axis=dim, keepdims=True, initial=-INF)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))


def reduce(values, reduction):
    total = np.sum(values)
    return values if reduction == NONE else total / np.float64(
        np.size(values)) if reduction == MEAN else total


def elementwise(op, function, integers=()):
    def row(name, x, t, reduction=MEAN, attributes=()):
        values = function(wide(x), wide(t), *attributes)
        dtype = result_type(x, t)
        if reduction == SUM and dtype in INTEGERS:
            dtype = INT
        return case(op, name, [x, t], [out(dtype, reduce(values, reduction))],
                    [reduction, *attributes])

    def wide(x):
        return x.values if x.dtype in INTEGERS else x.values.astype(np.float64)

    def rows(*attributes, low=-2.0, high=2.0, promotes=True):
        for dtype in FLOATS:
            for reduction in (NONE, MEAN, SUM):
                yield row(f"{dtype} {reduction}", tensor(dtype, (2, 3)),
                          tensor(dtype, (2, 3), low, high, phase=1), reduction, attributes)
        for dtype in integers:
            for reduction in (NONE, SUM):
                yield row(f"{dtype} {reduction}", tensor(dtype, (2, 3)),
                          tensor(dtype, (2, 3), phase=1), reduction, attributes)
        yield row("scalars", tensor(F64, ()), tensor(F64, (), low, high, 1), MEAN, attributes)
        yield row("empty", tensor(F32, (0, 3)), tensor(F32, (0, 3)), MEAN, attributes)
        yield row("empty sum", tensor(F64, (0, 3)), tensor(F64, (0, 3)), SUM, attributes)
        yield row("transposed", tensor(F64, (3, 4), layout="transposed"),
                  tensor(F64, (3, 4), low, high, 1), MEAN, attributes)
        yield row("long", tensor(F32, (131,)), tensor(F32, (131,), low, high, 1), SUM, attributes)
        if promotes:
            yield row("mixed", tensor(F32, (3, 4)), tensor(F64, (3, 4), low, high, 1), MEAN,
                      attributes)
            yield row("broadcast", tensor(F64, (2, 3)), tensor(F64, (3,), phase=1), NONE,
                      attributes)
            yield row("broadcast both", tensor(F64, (2, 1)), tensor(F64, (3,), phase=1), MEAN,
                      attributes)
            yield row("half and single", tensor(F16, (2, 3)), tensor(F32, (3,), phase=1), SUM,
                      attributes)

    rows.row = row
    return rows


def smooth_l1(x, t, beta):
    z = np.abs(x - t)
    if beta == 0:
        return z
    return np.where(z < beta, 0.5 * z * z / beta, z - 0.5 * beta)


def bce_with_logits(x, t):
    return (1 - t) * x + np.maximum(-x, 0) + np.log1p(np.exp(-np.abs(x)))


def renamed(prefix, cases):
    for each in cases:
        each.name = f"{prefix} {each.name}"
        yield each


# The classes at dimension 1, those of a vector at 0.
def picked(x, target, ignore_index):
    """The entries that targets name, and which of them count."""
    dim = 0 if x.ndim == 1 else 1
    counted = target != ignore_index
    index = np.where(counted, target, 0)
    if x.ndim == 1:
        return x[index.reshape(())], counted.reshape(())
    return np.take_along_axis(x, np.expand_dims(index, dim), dim).squeeze(dim), counted


def nll(x, target, ignore_index, reduction):
    taken, counted = picked(x, target, ignore_index)
    losses = np.where(counted, -taken, 0.0)
    if reduction == MEAN:
        return np.sum(losses) / np.sum(counted)
    return reduce(losses, reduction)


def nll_loss(name, x, target, reduction=MEAN, ignore_index=-100):
    value = nll(x.values, target.values, ignore_index, reduction)
    return case("nll_loss", name, [x, target], [out(x.dtype, value)], [ignore_index, reduction])


def nll_loss_vjp(name, dtype, shape, target, reduction=MEAN, ignore_index=-100):
    x = np.zeros(shape)
    taken, counted = picked(x, target.values, ignore_index)
    g = tensor(dtype, taken.shape if reduction == NONE else ())
    share = g.values / np.sum(counted) if reduction == MEAN else g.values
    values = np.zeros(shape)
    for place in np.ndindex(taken.shape):
        if not counted[place]:
            continue
        cls = int(target.values.reshape(taken.shape)[place])
        at = (cls,) if x.ndim == 1 else (place[0], cls, *place[1:])
        values[at] = -(share[place] if reduction == NONE else share)
    return case("nll_loss_vjp", name, [g, target], [out(dtype, values)],
                [ignore_index, reduction, Dims(list(shape))])


def cross_entropy(name, x, target, reduction=MEAN, ignore_index=-100, smoothing=0.0):
    dim = 0 if x.values.ndim == 1 else 1
    logs = log_softmax(x.values, dim)
    classes = x.values.shape[dim]
    if x.values.shape == target.values.shape:
        probabilities = target.values * (1 - smoothing) + smoothing / classes
        losses = -np.sum(logs * probabilities, axis=dim)
        value = reduce(losses, reduction)
        dtype = result_type(x, target)
    else:
        counted = picked(logs, target.values, ignore_index)[1]
        smooth = np.where(counted, -np.sum(logs, axis=dim), 0.0)
        smooth = np.sum(smooth) / np.sum(counted) if reduction == MEAN else reduce(smooth, reduction)
        value = ((1 - smoothing) * nll(logs, target.values, ignore_index, reduction)
                 + smoothing / classes * smooth)
        dtype = x.dtype
    return case("cross_entropy", name, [x, target], [out(dtype, value)],
                [ignore_index, reduction, smoothing])


def probabilities(dtype, shape, dim=1):
    x = tensor(dtype, shape, 0.0, 2.0, phase=1)
    x.values = rounded(dtype, x.values / np.sum(x.values, axis=dim, keepdims=True))
    return x


def with_classes(row):
    """Rows of ops that take scores and classes."""
    for dtype in FLOATS:
        for reduction in (NONE, MEAN, SUM):
            yield row(f"{dtype} {reduction}", tensor(dtype, (3, 4)), given(INT, [1, 3, 0]),
                      reduction)
    yield row("one", tensor(F64, (4,)), given(INT, 2))
    yield row("one unreduced", tensor(F64, (4,)), given(INT, 2), NONE)
    yield row("one in a vector", tensor(F64, (4,)), given(INT, [2]), SUM)
    yield row("empty", tensor(F32, (0, 4)), given(INT, []))
    yield row("empty sum", tensor(F64, (0, 4)), given(INT, []), SUM)
    for reduction in (NONE, MEAN, SUM):
        yield row(f"images {reduction}", tensor(F64, (2, 3, 2, 2)),
                  given(INT, [[[1, 0], [2, 1]], [[0, 0], [1, 2]]]), reduction)
        yield row(f"ignored {reduction}", tensor(F64, (3, 4)), given(INT, [1, -100, 0]), reduction)
    yield row("series", tensor(F64, (2, 3, 2)), given(INT, [[1, 0], [2, 1]]))
    yield row("all ignored", tensor(F32, (2, 4)), given(INT, [-100, -100]))
    yield row("class ignored", tensor(F64, (3, 4)), given(INT, [1, 3, 1]), MEAN, 1)
    yield row("transposed", tensor(F64, (3, 4), layout="transposed"), given(INT, [1, 3, 0]))


mse = elementwise("mse_loss", lambda x, t: (x - t) ** 2)
l1 = elementwise("l1_loss", lambda x, t: np.abs(x - t), INTEGERS)
smooth = elementwise("smooth_l1_loss", smooth_l1)
bce = elementwise("binary_cross_entropy_with_logits", bce_with_logits)

CASES = [
    *mse(),
    mse.row("special", given(F32, [NAN, INF, 1.0]), given(F32, [0.0, 1.0, 1.0]), NONE),
    *l1(),
    *smooth(1.0),
    *renamed("beta 0.3", smooth(0.3)),
    *renamed("beta 0", smooth(0.0)),
    *bce(low=0.0, high=1.0, promotes=False),
    bce.row("large", given(F32, [1000.0, -1000.0, 50.0]), given(F32, [1.0, 0.0, 0.0]), NONE),
    *with_classes(nll_loss),
    *(nll_loss_vjp(f"{dtype} {reduction}", dtype, (3, 4), given(INT, [1, 3, 0]), reduction)
      for dtype in FLOATS for reduction in (NONE, MEAN, SUM)),
    *(nll_loss_vjp(f"images {reduction}", F64, (2, 3, 2, 2),
                   given(INT, [[[1, 0], [2, 1]], [[0, 0], [1, 2]]]), reduction)
      for reduction in (NONE, MEAN, SUM)),
    *(nll_loss_vjp(f"ignored {reduction}", F64, (3, 4), given(INT, [1, -100, 0]), reduction)
      for reduction in (NONE, MEAN, SUM)),
    nll_loss_vjp("one", F64, (4,), given(INT, 2)),
    nll_loss_vjp("empty", F64, (0, 4), given(INT, []), NONE),
    *with_classes(cross_entropy),
    cross_entropy("smoothed", tensor(F64, (3, 4)), given(INT, [1, -100, 0]), smoothing=0.1),
    cross_entropy("smoothed unreduced", tensor(F64, (3, 4)), given(INT, [1, -100, 0]), NONE,
                  smoothing=0.1),
    cross_entropy("smoothed sum", tensor(F64, (3, 4)), given(INT, [1, -100, 0]), SUM,
                  smoothing=0.1),
    *(cross_entropy(f"probabilities {dtype} {reduction}", tensor(dtype, (3, 4)),
                    probabilities(dtype, (3, 4)), reduction)
      for dtype in FLOATS for reduction in (NONE, MEAN, SUM)),
    cross_entropy("probabilities of one", tensor(F64, (4,)), probabilities(F64, (4,), 0)),
    cross_entropy("probabilities of images", tensor(F64, (2, 3, 2)), probabilities(F64, (2, 3, 2))),
    cross_entropy("probabilities smoothed", tensor(F64, (3, 4)), probabilities(F64, (3, 4)),
                  smoothing=0.2),
]
