"""PyTorch's side of bench/rows/ops.cc: the same chain, the same protocol.

Of the default number of threads and one thread it takes what is faster here.
"""

import argparse
import sys
import time

import torch


def numbers():
    return torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)


class Chain:
    def __init__(self, flags):
        self.links = flags.links
        self.rounds = flags.rounds
        self.x, self.y, self.start = numbers(), numbers(), torch.ones(2, 3)
        self.measure = {"ops.stream": self.stream, "ops.backward": self.backward}[flags.what]

    def forward(self):
        x, y, z = self.x, self.y, self.start
        for _ in range(self.links):
            z = (z / x) * y
        return z

    def stream(self):
        for _ in range(self.rounds):
            self.forward()

    def backward(self):
        for _ in range(self.rounds):
            self.forward().sum().backward()
            self.x.grad = self.y.grad = None

    def micros_per_op(self):
        start = time.perf_counter()
        self.measure()
        return (time.perf_counter() - start) * 1e6 / (2 * self.links * self.rounds)


def choose_threads(chain):
    choices = {torch.get_num_threads(), 1}
    best = {}
    for _ in range(3):
        for threads in choices:
            torch.set_num_threads(threads)
            best[threads] = min(best.get(threads, float("inf")), chain.micros_per_op())
    torch.set_num_threads(min(best, key=best.get))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--what", required=True)
    parser.add_argument("--links", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    chain = Chain(parser.parse_args())
    torch.testing.assert_close(chain.forward(), torch.ones(2, 3), atol=1e-2, rtol=0)
    choose_threads(chain)
    print(f"ready PyTorch {torch.__version__}, {torch.get_num_threads()} thread(s)", flush=True)
    for _ in sys.stdin:
        print(chain.micros_per_op(), flush=True)


main()
