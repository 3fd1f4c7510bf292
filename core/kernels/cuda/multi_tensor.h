// Multi-tensor work on CUDA devices: one launch for up to TensorTable::kMostTensors tensors.
#pragma once

#include "core/kernels/multi_tensor.h"

namespace gradd::cuda {

extern const MultiTensorKernels kMultiTensorKernels;

// Its parts that clip gradients.
void Norms(TensorList list, double order, void* norms);
void ClipFactor(TensorList norms, const ClipNumbers& numbers, void* total, double* factor);
void Scale(TensorList list, const double* factor);
void Clamp(TensorList list, double limit);

// Elements that a block changes.
inline constexpr int64_t kUpdatePiece = 4 * 1024;

}  // namespace gradd::cuda
