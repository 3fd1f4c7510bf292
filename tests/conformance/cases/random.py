"""Random numbers. Where NumPy and the standard library make them too, from the same counters, their
values are compared; else only between devices and runs."""

import statistics

import numpy as np

from table import (BOOL, DEVICE, DTYPES, F32, F64, FLOATS, INT, NUMERIC, Dims, DType,
                   Number, case, given, out, tensor)

SEED, OFFSET = 7, 3


def philox(seed, offset, counter):
    """Philox4x32-10, by its authors' definition."""
    x = [counter, counter >> 32, offset, offset >> 32]
    x = [word & 0xFFFFFFFF for word in x]
    key = [seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF]
    for _ in range(10):
        first, second = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [second >> 32 ^ x[1] ^ key[0], second & 0xFFFFFFFF,
             first >> 32 ^ x[3] ^ key[1], first & 0xFFFFFFFF]
        key = [key[0] + 0x9E3779B9 & 0xFFFFFFFF, key[1] + 0xBB67AE85 & 0xFFFFFFFF]
    return x


def bits(i):
    """Two numbers of 64 bits to a block."""
    words = philox(SEED, OFFSET, i // 2)
    return words[i % 2 * 2] << 32 | words[i % 2 * 2 + 1]


def word(i):
    return philox(SEED, OFFSET, i // 4)[i % 4]


def fraction(i, dtype):
    return (bits(i) >> 11) * 2.0**-53 if dtype == F64 else (word(i) >> 8) * 2.0**-24


def elements(shape, number):
    count = int(np.prod(shape, dtype=np.int64))
    return np.array([number(i) for i in range(count)], dtype=np.float64).reshape(shape)


def random(op, name, shape, dtype, seed=SEED, offset=OFFSET):
    return case(op, name, [], None, [Dims(shape), DType(dtype), DEVICE, seed, offset])


def uniform(name, x, low, high):
    values = elements(x.shape, lambda i: low + (high - low) * fraction(i, x.dtype))
    return case("uniform", name, [x], [out(x.dtype, values)], [low, high, SEED, OFFSET])


def normal(name, x, mean, std):
    distribution = statistics.NormalDist()
    values = elements(x.shape, lambda i: mean + std * distribution.inv_cdf(
        ((bits(i) >> 12) + 0.5) * 2.0**-52))
    return case("normal", name, [x], [out(x.dtype, values)], [mean, std, SEED, OFFSET])


def bernoulli(name, x, p):
    chances = np.broadcast_to(p.values, x.shape).ravel()
    values = elements(x.shape, lambda i: fraction(i, F64) < chances[i])
    return case("bernoulli", name, [x, p], [out(x.dtype, values)], [SEED, OFFSET])


def randint(name, low, high, shape, dtype):
    values = [low + ((high - low) * bits(i) >> 64) for i in range(int(np.prod(shape)))]
    return case("randint", name, [], [out(dtype, np.array(values).reshape(shape))],
                [low, high, Dims(shape), DType(dtype), DEVICE, SEED, OFFSET])


def randperm(name, n, dtype):
    return case("randperm", name, [], [out(dtype, sorted(range(n), key=bits))],
                [n, DType(dtype), DEVICE, SEED, OFFSET])


def dropped(x, p):
    def factor(i):
        keep = word(i) >= round(p * 2**32)
        return 1 / (1 - p) if keep else 0
    return [out(x.dtype, x.values * elements(x.shape, factor))]


def dropout(name, x, p):
    yield case("dropout", name, [x], dropped(x, p), [p, True, SEED, OFFSET])
    yield case("apply_dropout", name, [x], dropped(x, p), [p, SEED, OFFSET])


CASES = [
    *(row for op in ("rand", "randn") for row in (
        *(random(op, dtype, [3, 5], dtype) for dtype in FLOATS),
        random(op, "empty", [0, 2], F32),
        random(op, "scalar", [], F64),
        random(op, "far offset", [4], F64, seed=-1, offset=2**40),
    )),

    *(row for function in (uniform, normal) for row in (
        *(function(dtype, tensor(dtype, (3, 5)), 0.0, 1.0) for dtype in FLOATS),
        *(function(f"{dtype} elsewhere", tensor(dtype, (3, 5)), -1.0, 3.0) for dtype in FLOATS),
        function("scalar", tensor(F64, ()), -1.0, 3.0),
        function("empty", tensor(F64, (0, 2)), 0.0, 1.0),
        function("transposed", tensor(F64, (3, 5), layout="transposed"), 0.0, 1.0),
    )),

    *(bernoulli(dtype, tensor(dtype, (9, 9)), Number(0.3)) for dtype in DTYPES),
    *(bernoulli(f"{dtype} probabilities", tensor(F32, (9, 9)), tensor(dtype, (9, 9), 0.1, 0.9))
      for dtype in FLOATS),
    *(bernoulli(f"{dtype} of its own", tensor(dtype, (9, 9)), tensor(dtype, (9, 9), 0.1, 0.9))
      for dtype in FLOATS),
    bernoulli("broadcast", tensor(F64, (9, 9)), tensor(F64, (9, 1), 0.1, 0.9)),
    bernoulli("scalars", tensor(F64, ()), given(F64, 0.65)),
    bernoulli("empty", tensor(F64, (0, 2)), tensor(F64, (0, 2))),
    bernoulli("sliced", tensor(F64, (9, 9), layout="sliced"),
              tensor(F64, (9, 9), 0.1, 0.9, layout="transposed")),

    *(randint(dtype, 0, 100, [3, 5], dtype) for dtype in NUMERIC),
    randint("bool", 0, 2, [9, 9], BOOL),
    randint("negative", -50, -20, [3, 5], INT),
    randint("wide", -2**40, 2**40, [3], INT),
    randint("empty", 0, 5, [2, 0], INT),

    *(randperm(dtype, 12, dtype) for dtype in NUMERIC),
    randperm("none", 0, INT),

    *(row for dtype in FLOATS for row in dropout(dtype, tensor(dtype, (9, 9)), 0.25)),
    *dropout("transposed", tensor(F64, (7, 9), layout="transposed"), 0.5),
    *dropout("scalar", tensor(F64, ()), 0.65),
    *dropout("odd count", tensor(F64, (33,)), 0.125),
    *dropout("empty", tensor(F64, (0, 2)), 0.5),
]
