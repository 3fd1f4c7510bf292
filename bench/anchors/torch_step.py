"""PyTorch's side of bench/rows/step.cc: the same model, data and steps, the same protocol.

Of the numbers of threads and SGD's implementations it takes what is fastest here.
"""

import argparse
import itertools
import sys
import time

import torch

ROWS, INPUTS, HIDDEN, OUTPUTS = 16, 1000, 100, 10
STEPS = 200  # a sample
LEARNING_RATE = 1e-3
MODES = [{}, {"foreach": True}, {"foreach": False}, {"fused": True}]


def numbers(*shape, scale):
    count = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (scale * (2 * torch.fmod(count * 0.6180339887 + 0.21, 1) - 1)).float().reshape(shape)


class TinyModel:
    def __init__(self, mode, device):
        self.synchronize = torch.cuda.synchronize if device != "cpu" else lambda: None
        self.x, self.y, *self.parameters = (tensor.to(device) for tensor in (
            numbers(ROWS, INPUTS, scale=0.1), numbers(ROWS, OUTPUTS, scale=1),
            numbers(HIDDEN, INPUTS, scale=0.03), numbers(HIDDEN, scale=0.03),
            numbers(OUTPUTS, HIDDEN, scale=0.1), numbers(OUTPUTS, scale=0.1)))
        for parameter in self.parameters:
            parameter.requires_grad_()
        self.optimizer = torch.optim.SGD(self.parameters, lr=LEARNING_RATE, **mode)

    def step(self):
        self.optimizer.zero_grad()
        weight1, bias1, weight2, bias2 = self.parameters
        hidden = torch.relu(torch.nn.functional.linear(self.x, weight1, bias1))
        output = torch.nn.functional.linear(hidden, weight2, bias2)
        loss = (output - self.y).pow(2).sum()
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def micros_a_step(self, fetch):
        start = time.perf_counter()
        for i in range(1, STEPS + 1):
            loss = self.step()
            if i % fetch == 0:
                loss.item()
        self.synchronize()
        return (time.perf_counter() - start) * 1e6 / STEPS


def fastest(fetch, device):
    """A model, its mode and the number of threads."""
    best = {}
    choices = list(itertools.product(sorted({torch.get_num_threads(), 1}), MODES))
    models = [TinyModel(mode, device) for _, mode in choices]
    for _ in range(4):
        for i, (threads, _) in enumerate(choices):
            torch.set_num_threads(threads)
            best[i] = min(best.get(i, float("inf")), models[i].micros_a_step(fetch))
    chosen = min(best, key=best.get)
    return models[chosen], choices[chosen][1], choices[chosen][0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fetch", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    flags = parser.parse_args()
    fetch = flags.fetch
    model, mode, threads = fastest(fetch, flags.device)
    torch.set_num_threads(threads)
    name = next(iter(f"{key}={value}" for key, value in mode.items()), "default")
    print(f"ready PyTorch {torch.__version__}, {threads} thread(s), SGD {name}", flush=True)
    for _ in sys.stdin:
        print(model.micros_a_step(fetch), flush=True)


main()
