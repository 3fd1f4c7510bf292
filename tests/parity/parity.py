#!/usr/bin/env python3
"""Usage: tests/parity/parity.py GRADD_PARITY [--keep FILE] [OP...]

Compares the forward values and the gradients of every op with PyTorch's, over inputs of many shapes,
layouts and dtypes, special values among them. Prints what differs and a table; exits 1 when something
differs that differences.py does not explain. script/parity builds what this needs and calls it.
"""

import argparse
import collections
import datetime
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

import differences
import samples
from operands import DTYPES, attribute_text, input_text

# torch.testing's, and for reductions in 16 bits a unit in the last place more.
TOLERANCES = {torch.float64: (1e-7, 1e-7), torch.float32: (1.3e-6, 1e-5),
              torch.float16: (2e-3, 2e-3), torch.bfloat16: (1.6e-2, 1.6e-2)}


def cotangent(like):
    values = 0.5 + 0.25 * (torch.arange(like.numel()) % 5).double()
    return values.reshape(like.shape).to(like.dtype)


def expected(sample):
    """Outputs and gradients by input, or PyTorch's error."""
    inputs = [x.detach().requires_grad_(x.is_floating_point()) if isinstance(x, torch.Tensor) else x
              for x in sample.inputs]
    try:
        outputs = sample.function(*inputs)
    except Exception as e:  # whatever PyTorch says
        return None, None, str(e)
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    roots = [o for o in outputs if o.requires_grad]
    wrt = {i: x for i, x in enumerate(inputs) if isinstance(x, torch.Tensor) and x.requires_grad}
    gradients = {}
    if roots and wrt:
        found = torch.autograd.grad(roots, list(wrt.values()), [cotangent(o) for o in roots],
                                    allow_unused=True)
        gradients = {i: torch.zeros_like(x) if g is None else g
                     for (i, x), g in zip(wrt.items(), found)}
    return [o.detach() for o in outputs], gradients, None


def parse(line):
    head, _, values = line.partition("=")
    dtype, shape = head.split()
    dtype = DTYPES[dtype]
    sizes = [int(n) for n in shape.strip("[]").split(",") if n]
    numbers = [float(v) for v in values.split()]
    return torch.tensor(numbers, dtype=torch.float64).reshape(sizes).to(dtype)


def ours(program, cases):
    """What gradd_parity says of each case: outputs, gradients, error."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(cases))
        file.flush()
        done = subprocess.run([program, file.name], capture_output=True, text=True, check=True)
    results = []
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "case":
            results.append(([], {}, []))
        elif word == "output":
            results[-1][0].append(parse(rest))
        elif word == "gradient":
            index, _, value = rest.partition(" ")
            results[-1][1][int(index)] = parse(value)
        elif word == "error":
            results[-1][2].append(rest)
    return results


def differs(what, mine, theirs):
    if mine.dtype != theirs.dtype:
        return f"{what} has dtype {mine.dtype}, PyTorch's {theirs.dtype}"
    if mine.shape != theirs.shape:
        return f"{what} has shape {list(mine.shape)}, PyTorch's {list(theirs.shape)}"
    rtol, atol = TOLERANCES.get(theirs.dtype, (0, 0))
    if torch.allclose(mine.double(), theirs.double(), rtol=rtol, atol=atol, equal_nan=True):
        return None
    bad = ~torch.isclose(mine.double(), theirs.double(), rtol=rtol, atol=atol, equal_nan=True)
    place = bad.flatten().nonzero()[0].item()
    return (f"{what}: {int(bad.sum())} of {bad.numel()} elements differ, the first is "
            f"{mine.flatten()[place].item()}, PyTorch's {theirs.flatten()[place].item()}")


REFUSED = "both refuse"


def compare(sample, result):
    """What is different, REFUSED, or None."""
    outputs, gradients, error = expected(sample)
    mine, my_gradients, my_error = result
    if error is not None or my_error:
        if error is not None and my_error:
            return REFUSED
        return f"PyTorch: {error or 'accepts'}; Gradd: {my_error[0] if my_error else 'accepts'}"
    for i, (a, b) in enumerate(zip(mine, outputs, strict=True)):
        if found := differs(f"output {i}", a, b):
            return found
    for i, theirs in gradients.items():
        a = my_gradients.get(i, torch.zeros_like(theirs))
        if found := differs(f"gradient of input {i}", a, theirs):
            return found
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("ops", nargs="*")
    parser.add_argument("--list", help="core/ops/op_list.txt, to say which ops have no samples")
    parser.add_argument("--keep", help="also write the table to this file")
    options = parser.parse_args()

    all_samples = [s for s in samples.all_samples() if not options.ops or s.op in options.ops]
    texts = []
    for i, sample in enumerate(all_samples):
        texts.append("\n".join([f"case {sample.op} {i}",
                                *(f"attribute {attribute_text(a)}" for a in sample.attributes),
                                *(f"input {input_text(x)}" for x in sample.inputs),
                                "output unknown"]))
    results = ours(options.program, texts)
    counts, found, explained, refused = collections.Counter(), [], [], 0
    for sample, result in zip(all_samples, results, strict=True):
        difference = compare(sample, result)
        if difference == REFUSED:
            refused += 1
            continue
        counts[sample.op] += 1
        if difference:
            reason = differences.reason(sample, difference)
            (explained if reason else found).append((sample, difference, reason))

    lines = [f"PyTorch {torch.__version__}, {datetime.date.today()}: {len(counts)} ops, "
             f"{sum(counts.values())} samples that PyTorch accepts, {refused} that both refuse; "
             f"{len(found)} unexplained differences, {len(explained)} explained"]
    if options.list:
        listed = {line.strip().split("/")[1] for line in open(options.list, encoding="utf-8")
                  if "/" in line and not line.startswith("#")}
        missing = sorted(listed - set(counts) - set(samples.WITHOUT))
        lines.append(f"without samples: {', '.join(missing) or 'none'}")
        lines.append("left out: " + "; ".join(f"{op} ({why})" for op, why in samples.WITHOUT.items()))
        found.extend((None, f"{op} has no samples", None) for op in missing)
    few = {op: n for op, n in counts.items() if n < 20}
    lines.append(f"fewer than 20 samples: {few or 'none'}")
    for sample, difference, reason in explained:
        lines.append(f"explained  {sample}: {difference} [{reason}]")
    for sample, difference, _ in found:
        lines.append(f"DIFFERS    {sample or ''}: {difference}")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if options.keep:
        Path(options.keep).write_text(
            text + "\nSamples by op: " +
            ", ".join(f"{op} {n}" for op, n in sorted(counts.items())) + "\n", encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
