// Random tensors on CUDA devices, the same as the processor's.
#pragma once

#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/functors/random_elements.h"
#include "core/kernels/kernel.h"
#include "core/kernels/random_key.h"

namespace gradd::cuda {

// Makes the output of such numbers.
template <class T, class Number>
void FillRandom(const KernelCall& call, const Number& number) {
  using Elements = RandomElements<T, Number>;
  const int64_t count = call.outputs[0].spec->element_count();
  ForEach(call.stream, Elements::BlockCount(count),
          Elements{call.outputs[0].as<T>(), count, number, KeyOf(call)});
}

}  // namespace gradd::cuda
