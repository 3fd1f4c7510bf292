"""All rows, in the order in which they are measured and printed."""

from rows import chain, kernels, metrics, ops, rpc, sessions, start, step, tensor

ROWS = [row for family in (rpc, ops, step, kernels, chain, tensor, metrics, sessions,
                               start) for row in family.ROWS]
