#!/usr/bin/env python3
"""What the tutorial prints with local PyTorch. Writes expected.txt, which the test compares with
what ../tutorial prints against a server:

    python3 examples/tutorial/pytorch.py >examples/tutorial/expected.txt
"""

import math
import warnings

import torch


def title(text):
    print(f"\n=== {text} ===")


def node(fn):
    return f"<{type(fn).__name__}>" if fn is not None else "None"


def functions(fn):
    edges = ", ".join(f"({node(next_fn)}, {i})" for next_fn, i in fn.next_functions)
    return f"({edges})"


def the_graph():
    title("1. Every op is recorded")
    a = torch.linspace(0., 2. * math.pi, steps=25, requires_grad=True)
    print(a)
    b = torch.sin(a)
    print(b)
    c = 2 * b
    print(c)
    d = c + 1
    print(d)
    out = d.sum()
    print(out)

    title("2. The graph can be walked")
    print("d:", node(d.grad_fn), functions(d.grad_fn))
    print("c:", node(c.grad_fn), functions(c.grad_fn))
    print("b:", node(b.grad_fn), functions(b.grad_fn))
    leaf = b.grad_fn.next_functions[0][0]
    print("accumulates into a:", node(leaf), functions(leaf) if leaf.next_functions else "()")
    print("a:", node(a.grad_fn))

    title("3. backward() fills .grad of leaves")
    out.backward()
    print(a.grad)
    print("equals 2 cos(a):", bool((a.grad - 2 * torch.cos(a)).abs().amax().item() < 1e-6))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        print("c.grad:", c.grad)


class TinyModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = torch.nn.Linear(1000, 100)
        self.relu = torch.nn.ReLU()
        self.layer2 = torch.nn.Linear(100, 10)

    def forward(self, x):
        return self.layer2(self.relu(self.layer1(x)))


def waves(shape, scale, step):
    """Numbers without a pattern that every machine computes alike."""
    count = math.prod(shape)
    return (torch.sin(torch.arange(1, count + 1, dtype=torch.float64) * step) * scale).float().reshape(shape)


def training():
    title("4. Training")
    some_input = waves((16, 1000), 1.0, 0.7)
    ideal_output = waves((16, 10), 1.0, 1.3)
    model = TinyModel()
    print(model)
    with torch.no_grad():
        model.layer1.weight.copy_(waves((100, 1000), 0.03, 0.11))
        model.layer1.bias.copy_(waves((100,), 0.03, 0.13))
        model.layer2.weight.copy_(waves((10, 100), 0.1, 0.17))
        model.layer2.bias.copy_(waves((10,), 0.1, 0.19))
    print(model.layer2.weight[0][0:10])
    print("grad:", model.layer2.weight.grad)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    prediction = model(some_input)
    loss = (ideal_output - prediction).pow(2).sum()
    print("loss:", loss)
    loss.backward()
    print(model.layer2.weight[0][0:10])
    print(model.layer2.weight.grad[0][0:10])
    optimizer.step()
    print(model.layer2.weight[0][0:10])
    print(model.layer2.weight.grad[0][0:10])

    print("five more passes without zero_grad")
    for _ in range(5):
        prediction = model(some_input)
        loss = (ideal_output - prediction).pow(2).sum()
        loss.backward()
    print(model.layer2.weight.grad[0][0:10])
    optimizer.zero_grad(set_to_none=False)
    print(model.layer2.weight.grad[0][0:10])


def modes():
    title("5. Turning autograd off and on")
    a = torch.ones(2, 3, requires_grad=True)
    print(a)
    b1 = 2 * a
    print(b1)
    a.requires_grad = False
    b2 = 2 * a
    print(b2)

    a = torch.ones(2, 3, requires_grad=True) * 2
    b = torch.ones(2, 3, requires_grad=True) * 3
    c1 = a + b
    print(c1)
    with torch.no_grad():
        c2 = a + b
    print(c2)
    c3 = a * b
    print(c3)
    with torch.no_grad():
        with torch.enable_grad():
            c4 = a * b
    print(c4)

    x = torch.linspace(0, 1, 5, requires_grad=True)
    y = x.detach()
    print(x)
    print(y)

    title("6. In-place operations and autograd")
    a = torch.linspace(0., 2. * math.pi, steps=25, requires_grad=True)
    try:
        torch.sin_(a)
    except RuntimeError as e:
        print(e)


def vectors():
    title("8. More: gradients of vectors")
    x = waves((3,), 1.0, 0.7)
    x.requires_grad = True
    y = x * 2
    while y.data.norm() < 1000:
        y = y * 2
    print(y)
    try:
        y.backward()
    except RuntimeError as e:
        print(e)
    v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float)
    y.backward(v)
    print(x.grad)


the_graph()
training()
modes()
vectors()
