#!/usr/bin/env python3
"""Usage: print_cases.py > print_cases.txt

Writes what PyTorch prints of many tensors, for print_test.cc to compare with. Needs torch, and is
run by hand; the tests read its output.

Each case is a line "case NAME", lines "KEY VALUE", and "text N" with N lines of text behind it:
  dtype, shape    of the tensor
  data            the elements' bytes in hexadecimal, row-major and little-endian
  ramp            instead of data: element i is i * STEP + START
  options         those of torch.set_printoptions that are not the default
  history         grad_fn=<…> or requires_grad=True
"""

import torch

inf, nan = float("inf"), float("nan")
f16, bf16, f32, f64 = torch.float16, torch.bfloat16, torch.float32, torch.float64
i32, i64 = torch.int32, torch.int64


def case(name, tensor, ramp=None, **options):
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**options)
    text = repr(tensor).split("\n")
    print("case", name)
    print("dtype", str(tensor.dtype).removeprefix("torch."))
    print("shape", *tensor.shape)
    if ramp is not None:
        print("ramp", *ramp)
    else:
        plain = tensor.detach().contiguous().reshape(-1)
        print("data", bytes(plain.view(torch.uint8).tolist()).hex() if plain.numel() else "")
    if options:
        print("options", *[f"{key}={value}" for key, value in options.items()])
    if tensor.grad_fn is not None:
        print(f"history grad_fn=<{type(tensor.grad_fn).__name__}>")
    elif tensor.requires_grad:
        print("history requires_grad=True")
    print("text", len(text))
    print("\n".join(text))


def ramp(name, shape, step, start, dtype=f32, **options):
    count = 1
    for size in shape:
        count *= size
    numbers = torch.arange(count, dtype=f64) * step + start
    case(name, numbers.to(dtype).reshape(shape), (step, start), **options)


def t(*arguments, **keywords):
    return torch.tensor(*arguments, **keywords)


def floating(dtype):
    name = str(dtype).removeprefix("torch.")
    case(f"{name} scalar", t(1.5, dtype=dtype))
    case(f"{name} fractions", t([0.1, 1.25, -3.75], dtype=dtype))
    case(f"{name} whole", t([1.0, 2.0, -3.0], dtype=dtype))
    case(f"{name} whole, large", t([1.0, 4096.0, -32768.0], dtype=dtype))
    case(f"{name} mixed", t([[1.0, nan], [-inf, 0.5]], dtype=dtype))
    case(f"{name} small", t([6e-5, 1.0], dtype=dtype))
    case(f"{name} empty", torch.empty(0, dtype=dtype))
    case(f"{name} empty matrix", torch.empty(0, 3, dtype=dtype))
    case(f"{name} spread", t([0.001, 20.0], dtype=dtype))


def integral(dtype):
    name = str(dtype).removeprefix("torch.")
    case(f"{name} scalar", t(-7, dtype=dtype))
    case(f"{name} vector", t([1, -20, 300], dtype=dtype))
    case(f"{name} matrix", t([[1, 2], [-3, 40]], dtype=dtype))
    case(f"{name} limits", t([torch.iinfo(dtype).min, torch.iinfo(dtype).max], dtype=dtype))
    case(f"{name} empty", torch.empty(0, dtype=dtype))
    case(f"{name} empty block", torch.empty(2, 0, 3, dtype=dtype))


def scalars():
    for number in (0.0, -0.0, 25.0, -1.0, 0.1, 3.14159265, 1e-5, 1e-4, 9.99e-5, 1e8, 1.00000008e8,
                   123456.789, 1e30, 1e-45, 3.4028235e38, inf, -inf, nan, 0.99999, 99.99995):
        case(f"scalar {number!r}", t(number))
    case("scalar of float64's smallest", t(5e-324, dtype=f64))
    case("scalar of float64's largest", t(1.7976931348623157e308, dtype=f64))
    case("true", t(True))
    case("false", t(False))


def notations():
    case("zeros", t([0.0, -0.0]))
    case("whole with negative zero", t([-0.0, 1.0]))
    case("whole with nan", t([nan, 1.0, 20.0]))
    case("whole with infinities", t([inf, -inf, 1.0]))
    case("only nonfinite", t([nan, inf, -inf]))
    case("nonfinite and zero", t([nan, 0.0, -0.0]))
    case("nan of both signs", t([nan, -nan, 0.25]))
    case("ratio of exactly 1000", t([0.5, 500.0]))
    case("ratio over 1000", t([0.5, 500.5]))
    case("whole, ratio over 1000", t([1.0, 1001.0]))
    case("whole, exactly 1e8", t([1e8, 5e5]))
    case("whole, over 1e8", t([2e8, 1e8]))
    case("tiny", t([1e-10, -2.5e-9]))
    case("huge", t([1e20, -2.5e20]))
    case("three digits of exponent", t([1e-200, 1e200, -1.0], dtype=f64))
    case("scientific with nan and zero", t([1e-10, nan, 0.0, -inf, 1.0]))
    case("rounding to a wider number", t([9.99999, 0.5]))
    case("ties round to even", t([0.00125, 0.00375, 0.03125], dtype=f64), precision=4)
    case("negative fractions", t([-0.5, 0.25, -100.125]))
    case("bools", t([True, False, True]))
    case("true only", t([[True], [True]]))


