// Kernels of all pointwise ops: one loop over blocks for whatever formula, dtypes and layouts.
//
// A block is computed by the formula's function for the processor's instruction set
// (simd/pointwise.cc), from contiguous operands of one type: an operand that is so already is read
// where it lies, the others are loaded into a buffer first.
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/parallel_for.h"
#include "core/base/status.h"
#include "core/kernels/cpu/cpu_kernels.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/cpu/stream_copy.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"
#include "core/ops/op_table.h"

namespace gradd::cpu {
namespace {

// Three arguments at most; a vjp has the cotangent, and may use the arguments and the output.
constexpr int kMaxInputs = 5;

// Below this many elements a second thread costs more than it saves.
constexpr int64_t kParallelFrom = 32 * 1024;
constexpr int64_t kGrain = 16 * 1024;
// Outputs of so many bytes are not read again before they have left the cache.
constexpr int64_t kStreamFrom = int64_t{8} << 20;

struct alignas(64) BlockBuffer {
  char bytes[kBlock * sizeof(double)];
};

struct Operand {
  const char* data = nullptr;
  DType dtype = DType::kFloat32;
  bool is_direct = false;  // stored as it is computed with
  int64_t item_size = 0;
  alignas(8) char number[8] = {};  // a plain number, where `data` is null
  const void* at(int64_t offset) const {
    return data != nullptr ? data + offset * item_size : number;
  }
};

// One launch, by value: it may run later than the call.
template <int N>
struct Pointwise {
  BlockFunction block = nullptr;
  std::array<Operand, N> inputs;
  char* output = nullptr;
  DType output_dtype = DType::kFloat32;
  Compute compute = Compute::kFloat;
  bool output_is_direct = false;
  bool streams = false;

