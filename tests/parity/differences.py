"""Differences from PyTorch that are meant, and why."""

import torch


def reason(sample, difference):
    """Why this difference is as it should be; None: nobody meant it."""
    for applies, why in KNOWN:
        if applies(sample, difference):
            return why
    return None


def tensors(sample):
    return [x for x in sample.inputs if isinstance(x, torch.Tensor)]


def has_16_bits(sample):
    return any(x.dtype in (torch.float16, torch.bfloat16) for x in tensors(sample))


KNOWN = [
    (lambda s, d: s.op == "gelu" and "PyTorch's nan" in d,
     "gelu(inf) is inf; PyTorch's is NaN in float32 and inf in float64"),
    (lambda s, d: s.op == "pow" and s.inputs[1] == 0.5 and "PyTorch's nan" in d,
     "pow(-inf, 0.5) is inf by IEEE 754; PyTorch takes the square root"),
    (lambda s, d: d.startswith("gradient") and has_16_bits(s) and len(tensors(s)) == 2
     and tensors(s)[1].dim() == 0,
     "the gradient of a broadcast scalar is a sum of terms that cancel, which PyTorch rounds to 16 "
     "bits one by one"),
    (lambda s, d: s.op == "log_softmax" and d.startswith("gradient") and has_16_bits(s),
     "the gradient is made of the exponential of a 16-bit output, where its last bit counts most"),
    (lambda s, d: s.op.startswith("clamp") and d.startswith("gradient")
     and all(isinstance(x, torch.Tensor) for x in s.inputs),
     "where an element equals a bound that is a tensor PyTorch gives half of the gradient to each; "
     "with a number it gives none, as Gradd does with both"),
]
