#include "core/kernels/cpu/multi_tensor.h"

#include <utility>

#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu {
namespace {

// The bytes of element i.
void* At(void* data, DType dtype, int64_t i) {
  return data == nullptr ? nullptr
                         : static_cast<char*>(data) + i * static_cast<int64_t>(ItemSize(dtype));
}
const void* At(const void* data, DType dtype, int64_t i) {
  return At(const_cast<void*>(data), dtype, i);
}

// A stretch of 16-bit elements, block by block as floats.
template <class Loop>
void UpdateHalves(DType dtype, const UpdateStretch& stretch, int states, const Loop& loop) {
  float parameter[kBlock], gradient[kBlock], state[kMaxOptimizerStates][kBlock];
  void* const state_blocks[] = {state[0], state[1], state[2]};
  for (int64_t i = 0; i < stretch.count; i += kBlock) {
    const int64_t count = std::min(kBlock, stretch.count - i);
    LoadElements(dtype, At(stretch.parameter, dtype, i), 1, count, parameter);
    LoadElements(dtype, At(stretch.gradient, dtype, i), 1, count, gradient);
    for (int k = 0; k < states; ++k) {
      LoadElements(dtype, At(stretch.states[k], dtype, i), 1, count, state[k]);
    }
    loop(UpdateStretch{count, parameter, gradient, state_blocks});
    StoreElements(Compute::kFloat, parameter, dtype, At(stretch.parameter, dtype, i), 1, count);
    for (int k = 0; k < states; ++k) {
      StoreElements(Compute::kFloat, state[k], dtype, At(stretch.states[k], dtype, i), 1, count);
    }
  }
}

// `loop(loops, stretch)` updates a stretch with the loops for what its elements are computed with.
template <class Loop>
void Update(UpdateList list, int states, const Loop& loop) {
  Launch(list.stream, [dtype = list.dtype, tensors = std::move(list.tensors), states, loop] {
    const MultiTensorLoops loops = Simd().multi_tensor();
    ForEachStretch(tensors, [&](const UpdateTensors& tensor, int64_t begin, int64_t end) {
      void* at[kMaxOptimizerStates];
      for (int k = 0; k < states; ++k) at[k] = At(tensor.states[k], dtype, begin);
      const UpdateStretch stretch{end - begin, At(tensor.parameter, dtype, begin),
                                  At(tensor.gradient, dtype, begin), at};
      if (dtype == DType::kFloat64) return loop(loops.f64, stretch);
      if (dtype == DType::kFloat32) return loop(loops.f32, stretch);
      UpdateHalves(dtype, stretch, states,
                   [&](const UpdateStretch& block) { loop(loops.f32, block); });
    });
  });
}

void Sgd(UpdateList list, const SgdNumbers& numbers, bool momentum) {
  Update(std::move(list), momentum ? 1 : 0,
         [=](const UpdateLoops& loops, const UpdateStretch& stretch) {
           loops.sgd(numbers, momentum, stretch);
         });
}

void Adam(UpdateList list, const AdamNumbers& numbers, bool amsgrad) {
  Update(std::move(list), amsgrad ? 3 : 2,
         [=](const UpdateLoops& loops, const UpdateStretch& stretch) {
           loops.adam(numbers, amsgrad, stretch);
         });
}

void Rmsprop(UpdateList list, const RmspropNumbers& numbers, bool momentum, bool centered) {
  Update(std::move(list), 1 + (momentum ? 1 : 0) + (centered ? 1 : 0),
         [=](const UpdateLoops& loops, const UpdateStretch& stretch) {
           loops.rmsprop(numbers, momentum, centered, stretch);
         });
}

}  // namespace

const MultiTensorKernels kMultiTensorKernels = {&Sgd,        &Adam,  &Rmsprop, &Norms,
                                                &ClipFactor, &Scale, &Clamp};

}  // namespace gradd::cpu
