// Products of tensors, as kernels run them; the counterpart of cpu/gemm/matrix_product.h.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/cuda/integer_product.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {

// out = left * right, the last two dimensions multiplied as matrices and those before broadcast; a
// vector is one row on the left and one column on the right. All of one dtype that is not bool.
// Floating ones by cuBLASLt: float32 in full precision unless the stream's options allow TF32, the
// 16-bit types added up in float32 and rounded once. `transposed`: the last two dimensions of
// `right` are the other way round.
absl::Status EnqueueProduct(const KernelCall& call, const KernelArgument& left,
                            const KernelArgument& right, bool transposed,
                            const Addition* addition = nullptr);

}  // namespace gradd::cuda
