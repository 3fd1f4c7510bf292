"""What is compared: for every op at least 20 calls. A family of ops has a file of its own."""

import dataclasses
import typing

import torch


@dataclasses.dataclass
class Sample:
    op: str
    function: typing.Callable  # PyTorch's, of the inputs
    inputs: list  # tensors and plain numbers
    attributes: list = dataclasses.field(default_factory=list)  # as the op declares them

    def __str__(self):
        inputs = ", ".join(f"{str(x.dtype).removeprefix('torch.')}{list(x.shape)}"
                           if isinstance(x, torch.Tensor) else repr(x) for x in self.inputs)
        attributes = ", ".join(map(str, self.attributes))
        return f"{self.op}({inputs}{'; ' if attributes else ''}{attributes})"


# Ops that PyTorch has no counterpart for, or whose values it cannot know.
WITHOUT = {
    **{op: "random; its law is tested" for op in
       ("bernoulli", "dropout", "normal", "rand", "randint", "randn", "randperm", "uniform")},
    **{op: "made by rules only" for op in
       ("apply_dropout", "log_softmax_vjp", "nll_loss_vjp", "prod_others", "reverse_cumsum",
        "softmax_vjp")},
    "strided_accumulate": "PyTorch has it inside as_strided's backward only",
    "strided_scatter": "writes through views, compared by random programs",
}


def all_samples():
    import samples_pointwise
    import samples_reduction
    import samples_shape
    families = [samples_pointwise, samples_reduction, samples_shape]
    return [sample for family in families for sample in family.samples()]
