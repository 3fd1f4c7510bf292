// What products of matrices need of kernels of our own.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/cuda/product_plan.h"
#include "core/kernels/kernel.h"
#include "core/spec/scalar.h"

namespace gradd::cuda {

// out = product_scale * (left * right) + added_scale * added.
struct Addition {
  const KernelArgument& added;  // broadcasts to the output
  Scalar product_scale;
  Scalar added_scale;
};

// out = left * right for int32 and int64, which wrap. Nothing of `out` is read.
absl::Status MultiplyIntegers(const KernelCall& call, const ProductPlan& plan,
                              const KernelArgument& left, const KernelArgument& right,
                              const KernelArgument& out);

// out = product_scale * out + added_scale * added, of any dtype but bool.
absl::Status AddScaled(const KernelCall& call, const KernelArgument& out, const Addition& addition);

}  // namespace gradd::cuda
