"""Views, joins, indices, products of matrices, new tensors, conversions."""

import torch
import torch.nn.functional as F

from operands import DTYPES, FLOATS, INTEGERS, WIDE, Source
from samples import Sample

ALL = [*FLOATS, *INTEGERS, torch.bool]
NUMERIC = [*FLOATS, *INTEGERS]


def views(source):
    for i in range(24):
        dtype = ALL[i % len(ALL)]
        x = source.tensor((3, 4, 5), dtype)
        a, b = [(0, 1), (1, -1), (-3, 2)][i % 3]
        yield Sample("transpose", lambda t, a=a, b=b: t.transpose(a, b), [x], [a, b])
        order = [[2, 0, 1], [0, 2, 1], [-1, 0, 1], [1, 2, 0]][i % 4]
        yield Sample("permute", lambda t, o=order: t.permute(o), [x], [order])
        at = [0, 3, -1, -2][i % 4]
        yield Sample("unsqueeze", lambda t, d=at: t.unsqueeze(d), [x], [at])
        one = source.tensor((1, 3, 1, 2), dtype)
        dims = [None, [0], [2], [0, 2], [1]][i % 5]
        yield Sample("squeeze", lambda t, d=dims: t.squeeze() if d is None else t.squeeze(tuple(d)),
                     [one], [dims])
        yield Sample("t", lambda t: t.t(), [[source.tensor((3, 4), dtype), source.tensor((5,), dtype),
                                             source.tensor((), dtype)][i % 3]])
        offset, d1, d2 = [(0, 0, 1), (1, 0, 1), (-1, 1, 2), (2, 2, 0), (5, 0, 1)][i % 5]
        yield Sample("diagonal", lambda t, o=offset, p=d1, q=d2: t.diagonal(o, p, q), [x],
                     [offset, d1, d2])
        dim, index = [(0, 1), (1, -1), (2, 4), (-1, 0)][i % 4]
        yield Sample("select", lambda t, d=dim, k=index: t.select(d, k), [x], [dim, index])
        start, end, step = [(1, 3, 1), (None, None, 2), (-2, None, 1), (0, 100, 3), (3, 1, 1)][i % 5]
        yield Sample("slice", lambda t, s=slice(start, end, step): t[:, s], [x], [1, start, end, step])
        flat = source.tensor((2, 6), dtype, layout="contiguous")
        shape = [[12], [3, 4], [-1, 2], [2, 2, 3], [4, 4]][i % 5]
        yield Sample("view", lambda t, s=shape: t.view(s), [flat], [shape])
        yield Sample("unsafe_view", lambda t, s=shape: t.view(s), [flat], [shape])
        wide = [[3, 4], [2, 3, 4], [-1, 4], [2, -1, 4], [5, 4]][i % 5]
        yield Sample("expand", lambda t, s=wide: t.expand(s), [source.tensor((3, 1), dtype)], [wide])
        yield Sample("as_strided", lambda t: t.as_strided((2, 3), (1, 2), 1),
                     [source.tensor((3, 4), dtype, layout="contiguous")], [[2, 3], [1, 2], 1])
        yield Sample("clone", torch.clone, [x])
        yield Sample("detach", torch.detach, [x])
        yield Sample("copy", lambda t, s: t.clone().copy_(s), [x, source.tensor((4, 1), ALL[i % 5])])


def joins(source):
    for i in range(24):
        dtype = ALL[i % len(ALL)]
        parts = [source.tensor((2, n, 3), dtype) for n in (1, 4, 2)[: i % 3 + 1]]
        if i % 6 == 5:
            parts.append(source.tensor((2, 2, 3), ALL[i % 4]))  # another dtype
        dim = [1, -2][i % 2]
        yield Sample("cat", lambda *t, d=dim: torch.cat(t, d), parts, [dim])
        same = [source.tensor((2, 3), dtype) for _ in range(i % 3 + 1)]
        dim = [0, 1, -1, 2][i % 4]
        yield Sample("stack", lambda *t, d=dim: torch.stack(t, d), same, [dim])
        times = [[2, 3], [1, 2, 1], [0, 2], [3, 1]][i % 4]
        yield Sample("repeat", lambda t, r=times: t.repeat(r), [source.tensor((2, 3), dtype)], [times])
        dims = [[0], [1], [0, 1], [-1], []][i % 5]
        yield Sample("flip", lambda t, d=dims: t.flip(d), [source.tensor((2, 3), dtype)], [dims])


