// The kernel of all pointwise ops: lays the operands out and launches the formula's.
#include "core/kernels/cuda/pointwise.h"

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/device/cuda/cuda_stream.h"
#include "core/kernels/cuda/cuda_kernels.h"
#include "core/kernels/cuda/strided_layouts.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"
#include "core/ops/op_table.h"

namespace gradd::cuda {
namespace {

// What vectors of elements are aligned to, at most.
constexpr uintptr_t kVectorBytes = 16;

bool IsAligned(const void* memory) {
  return reinterpret_cast<uintptr_t>(memory) % kVectorBytes == 0;
}

// By Op::index.
std::vector<PointwiseLaunchers>& LaunchersByOp() {
  static auto* const kLaunchers = new std::vector<PointwiseLaunchers>(AllOps().size());
  return *kLaunchers;
}

// Whether the operands are a row of vectors, each of them in the shape of the output or a single
// element.
template <int N>
bool LayOutRow(const KernelCall& call, const std::array<const TensorSpec*, N>& specs,
               PointwiseCall& work) {
  const auto strides = OneRowStrides<N>(call.outputs[0].spec->shape, specs);
  if (!strides || !IsAligned(work.out)) return false;
  for (int k = 0; k < N; ++k) {
    if ((*strides)[k] == 0) {
      work.is_single |= uint32_t{1} << k;
    } else if (!IsAligned(work.in[k])) {
      return false;
    }
  }
  return true;
}

template <int N>
absl::Status Launch(const KernelCall& call) {
  const KernelArgument& output = call.outputs[0];
  const DType dtype = call.inputs[0].spec->dtype;
  const PointwiseLauncher launch =
      LaunchersByOp()[call.op.index].by_dtype[static_cast<size_t>(dtype)];
  if (launch == nullptr) {
    return Unimplemented("DTYPE_UNSUPPORTED", call.op.name, "(): not implemented for ",
                         Name(dtype));
  }
  PointwiseCall work;
  work.count = output.spec->element_count();
  if (work.count == 0) return absl::OkStatus();
  work.out = output.data;
  std::array<const TensorSpec*, N> specs;
  for (int k = 0; k < N; ++k) {
    specs[k] = call.inputs[k].spec;
    work.in[k] = call.inputs[k].data;
    std::memcpy(work.number[k], call.inputs[k].number, sizeof work.number[k]);
  }
  work.is_row = LayOutRow<N>(call, specs, work);
  if (!work.is_row) {
    GRADD_ASSIGN_OR_RETURN(
        work.layout, MakeLayout<kMaxFormulaInputs>(MakeStridedLoop<N>(output.spec->shape, specs)));
  }
  CudaStream& stream = AsCuda(call.stream);
  stream.Note(launch(work, stream.Use()), "launching a pointwise kernel");
  return absl::OkStatus();
}

absl::Status Run(const KernelCall& call) {
  switch (call.inputs.size()) {
    case 1:
      return Launch<1>(call);
    case 2:
      return Launch<2>(call);
    case 3:
      return Launch<3>(call);
    case 4:
      return Launch<4>(call);
    default:
      return Launch<kMaxFormulaInputs>(call);
  }
}

void Register(KernelTable& table, const std::string& name, const PointwiseLaunchers& launchers) {
  const Op* const op = FindOp(name);
  if (op == nullptr) return;  // the vjp of a constant partial
  LaunchersByOp()[op->index] = launchers;
  table.Set(*op, {&Run});
}

}  // namespace

void RegisterPointwise(KernelTable& table) {
  for (const FormulaKernels& formula : AllFormulas()) {
    Register(table, formula.name, formula.value);
    for (int k = 0; k < formula.arity; ++k) {
      Register(table, std::string(formula.name) + "_vjp" + std::to_string(k), formula.vjp[k]);
    }
  }
}

}  // namespace gradd::cuda