def shapes():
    ramp("vector", [3], 1, 0.5)
    ramp("matrix", [2, 3], 1, 0.5)
    ramp("block", [2, 2, 3], 1, 0.5)
    ramp("four dimensions", [2, 1, 2, 2], 1, 0.5)
    ramp("five dimensions", [2, 1, 2, 1, 2], 0.25, -1)
    ramp("one element, deep", [1, 1, 1, 1], 1, 2)
    ramp("row", [1, 4], 1, 0)
    ramp("column", [4, 1], 1, 0)
    ramp("empty in front", [0, 3], 1, 0)
    ramp("empty behind", [3, 0], 1, 0)
    ramp("empty block of bools", [2, 0, 1], 1, 0, torch.bool)
    ramp("row that just fits", [9], 1, 0.5)
    ramp("row of two lines", [11], 1, 0.5)
    ramp("row of many lines", [50], 0.75, 1000)
    ramp("rows that wrap", [2, 20], 0.5, -3)
    ramp("rows that wrap in a block", [2, 2, 15], 0.5, -3)
    ramp("many integers", [60], 7, -3, i64)
    ramp("many bools", [30], 1, 0, torch.bool)
    ramp("all that is not cut", [1000], 1, 0)
    ramp("elements wider than a line", [3], 0.5, 1, f32, linewidth=10, precision=12)


def cut():
    ramp("cut vector", [1001], 1, 0)
    ramp("cut vector of integers", [2000], 3, -40, i64)
    ramp("cut vector of int32", [2000], 3, -40, i32)
    ramp("cut vector of bools", [1200], 1, 0, torch.bool)
    ramp("cut vector of float64", [1500], 0.25, 0.25, f64)
    ramp("cut matrix", [40, 50], 0.5, 0)
    ramp("cut only down", [600, 2], 0.5, 0)
    ramp("cut only across", [2, 600], 0.5, 0)
    ramp("cut at seven", [7, 200], 1, 0)
    ramp("not cut at six", [6, 200], 1, 0)
    ramp("cut block", [10, 11, 12], 1, 0)
    ramp("cut four dimensions", [4, 7, 8, 9], 1, 0, i64)
    ramp("cut with few ends", [2000], 1, 0, i64, edgeitems=1)
    ramp("cut with many ends", [30, 40], 1, 0, i64, edgeitems=9)
    ramp("cut without ends", [2000], 1, 0, edgeitems=0)
    ramp("matrix cut without ends", [40, 50], 1, 0, edgeitems=0)
    ramp("hidden elements decide nothing", [1100], 0.5, -5)
    ramp("low threshold", [3, 3], 1, 0, edgeitems=1, threshold=5)


def options():
    values = [[0.123456789, 2.0], [-3.5, 1000.25]]
    case("precision 2", t(values), precision=2)
    case("precision 0", t(values), precision=0)
    case("precision 10", t(values, dtype=f64), precision=10)
    case("scientific by option", t([1.5, 2.5]), sci_mode=True)
    case("scientific whole by option", t([1.0, 2.0]), sci_mode=True)
    case("not scientific by option", t([1e-10, 1.0]), sci_mode=False)
    case("not scientific, huge", t([1e20, 0.5]), sci_mode=False)
    case("scientific with precision", t([1.5, 2.5e10]), precision=1)
    case("no ends, not cut", t([1.0, 2.0]), edgeitems=0)
    ramp("narrow lines", [12], 1, 0.5, linewidth=40)
    ramp("wide lines", [40], 1, 0.5, linewidth=120)
    case("suffix on a narrow line", t([1.0], dtype=f64), linewidth=20)


def suffixes():
    leaf = torch.ones(2, 2, requires_grad=True)
    case("leaf", leaf)
    case("result", (leaf * 2).sum())
    case("result of sin", leaf.sin())
    case("view", leaf[0])
    case("float64 leaf", torch.ones(2, dtype=f64, requires_grad=True))
    case("float64 result", torch.ones(2, dtype=f64, requires_grad=True).exp())
    case("half result", torch.ones(2, dtype=f16, requires_grad=True).exp())
    case("empty leaf", torch.empty(0, 2, requires_grad=True))
    for count in range(5, 12):
        row = torch.full((count,), 0.5, dtype=f64, requires_grad=True)
        case(f"float64 row of {count} with history", row * 0.5)
        case(f"float32 row of {count}, leaf", torch.full((count,), 0.5, requires_grad=True))
    case("two lines of float64 with history",
         torch.full((2, 8), 0.5, dtype=f64, requires_grad=True) * 0.5)
    case("scalar with history", t(1.0, requires_grad=True).cos())


def main():
    print("# Generated by print_cases.py with torch", torch.__version__.split("+")[0])
    scalars()
    for dtype in (f16, bf16, f32, f64):
        floating(dtype)
    for dtype in (i32, i64):
        integral(dtype)
    notations()
    shapes()
    cut()
    options()
    suffixes()


if __name__ == "__main__":
    main()