def indices(source):
    for i in range(24):
        dtype = ALL[i % len(ALL)]
        x = source.tensor((4, 5), dtype)
        dim = [0, 1, -1][i % 3]
        size = x.shape[dim]
        index = source.indices((i % 4,), size)
        yield Sample("index_select", lambda t, n, d=dim: t.index_select(d, n), [x, index], [dim])
        shape = [4, 5]
        shape[dim] = 3
        where = source.indices(shape, size)
        yield Sample("gather", lambda t, n, d=dim: t.gather(d, n), [x, where], [dim])
        src = source.tensor(shape, dtype)
        if dtype != torch.bool:
            yield Sample("scatter_add", lambda t, n, s, d=dim: t.scatter_add(d, n, s), [x, where, src],
                         [dim])
            part = [4, 5]
            part[dim] = i % 4
            yield Sample("index_add", lambda t, n, s, d=dim: t.index_add(d, n, s),
                         [x, index, source.tensor(part, dtype)], [dim])
        once = torch.stack([torch.randperm(size, generator=source.generator)[:3] for _ in range(6)])
        once = once[:4].T if dim == 0 else once[:4]
        once = once[:, :shape[1]] if dim == 0 else once
        sources = source.tensor(once.shape, dtype)
        yield Sample("scatter", lambda t, n, s, d=dim: t.scatter(d, n, s), [x, once.contiguous(), sources],
                     [dim])
        mask = source.tensor([(4, 5), (5,), (4, 1)][i % 3], torch.bool, layout="contiguous")
        yield Sample("masked_select", torch.masked_select, [x, mask])
        yield Sample("nonzero", torch.nonzero, [x])
        rows, columns = source.indices((3,), 4), source.indices((3,), 5)
        yield Sample("index", lambda t, a, b: t[a, b], [x, rows, columns], [[0, 1]])
        yield Sample("index", lambda t, a: t[:, a], [x, columns - 5], [[1]])
        values = source.tensor((3,), dtype)
        unique = torch.arange(3)
        yield Sample("index_put", lambda t, v, a, b: t.index_put((a, b), v), [x, values, unique, columns],
                     [[0, 1], False])
        if dtype != torch.bool:
            yield Sample("index_put", lambda t, v, a, b: t.index_put((a, b), v, accumulate=True),
                         [x, values, rows, columns], [[0, 1], True])
        table = source.tensor((6, 3), FLOATS[i % len(FLOATS)])
        yield Sample("embedding", lambda w, n: F.embedding(n, w), [table, source.indices((2, 4), 6)], [-1])
        yield Sample("embedding", lambda w, n: F.embedding(n, w, padding_idx=2),
                     [table, source.indices((5,), 6)], [2])
        yield Sample("one_hot", lambda n: F.one_hot(n, 6), [source.indices((2, i % 4), 6)], [6])


def orders(source):
    for i in range(24):
        x = source.tensor([(3, 4), (5,), (2, 3, 4)][i % 3], NUMERIC[i % len(NUMERIC)])
        dim, down = [(0, False), (-1, True), (-1, False)][i % 3]
        # Equal elements stay in their order, as in a stable sort.
        yield Sample("sort", lambda t, d=dim, r=down: torch.sort(t, dim=d, descending=r, stable=True),
                     [x], [dim, down])
        distinct = torch.randperm(x.numel(), generator=source.generator).reshape(x.shape).to(x.dtype)
        k = [0, 2, 1][i % 3]
        yield Sample("topk", lambda t, k=k, d=dim, r=down: torch.topk(t, k, d, r), [distinct],
                     [k, dim, down, True])
        shifts, dims = [([1], [0]), ([-2], []), ([4], [-1])][i % 3]
        yield Sample("roll", lambda t, s=shifts, d=dims: t.roll(s, d), [x], [shifts, dims])
        pad = [[1, 2], [-1, 3], [], [0, -2]][i % 4]
        value = [0, 2.5, -1][i % 3]
        yield Sample("constant_pad_nd", lambda t, p=pad, v=value: torch.constant_pad_nd(t, p, v), [x],
                     [pad, ("number", value)])


