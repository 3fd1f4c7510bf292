"""What a row of the conformance tables is made of: tensors, attributes, cases.

The values of a tensor follow from its shape and a phase, are the same on every machine and exact in
float32, so that one reference serves both widths. Those of the 16-bit types are exact in these.
"""

import functools
from dataclasses import dataclass, field

import numpy as np

BOOL, I32, INT = "bool", "int32", "int64"
F16, BF16, F32, F64 = "float16", "bfloat16", "float32", "float64"
DTYPES = [BOOL, I32, INT, F16, BF16, F32, F64]
FLOATS = [F16, BF16, F32, F64]
INTEGERS = [I32, INT]
NUMERIC = [*INTEGERS, *FLOATS]
STORED = {BOOL: np.bool_, I32: np.int32, INT: np.int64, F16: np.float64, BF16: np.float64,
          F32: np.float64, F64: np.float64}

DEVICE = "device"  # the device that the test runs on
NONE = None        # an attribute that is not given


@dataclass
class Tensor:
    dtype: str
    values: np.ndarray  # float64 for all float dtypes
    strides: list = None  # in elements; None: contiguous
    offset: int = 0

    @property
    def shape(self):
        return list(self.values.shape)


@dataclass
class Number:
    """A plain number in the place of a tensor: the 2 in `2 * b`."""
    value: object

    @property
    def dtype(self):
        return {bool: BOOL, int: INT, float: F64}[type(self.value)]

    @property
    def values(self):
        return np.array(self.value, dtype=STORED[self.dtype])


@dataclass
class Scalar:
    """An attribute of kind number."""
    value: object


@dataclass
class DType:
    name: str


@dataclass
class Dims:
    sizes: list = field(default_factory=list)


def numbers(shape, low, high, phase):
    """Spread over [low, high) without repeats or order."""
    count = int(np.prod(shape, dtype=np.int64))
    fractions = (np.arange(count) * 0.6180339887498949 + phase * 0.37 + 0.21) % 1.0
    return np.float32(low + (high - low) * fractions).astype(np.float64).reshape(shape)


def rounded(dtype, values):
    """The nearest numbers that the dtype has, toward zero for bfloat16."""
    if dtype == F16:
        return values.astype(np.float16).astype(np.float64)
    if dtype == BF16:
        bits = values.astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
        return bits.view(np.float32).astype(np.float64)
    return values


def tensor(dtype, shape, low=-2.0, high=2.0, phase=0, layout="contiguous"):
    """layout: contiguous, transposed (the dimensions in reverse order in memory), sliced (every
    second element from an offset), or broadcast (the first dimension has stride 0)."""
    shape = list(shape)
    values = numbers(shape, low, high, phase)
    if dtype == BOOL:
        values = (np.arange(values.size).reshape(shape) + phase) % 3 != 0
    elif dtype in INTEGERS:
        values = np.floor(2 * values).astype(STORED[dtype])
    else:
        values = rounded(dtype, values)
    result = Tensor(dtype, values)
    row_major = [int(np.prod(shape[d + 1:], dtype=np.int64)) for d in range(len(shape))]
    if layout == "transposed":
        result.strides = [int(np.prod(shape[:d], dtype=np.int64)) for d in range(len(shape))]
    elif layout == "sliced":
        result.strides, result.offset = [2 * stride for stride in row_major], 3
    elif layout == "broadcast":
        result.values = np.broadcast_to(values[:1], shape).copy()
        result.strides = [0] + row_major[1:]
    return result


def given(dtype, values):
    """A tensor of just these values."""
    return Tensor(dtype, np.array(values, dtype=STORED[dtype]))


def category(dtype):
    return 0 if dtype == BOOL else 1 if dtype in INTEGERS else 2


def promote(a, b):
    """The smallest dtype that holds both."""
    return F32 if {a, b} == {F16, BF16} else max(a, b, key=DTYPES.index)


def result_type(*operands):
    """PyTorch's: tensors with dimensions before scalar tensors before numbers; a later group
    counts only if its category is higher."""
    groups = [[], [], []]
    for operand in operands:
        weak = isinstance(operand, Number)
        dtype = F32 if weak and operand.dtype == F64 else operand.dtype
        groups[2 if weak else 1 if operand.values.ndim == 0 else 0].append(dtype)
    result = None
    for dtype in (functools.reduce(promote, group) for group in groups if group):
        if result is None or category(dtype) > category(result):
            result = dtype if result is None else promote(result, dtype)
    return result


def out(dtype, values):
    return Tensor(dtype, np.asarray(values, dtype=STORED[dtype]))


@dataclass
class Case:
    op: str
    name: str
    inputs: list
    attributes: list
    outputs: list  # None: not known to the reference, as of random ops

    @property
    def title(self):
        return f"{self.op} {self.name}"

    def text(self):
        lines = [f"case {self.title}"]
        lines += [f"attribute {attribute_text(attribute)}" for attribute in self.attributes]
        lines += [f"input {tensor_text(value)}" for value in self.inputs]
        lines += [f"output {tensor_text(value)}" for value in self.outputs or []]
        if self.outputs is None:
            lines.append("output unknown")
        return "\n".join(lines) + "\n"


def case(op, name, inputs, outputs, attributes=()):
    return Case(op, name, list(inputs), list(attributes), outputs)


def list_text(sizes):
    return "[" + ",".join(str(int(size)) for size in sizes) + "]"


def number_text(value):
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    return repr(float(value)) if isinstance(value, (float, np.floating)) else str(int(value))


def tensor_text(value):
    if isinstance(value, Number):
        return f"number {value.dtype} {number_text(value.value)}"
    parts = [value.dtype, list_text(value.shape)]
    if value.strides is not None:
        parts += ["strides", list_text(value.strides), "offset", str(value.offset)]
    return " ".join(parts + ["="] + [number_text(v) for v in value.values.ravel()])


def attribute_text(value):
    if value is NONE:
        return "none"
    if value == DEVICE:
        return "device"
    if isinstance(value, bool):
        return f"bool {int(value)}"
    if isinstance(value, int):
        return f"int {value}"
    if isinstance(value, float):
        return f"float {value!r}"
    if isinstance(value, DType):
        return f"dtype {value.name}"
    if isinstance(value, Dims):
        return f"dims {list_text(value.sizes)}"
    assert isinstance(value, Scalar), value
    return f"number {Number(value.value).dtype} {number_text(value.value)}"
