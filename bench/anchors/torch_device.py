"""PyTorch's side of bench/rows/device.cc: as many calls before it waits, the same protocol."""

import argparse
import sys
import time

import torch

ROUNDS = 50  # a sample


def copy(flags):
    source = torch.full((flags.elements,), 0.5, device=flags.device)
    target = torch.empty_like(source)
    return lambda: target.copy_(source)


def product(flags):
    torch.backends.cuda.matmul.allow_tf32 = False
    # The numbers of DeviceProduct: what is multiplied decides how much power that takes, and so how
    # fast the clock is.
    count = torch.arange(flags.size * flags.size, dtype=torch.float64)
    numbers = (2 * torch.fmod(count * 0.6180339887, 1) - 1).float()
    matrix = numbers.reshape(flags.size, flags.size).to(flags.device)
    return lambda: matrix @ matrix


def millis(work, synchronize):
    synchronize()
    start = time.perf_counter()
    for _ in range(ROUNDS):
        work()
    synchronize()
    return (time.perf_counter() - start) * 1e3 / ROUNDS


def choose_library(work, synchronize):
    """The faster of the two here; what it is called."""
    def using(library):
        torch.backends.cuda.preferred_blas_library(library)
        return min(millis(work, synchronize) for _ in range(5))

    best = min(("cublas", "cublaslt"), key=using)
    torch.backends.cuda.preferred_blas_library(best)
    return f", {best}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--what", choices=("copy", "product"), required=True)
    parser.add_argument("--elements", type=int, default=0)
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    flags = parser.parse_args()
    on_gpu = flags.device != "cpu"
    synchronize = torch.cuda.synchronize if on_gpu else lambda: None
    work = {"copy": copy, "product": product}[flags.what](flags)
    millis(work, synchronize)
    library = choose_library(work, synchronize) if on_gpu and flags.what == "product" else ""
    name = torch.cuda.get_device_name() if on_gpu else "CPU"
    print(f"ready PyTorch {torch.__version__}, {name}{library}", flush=True)
    for _ in sys.stdin:
        print(millis(work, synchronize), flush=True)


main()
