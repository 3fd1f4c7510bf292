// Kernels of ops that reduce dimensions of their first input to one number for each output.
#pragma once

#include <optional>

#include "core/base/status.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/reduction.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {

// An output under way: where its accumulators go.
struct ReducedOutput {
  char* data;
  DType dtype;
  Compute compute;  // kDouble or kInteger: what accumulators are

  static ReducedOutput Of(const KernelArgument& output, const ReductionLoop& loop) {
    const bool is_floating = IsFloating(loop.through.value_or(loop.dtype));
    return {output.as<char>(), output.spec->dtype,
            is_floating ? Compute::kDouble : Compute::kInteger};
  }
  void Store(int64_t first, int64_t count, const void* accumulators) const {
    StoreElements(compute, accumulators, dtype,
                  data + first * static_cast<int64_t>(ItemSize(dtype)), 1, count);
  }
};

// Folds `dims` (normalized) of input 0 and stores in output 0 what finish(accumulators, count) has
// made of each block of accumulators, in place.
template <class Finish>
absl::Status LaunchReduction(const KernelCall& call, DimsView dims, FoldKind kind, double parameter,
                             std::optional<DType> through, const Finish& finish) {
  const ReductionLoop loop = ReductionLoop::Make(*call.inputs[0].spec, dims, through);
  GRADD_ASSIGN_OR_RETURN(void* const scratch, call.workspace.Allocate(loop.scratch_bytes()));
  Launch(call.stream, [loop, scratch, kind, parameter, finish, in = call.inputs[0].data,
                       out = ReducedOutput::Of(call.outputs[0], loop)] {
    Reduce(loop, {kind, parameter}, in, scratch,
           [&](int64_t first, int64_t count, void* accumulators) {
             finish(accumulators, count);
             out.Store(first, count, accumulators);
           });
  });
  return absl::OkStatus();
}

// The dimensions that attribute `i` names. REQUIRES: the op's spec rule accepted them.
inline Dims ReducedDims(const KernelCall& call, size_t i = 0) {
  return *NormalizeReductionDims(call.attributes.Dims(i), call.inputs[0].spec->rank());
}

// The dtype that elements have to pass through on the way to `out`; nothing where they keep their
// value.
inline std::optional<DType> ThroughFor(DType in, DType out) {
  const bool is_exact = IsFloating(in) == IsFloating(out) && in <= out &&
                        !(in == DType::kFloat16 && out == DType::kBFloat16);
  return is_exact ? std::nullopt : std::optional<DType>(out);
}

}  // namespace gradd::cpu
