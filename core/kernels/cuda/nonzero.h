#pragma once

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// How many elements of input 0 are not zero. Waits for the device.
absl::StatusOr<int64_t> CountNonzero(const KernelCall& call);
// Their indices, one row each, in row-major order.
absl::Status Nonzero(const KernelCall& call);

}  // namespace gradd::cuda
