#!/usr/bin/env python3
"""Usage: tests/core/optim/generate_reference.py [--check]

Computes with NumPy in float64, from the formulas of torch.optim's documentation and with none of our
code, what optimizers do to a small parameter, and writes it to reference_values.txt, which the tests
read. --check writes nothing and exits 1 where the file would change by more than the last digits.
"""

import itertools
import sys
from pathlib import Path

import numpy as np

TARGET = Path(__file__).resolve().parent / "reference_values.txt"
HEADER = "# Written by tests/core/optim/generate_reference.py. Not to be edited.\n"

# Exact in float16, so that one reference serves every width.
PARAMETER = np.array([1.0, -0.5, 0.25])
GRADIENTS = np.array([[0.5, -0.25, 1.0], [-1.0, 0.75, 0.125], [0.25, 0.5, -0.5], [2.0, -1.5, 0.0]])


def sgd(p, g, state, step, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=0, maximize=0):
    g = (-g if maximize else g) + weight_decay * p
    if momentum:
        b = g if step == 1 else momentum * state["momentum_buffer"] + (1 - dampening) * g
        state["momentum_buffer"] = b
        g = g + momentum * b if nesterov else b
    return p - lr * g


def adam(p, g, state, step, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0, amsgrad=0,
         maximize=0):
    g = (-g if maximize else g) + weight_decay * p
    return adam_move(p, g, state, step, lr, beta1, beta2, eps, amsgrad)


def adamw(p, g, state, step, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2,
          amsgrad=0, maximize=0):
    p = p - lr * weight_decay * p
    return adam_move(p, -g if maximize else g, state, step, lr, beta1, beta2, eps, amsgrad)


def adam_move(p, g, state, step, lr, beta1, beta2, eps, amsgrad):
    m = beta1 * state.get("exp_avg", 0 * p) + (1 - beta1) * g
    v = beta2 * state.get("exp_avg_sq", 0 * p) + (1 - beta2) * g ** 2
    state.update(exp_avg=m, exp_avg_sq=v)
    if amsgrad:
        v = np.maximum(state.get("max_exp_avg_sq", 0 * p), v)
        state["max_exp_avg_sq"] = v
    m_hat = m / (1 - beta1 ** step)
    v_hat = v / (1 - beta2 ** step)
    return p - lr * m_hat / (np.sqrt(v_hat) + eps)


def rmsprop(p, g, state, step, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=0,
            maximize=0):
    g = (-g if maximize else g) + weight_decay * p
    v = alpha * state.get("square_avg", 0 * p) + (1 - alpha) * g ** 2
    state["square_avg"] = v
    if centered:
        a = alpha * state.get("grad_avg", 0 * p) + (1 - alpha) * g
        state["grad_avg"] = a
        v = v - a ** 2
    change = g / (np.sqrt(v) + eps)
    if momentum:
        b = momentum * state.get("momentum_buffer", 0 * p) + change
        state["momentum_buffer"] = b
        change = b
    return p - lr * change


FLAG = [0, 1]
# For each kind its formula and the values that its options take, in all combinations that are valid.
KINDS = {
    "sgd": (sgd, dict(lr=[0.1], momentum=[0, 0.9], dampening=[0, 0.3], weight_decay=[0, 0.05],
                      nesterov=FLAG, maximize=FLAG)),
    "adam": (adam, dict(lr=[0.1], weight_decay=[0, 0.05], amsgrad=FLAG, maximize=FLAG)),
    "adamw": (adamw, dict(lr=[0.1], weight_decay=[0, 0.05], amsgrad=FLAG, maximize=FLAG)),
    "rmsprop": (rmsprop, dict(lr=[0.05], weight_decay=[0, 0.05], momentum=[0, 0.9], centered=FLAG,
                              maximize=FLAG)),
}
# The defaults, and what the combinations leave out.
OTHERS = [
    ("sgd", {}), ("adam", {}), ("adamw", {}), ("rmsprop", {}),
    ("adam", dict(lr=0.1, beta1=0.3, beta2=0.6, eps=0.1)),
    ("adam", dict(beta1=0, beta2=0, eps=1e-3)),
    ("adamw", dict(lr=0.2, beta1=0.5, beta2=0.9, eps=0, weight_decay=0.3)),
    ("rmsprop", dict(lr=0.1, alpha=0.4, eps=0.01, centered=1, momentum=0.5)),
    ("rmsprop", dict(alpha=0.5, eps=1e-2, centered=1)),
]


def valid(kind, options):
    if kind != "sgd":
        return True
    if options["momentum"] == 0 and options["dampening"] != 0:
        return False
    return not options["nesterov"] or (options["momentum"] > 0 and options["dampening"] == 0)


def cases():
    for kind, (_, values) in KINDS.items():
        for combination in itertools.product(*values.values()):
            options = dict(zip(values, combination))
            if valid(kind, options):
                yield kind, options
    yield from OTHERS


def numbers(values):
    return " ".join(repr(float(v)) for v in values)


def text_of(kind, options):
    lines = [f"case {kind}", *(f"option {name} {float(v)!r}" for name, v in options.items())]
    p, state = PARAMETER, {}
    for step, gradient in enumerate(GRADIENTS, start=1):
        p = KINDS[kind][0](p, gradient, state, step, **options)
        lines.append(f"parameter {numbers(p)}")
    lines += [f"state {name} {numbers(values)}" for name, values in sorted(state.items())]
    return "\n".join(lines) + "\n"


def text():
    inputs = [f"start {numbers(PARAMETER)}", *(f"gradient {numbers(g)}" for g in GRADIENTS)]
    return "\n".join([HEADER + "\n".join(inputs) + "\n", *(text_of(*case) for case in cases())])


def same(old, new):
    old, new = old.split(), new.split()

    def equal(a, b):
        try:
            return a == b or abs(float(a) - float(b)) <= 1e-14 * max(abs(float(a)), 1.0)
        except ValueError:
            return False
    return len(old) == len(new) and all(map(equal, old, new))


def main():
    now = text()
    if TARGET.is_file() and same(TARGET.read_text(), now):
        print("nothing to write")
        return 0
    if sys.argv[1:] == ["--check"]:
        print(f"stale: {TARGET.name}")
        return 1
    TARGET.write_text(now)
    print(f"written: {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
