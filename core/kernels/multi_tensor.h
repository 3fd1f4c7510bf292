// Work over many tensors at once: what optimizers and gradient clipping do to all parameters with
// one launch. It writes in place and is no op: no graph records it.
//
// Tensors are contiguous memory of one floating dtype on one device. A launch enqueues its work and
// cannot fail, so that whoever calls it last, after all that can fail, changes all or nothing. No
// two tensors that a launch writes overlap.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/device/stream.h"
#include "core/kernels/functors/adam_update.h"
#include "core/kernels/functors/rmsprop_update.h"
#include "core/kernels/functors/sgd_update.h"
#include "core/spec/dtype.h"

namespace gradd {

// The most that an optimizer remembers of an element.
inline constexpr int kMaxOptimizerStates = 3;

// One parameter with what its update reads and writes, `count` elements each.
struct UpdateTensors {
  int64_t count = 0;
  void* parameter = nullptr;
  const void* gradient = nullptr;
  std::array<void*, kMaxOptimizerStates> states = {};  // the first of them that the update has
};

struct UpdateList {
  DType dtype;
  std::vector<UpdateTensors> tensors;
  Stream& stream;
};

struct TensorMemory {
  int64_t count = 0;
  void* data = nullptr;
};

struct TensorList {
  DType dtype;
  std::vector<TensorMemory> tensors;
  Stream& stream;
};

// The norm of norms, and what gradients are multiplied with so that it is at most `maximum`.
struct ClipNumbers {
  double order = 2;  // of the norm
  double maximum = 0;
};

struct MultiTensorKernels {
  void (*sgd)(UpdateList list, const SgdNumbers& numbers, bool momentum);
  void (*adam)(UpdateList list, const AdamNumbers& numbers, bool amsgrad);
  void (*rmsprop)(UpdateList list, const RmspropNumbers& numbers, bool momentum, bool centered);

  // norms[i] = the norm of tensor i, of the list's dtype. Order 0 counts what is not 0; infinity
  // and -infinity are the largest and the smallest magnitude. The norm of nothing is 0.
  void (*norms)(TensorList list, double order, void* norms);
  // Of `norms`, one contiguous tensor: *total = its norm, in the list's dtype; *factor =
  // min(1, maximum / (total + 1e-6)), NaN if that is.
  void (*clip_factor)(TensorList norms, const ClipNumbers& numbers, void* total, double* factor);
  // Multiplies every element with *factor.
  void (*scale)(TensorList list, const double* factor);
  // Limits every element to [-limit, limit]. NaN stays.
  void (*clamp)(TensorList list, double limit);
};

}  // namespace gradd
