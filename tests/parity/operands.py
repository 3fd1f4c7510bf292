"""What cases are made of: torch tensors, and how the case file writes them."""

import itertools
import math

import torch

NAMES = {torch.bool: "bool", torch.int32: "int32", torch.int64: "int64", torch.float16: "float16",
         torch.bfloat16: "bfloat16", torch.float32: "float32", torch.float64: "float64"}
DTYPES = {name: dtype for dtype, name in NAMES.items()}
FLOATS = [torch.float32, torch.float64, torch.bfloat16, torch.float16]
WIDE = [torch.float32, torch.float64]
INTEGERS = [torch.int64, torch.int32]

SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 1e-3, 30.0, -30.0]


class Source:
    """Seeded numbers in shapes and layouts that repeat from run to run."""

    LAYOUTS = ["contiguous", "transposed", "sliced", "expanded"]

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.layouts = itertools.cycle(self.LAYOUTS)

    def tensor(self, shape, dtype=torch.float32, low=-2.0, high=2.0, layout=None):
        layout = layout or next(self.layouts)
        shape = list(shape)
        if layout == "expanded" and shape and shape[0] > 1:
            return self.plain([1] + shape[1:], dtype, low, high).expand(shape)
        if layout == "sliced" and shape:
            return self.plain(shape[:-1] + [2 * shape[-1] + 1], dtype, low, high)[..., 1::2]
        if layout == "transposed" and len(shape) > 1:
            return self.plain(shape[::-1], dtype, low, high).permute(*range(len(shape) - 1, -1, -1))
        return self.plain(shape, dtype, low, high)

    def plain(self, shape, dtype, low, high):
        values = torch.rand(shape, generator=self.generator, dtype=torch.float64)
        values = low + (high - low) * values
        if dtype == torch.bool:
            return values > (low + high) / 2
        if not dtype.is_floating_point:
            values = values.floor()
        return values.to(dtype)

    def indices(self, shape, size):
        return torch.randint(0, size, shape, generator=self.generator)


def number_text(value):
    return repr(float(value)) if isinstance(value, float) else str(int(value))


def list_text(sizes):
    return "[" + ",".join(str(size) for size in sizes) + "]"


def input_text(value):
    if not isinstance(value, torch.Tensor):
        dtype = {bool: "bool", int: "int64", float: "float64"}[type(value)]
        return f"number {dtype} {number_text(value)}"
    values = value.detach().to(torch.float64 if value.is_floating_point() else torch.int64)
    place = ""
    if not value.is_contiguous():
        place = f" strides {list_text(value.stride())} offset {value.storage_offset()}"
    return " ".join([NAMES[value.dtype], list_text(value.shape) + place, "=",
                     *(number_text(v) for v in values.flatten().tolist())])


def attribute_text(value):
    """None, bool, int, float, a dtype, a list of sizes, or ("number", n)."""
    if value is None:
        return "none"
    if value == "device":
        return "device"
    if isinstance(value, bool):
        return f"bool {int(value)}"
    if isinstance(value, int):
        return f"int {value}"
    if isinstance(value, float):
        return f"float {value!r}"
    if isinstance(value, torch.dtype):
        return f"dtype {NAMES[value]}"
    if isinstance(value, tuple):
        return "number " + input_text(value[1]).removeprefix("number ")
    return f"dims {list_text(value)}"
