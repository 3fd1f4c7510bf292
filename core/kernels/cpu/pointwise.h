// Pointwise formulas as loops on the processor.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "core/base/status.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {

// Formula is a type with kArity and `static T value(T...)`. Each operand of a row has stride 1, 0
// or any; the first two get loops that the compiler turns into vectors.
template <class Formula, class T, size_t... I>
void PointwiseRow(T* out, const std::array<const T*, Formula::kArity>& in,
                  const std::array<int64_t, Formula::kArity + 1>& strides, int64_t length,
                  std::index_sequence<I...>) {
  bool all_one = strides[0] == 1;
  ((all_one = all_one && strides[I + 1] == 1), ...);
  if (all_one) {
    for (int64_t i = 0; i < length; ++i) out[i] = static_cast<T>(Formula::value(in[I][i]...));
    return;
  }
  if constexpr (Formula::kArity == 2) {
    if (strides[0] == 1 && strides[1] == 1 && strides[2] == 0) {
      const T b = *in[1];
      for (int64_t i = 0; i < length; ++i) out[i] = static_cast<T>(Formula::value(in[0][i], b));
      return;
    }
    if (strides[0] == 1 && strides[1] == 0 && strides[2] == 1) {
      const T a = *in[0];
      for (int64_t i = 0; i < length; ++i) out[i] = static_cast<T>(Formula::value(a, in[1][i]));
      return;
    }
  }
  for (int64_t i = 0; i < length; ++i) {
    out[i * strides[0]] = static_cast<T>(Formula::value(in[I][i * strides[I + 1]]...));
  }
}

template <class Formula, class T>
std::array<const T*, Formula::kArity> OperandsOf(
    const std::array<KernelArgument, Formula::kArity>& inputs) {
  std::array<const T*, Formula::kArity> operands;
  for (int k = 0; k < Formula::kArity; ++k) {
    operands[k] = inputs[k].data != nullptr ? inputs[k].template as<const T>()
                                            : reinterpret_cast<const T*>(inputs[k].number);
  }
  return operands;
}

template <class Formula, class T>
void PointwiseLoop(const StridedLoop<Formula::kArity + 1>& loop,
                   const std::array<KernelArgument, Formula::kArity>& inputs, void* output) {
  constexpr int kArity = Formula::kArity;
  const std::array<const T*, kArity> base = OperandsOf<Formula, T>(inputs);
  T* const out = static_cast<T*>(output);
  ForEachRow<kArity + 1>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
    std::array<const T*, kArity> in;
    for (int k = 0; k < kArity; ++k) in[k] = base[k] + offsets[k + 1];
    PointwiseRow<Formula, T>(out + offsets[0], in, strides, length,
                             std::make_index_sequence<kArity>());
  });
}

// T: how the elements are computed with; the tensors' dtype has its size.
template <class Formula, class T>
void LaunchPointwise(const KernelCall& call) {
  constexpr int kArity = Formula::kArity;
  const TensorSpec& output_spec = *call.outputs[0].spec;
  void* const output = call.outputs[0].data;
  std::array<KernelArgument, kArity> inputs;
  std::array<const TensorSpec*, kArity + 1> specs;
  specs[0] = &output_spec;
  for (int k = 0; k < kArity; ++k) {
    inputs[k] = call.inputs[k];
    specs[k + 1] = inputs[k].spec;
  }
  if (!call.stream.is_synchronous()) {
    const auto loop = MakeStridedLoop<kArity + 1>(output_spec.shape, specs);
    call.stream.Enqueue([=] { PointwiseLoop<Formula, T>(loop, inputs, output); });
  } else if (const auto strides = OneRowStrides<kArity + 1>(output_spec.shape, specs)) {
    PointwiseRow<Formula, T>(static_cast<T*>(output), OperandsOf<Formula, T>(inputs), *strides,
                             output_spec.element_count(), std::make_index_sequence<kArity>());
  } else {
    PointwiseLoop<Formula, T>(MakeStridedLoop<kArity + 1>(output_spec.shape, specs), inputs,
                              output);
  }
}

}  // namespace gradd::cpu