def triangles(source):
    for i in range(24):
        x = source.tensor([(4, 5), (2, 3, 3), (5, 2)][i % 3], ALL[i % len(ALL)])
        k = [0, 1, -1, 3, -7][i % 5]
        yield Sample("tril", lambda t, k=k: t.tril(k), [x], [k])
        yield Sample("triu", lambda t, k=k: t.triu(k), [x], [k])
        yield Sample("zero", lambda t: t.clone().zero_(), [x])
        yield Sample("fill", lambda t, v: t.clone().fill_(v), [x, [2, 1.0][x.is_floating_point()]])


def products(source):
    shapes = [((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 2, 3), (2, 3, 2)),
              ((2, 1, 2, 3), (3, 3, 2)), ((2, 0), (0, 3)), ((16, 100), (100, 10)), ((1, 7), (7, 1))]
    for i in range(36):
        dtype = NUMERIC[i % len(NUMERIC)]
        left, right = shapes[i % len(shapes)]
        yield Sample("matmul", torch.matmul, [source.tensor(left, dtype), source.tensor(right, dtype)])
    for i in range(24):
        dtype = NUMERIC[i % len(NUMERIC)]
        n, k, m = [(2, 3, 4), (5, 1, 2), (0, 3, 2), (2, 0, 3), (9, 17, 5)][i % 5]
        a, b = source.tensor((n, k), dtype), source.tensor((k, m), dtype)
        yield Sample("mm", torch.mm, [a, b])
        yield Sample("mv", torch.mv, [a, source.tensor((k,), dtype)])
        yield Sample("dot", torch.dot, [source.tensor((k,), dtype), source.tensor((k,), dtype)])
        yield Sample("outer", torch.outer, [source.tensor((n,), dtype), source.tensor((m,), dtype)])
        yield Sample("bmm", torch.bmm, [source.tensor((2, n, k), dtype), source.tensor((2, k, m), dtype)])
        bias = source.tensor([(m,), (n, m), (1, m), ()][i % 4], dtype)
        beta, alpha = [(1, 1), (2, 3), (0, 1)][i % 3]
        yield Sample("addmm", lambda c, a, b, p=beta, q=alpha: torch.addmm(c, a, b, beta=p, alpha=q),
                     [bias, a, b], [("number", beta), ("number", alpha)])
        floating = FLOATS[i % len(FLOATS)]
        x = source.tensor([(n, k), (2, n, k), (k,)][i % 3], floating)
        yield Sample("linear", F.linear, [x, source.tensor((m, k), floating),
                                          source.tensor((m,), floating)])


def new_tensors(_):
    for i in range(24):
        start, end, step = [(0, 10, 1), (1, 5, 2), (0.0, 1.0, 0.1), (5, 0, -1), (2, 2, 1), (0.5, 7, 2)][i % 6]
        dtype = [None, torch.float64, torch.int64, torch.float16][i // 6]
        yield Sample("arange", lambda a=start, b=end, c=step, d=dtype: torch.arange(a, b, c, dtype=d), [],
                     [("number", start), ("number", end), ("number", step), dtype, "device"])
        start, end, steps = [(0.0, 1.0, 5), (0, 10, 25), (3.0, -3.0, 7), (1.0, 2.0, 1), (1.0, 2.0, 0),
                             (-1.5, 1e4, 101)][i % 6]
        dtype = [torch.float32, torch.float64, torch.int64, torch.bfloat16][i // 6]
        yield Sample("linspace", lambda a=start, b=end, n=steps, d=dtype: torch.linspace(a, b, n, dtype=d),
                     [], [("number", start), ("number", end), steps, dtype, "device"])
        n, m = [(3, None), (2, 4), (4, 2), (0, None)][i % 4]
        dtype = list(DTYPES.values())[i % 7]
        yield Sample("eye", lambda n=n, m=m, d=dtype: torch.eye(n, n if m is None else m, dtype=d), [],
                     [n, m, dtype, "device"])
        value = [2, 1.5, True, -3][i % 4]
        yield Sample("full", lambda v=value, d=dtype: torch.full((2, 3), v, dtype=d), [],
                     [[2, 3], ("number", value), dtype, "device"])


def conversions(source):
    for here in ALL:
        for there in ALL:
            x = source.tensor((2, 3), here, -3, 3)
            yield Sample("to", lambda t, d=there: t.to(d), [x], [there, None])
    for there in INTEGERS:
        x = torch.tensor([0.9, -0.9, 2.5, -2.5, 1e9])
        yield Sample("to", lambda t, d=there: t.to(d), [x], [there, None])


def samples():
    source = Source(3)
    for family in (views, joins, indices, orders, triangles, products, new_tensors, conversions):
        yield from family(source)
