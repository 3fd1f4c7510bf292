// Products of tensors, as kernels run them.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/kernel.h"
#include "core/spec/scalar.h"

namespace gradd::cpu::gemm {

// out = product_scale * (left * right) + added_scale * added.
struct Addition {
  const KernelArgument& added;  // broadcasts to the output
  Scalar product_scale;
  Scalar added_scale;
};

// out = left * right, the last two dimensions multiplied as matrices and those before broadcast; a
// vector is one row on the left and one column on the right. `out` has all their dimensions but
// those of vectors. All of one dtype that is not bool. The 16-bit types are added up in float32 and
// rounded once.
absl::Status EnqueueProduct(const KernelCall& call, const KernelArgument& left,
                            const KernelArgument& right, const KernelArgument& out,
                            const Addition* addition = nullptr);
// The same with the last two dimensions of `right` the other way round.
absl::Status EnqueueProductWithTransposed(const KernelCall& call, const KernelArgument& left,
                                          const KernelArgument& right, const KernelArgument& out,
                                          const Addition* addition = nullptr);

}  // namespace gradd::cpu::gemm
