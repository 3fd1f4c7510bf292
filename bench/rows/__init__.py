"""All rows, in the order in which they are measured and printed."""

from rows import chain, metrics, ops, rpc, sessions, start, tensor

ROWS = [row for family in (rpc, ops, chain, tensor, metrics, sessions, start) for row in family.ROWS]