  // A row of `length` elements; offsets and strides in elements, those of the output first.
  void Row(const std::array<int64_t, N + 1>& offsets, const std::array<int64_t, N + 1>& strides,
           int64_t length) const;
};

template <int N>
void Pointwise<N>::Row(const std::array<int64_t, N + 1>& offsets,
                       const std::array<int64_t, N + 1>& strides, int64_t length) const {
  const void* from[N];
  std::array<int64_t, N> steps;  // bytes from one block to the next
  bool all_direct = output_is_direct && strides[0] == 1 && !streams;
  for (int k = 0; k < N; ++k) {
    const bool direct = inputs[k].is_direct && strides[k + 1] == 1;
    steps[k] = direct ? kBlock * inputs[k].item_size : 0;
    from[k] = inputs[k].at(offsets[k + 1]);
    all_direct = all_direct && direct;
  }
  const int64_t item_size = static_cast<int64_t>(ItemSize(output_dtype));
  char* const to = output + offsets[0] * item_size;
  if (all_direct) {
    block(to, from, length);
    return;
  }
  BlockBuffer buffers[N + 1];
  for (int k = 0; k < N; ++k) {
    if (steps[k] == 0) from[k] = buffers[k].bytes;
  }
  const bool direct_output = output_is_direct && strides[0] == 1 && !streams;
  for (int64_t done = 0; done < length; done += kBlock) {
    const int64_t count = std::min(kBlock, length - done);
    for (int k = 0; k < N; ++k) {
      if (steps[k] != 0 || (strides[k + 1] == 0 && done > 0)) continue;
      LoadElements(inputs[k].dtype, inputs[k].at(offsets[k + 1] + done * strides[k + 1]),
                   strides[k + 1], count, buffers[k].bytes);
    }
    char* const place = to + done * strides[0] * item_size;
    block(direct_output ? place : buffers[N].bytes, from, count);
    if (streams) {
      StreamCopy(place, buffers[N].bytes, count * item_size);
    } else if (!direct_output) {
      StoreElements(compute, buffers[N].bytes, output_dtype, place, strides[0], count);
    }
    for (int k = 0; k < N; ++k) from[k] = static_cast<const char*>(from[k]) + steps[k];
  }
}

template <int N>
void RunOneRow(const Pointwise<N>& work, const std::array<int64_t, N + 1>& strides, int64_t count) {
  if (count < kParallelFrom) return work.Row({}, strides, count);
  ParallelFor(count, kGrain, [&](int64_t begin, int64_t end) {
    std::array<int64_t, N + 1> offsets;
    for (int k = 0; k <= N; ++k) offsets[k] = begin * strides[k];
    work.Row(offsets, strides, end - begin);
    if (work.streams) StreamFence();
  });
}

template <int N>
void RunRows(const Pointwise<N>& work, const StridedLoop<N + 1>& loop) {
  const auto row = [&](const auto& offsets, const auto& strides, int64_t length) {
    work.Row(offsets, strides, length);
  };
  if (loop.count == 0) return;
  const int64_t length = loop.shape.back();
  const int64_t rows = loop.count / length;
  if (loop.count < kParallelFrom || rows == 1) return ForEachRow<N + 1>(loop, row);
  ParallelFor(rows, std::max<int64_t>(1, kGrain / length),
              [&](int64_t begin, int64_t end) { ForEachRowIn<N + 1>(loop, begin, end, row); });
}

const Blocks& BlocksFor(const Op& op);

template <int N>
absl::Status Launch(const KernelCall& call) {
  const TensorSpec& output = *call.outputs[0].spec;
  // Every input has the dtype to compute in.
  const DType dtype = call.inputs[0].spec->dtype;
  const Blocks& blocks = BlocksFor(call.op);
  Pointwise<N> work;
  work.compute = ComputeFor(dtype);
  work.block = work.compute == Compute::kFloat    ? blocks.f32
               : work.compute == Compute::kDouble ? blocks.f64
                                                  : blocks.i64;
  if (work.block == nullptr) {
    return Unimplemented("DTYPE_UNSUPPORTED", call.op.name, "(): not implemented for ",
                         Name(dtype));
  }
  work.output = static_cast<char*>(call.outputs[0].data);
  work.output_dtype = output.dtype;
  work.output_is_direct = output.dtype == dtype && IsComputedAsStored(dtype);
  std::array<const TensorSpec*, N + 1> specs;
  specs[0] = &output;
  for (int k = 0; k < N; ++k) {
    const KernelArgument& input = call.inputs[k];
    specs[k + 1] = input.spec;
    Operand& operand = work.inputs[k];
    operand.data = static_cast<const char*>(input.data);
    operand.dtype = input.spec->dtype;
    operand.is_direct = IsComputedAsStored(operand.dtype);
    operand.item_size = static_cast<int64_t>(ItemSize(operand.dtype));
    std::memcpy(operand.number, input.number, sizeof operand.number);
  }
  const int64_t count = output.element_count();
  if (count == 0) return absl::OkStatus();
  if (const auto strides = OneRowStrides<N + 1>(output.shape, specs)) {
    work.streams = work.output_is_direct && output.byte_count() >= kStreamFrom;
    for (const KernelArgument& input : call.inputs) {  // written in place: it is in the cache
      work.streams = work.streams && input.data != call.outputs[0].data;
    }
    Launch(call.stream, [work, strides = *strides, count] { RunOneRow<N>(work, strides, count); });
  } else {
    Launch(call.stream,
           [work, loop = MakeStridedLoop<N + 1>(output.shape, specs)] { RunRows<N>(work, loop); });
  }
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
      return Launch<kMaxInputs>(call);
  }
}

// By Op::index.
std::vector<Blocks>& BlocksByOp() {
  static auto* const kBlocks = new std::vector<Blocks>(AllOps().size());
  return *kBlocks;
}
const Blocks& BlocksFor(const Op& op) { return BlocksByOp()[op.index]; }

void Register(KernelTable& table, const std::string& name, const Blocks& blocks) {
  const Op* const op = FindOp(name);
  if (op == nullptr) return;  // the vjp of a constant partial
  BlocksByOp()[op->index] = blocks;
  table.Set(*op, {&Run});
}

}  // namespace

void RegisterPointwise(KernelTable& table) {
  const FormulaTable formulas = Simd().formulas();
  for (size_t i = 0; i < formulas.count; ++i) {
    const FormulaBlocks& formula = formulas.formulas[i];
    Register(table, formula.name, formula.value);
    for (int k = 0; k < formula.arity; ++k) {
      Register(table, std::string(formula.name) + "_vjp" + std::to_string(k), formula.vjp[k]);
    }
  }
}

}  // namespace gradd::cpu
