// Random tensors on the processor.
#pragma once

#include "core/kernels/cpu/for_each.h"
#include "core/kernels/functors/random_elements.h"
#include "core/kernels/kernel.h"
#include "core/kernels/random_key.h"

namespace gradd::cpu {

// Makes the output of such numbers.
template <class T, class Number>
void FillRandom(const KernelCall& call, const Number& number) {
  using Elements = RandomElements<T, Number>;
  const int64_t count = call.outputs[0].spec->element_count();
  ForEach(call.stream, Elements::BlockCount(count),
          Elements{call.outputs[0].as<T>(), count, number, KeyOf(call)},
          kForEachGrain / Number::kPerBlock);
}

// Calls `fill(T{})` for the type of the output's elements, a floating one.
template <class Fill>
void VisitFloating(const KernelCall& call, const Fill& fill) {
  VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
    if constexpr (kIsFloatingElement<decltype(zero)>) fill(zero);
  });
}

}  // namespace gradd::cpu
