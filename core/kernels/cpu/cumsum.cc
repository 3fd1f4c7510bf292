#include "core/kernels/cpu/cumsum.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/parallel_for.h"
#include "core/base/status.h"
#include "core/kernels/cpu/copy.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/cpu/strided_cursor.h"

namespace gradd::cpu {
namespace {

// Elements that a thread takes at once.
constexpr int64_t kGrain = 16 * 1024;

// A tensor along the dimension, and across.
struct Lines {
  StridedLoop<1> others;
  char* data;
  int64_t stride, item_size;

  static Lines Of(const TensorSpec& spec, void* data, int dim, bool from_back) {
    TensorSpec others = spec;
    Lines lines{{}, static_cast<char*>(data), 1, static_cast<int64_t>(ItemSize(spec.dtype))};
    if (spec.rank() > 0) {
      lines.stride = spec.strides[dim];
      if (from_back) {
        lines.data += (spec.shape[dim] - 1) * lines.stride * lines.item_size;
        lines.stride = -lines.stride;
      }
      others.shape.erase(others.shape.begin() + dim);
      others.strides.erase(others.strides.begin() + dim);
    }
    lines.others = MakeStridedLoop<1>(others.shape, {&others});
    return lines;
  }
  char* at(int64_t offset) const { return data + offset * item_size; }
};

struct Work {
  Lines in, out;
  DType dtype;  // of both
  int64_t length;
};

struct alignas(64) Block {
  char bytes[kBlock * 8];
};

const ScanLoops& LoopsFor(DType dtype) {
  static const ScanTable kTable = Simd().scans();
  const Compute compute = ComputeFor(dtype);
  if (compute == Compute::kFloat) return kTable.f32;
  return compute == Compute::kDouble ? kTable.f64 : kTable.i64;
}

// Stores at `to` what sum(x, out) makes of the `count` elements at `from`.
template <class Sum>
void SumBlock(DType dtype, const char* from, int64_t from_stride, char* to, int64_t to_stride,
              int64_t count, const Sum& sum) {
  Block loaded, made;
  const bool is_direct = IsComputedAsStored(dtype);
  const void* x = from;
  if (!is_direct || from_stride != 1) {
    LoadElements(dtype, from, from_stride, count, loaded.bytes);
    x = loaded.bytes;
  }
  if (is_direct && to_stride == 1) return sum(x, to);
  sum(x, made.bytes);
  StoreElements(ComputeFor(dtype), made.bytes, dtype, to, to_stride, count);
}

void SumLine(const Work& work, const ScanLoops& loops, int64_t from, int64_t to) {
  alignas(8) char sum[8] = {};  // 0 in both types
  for (int64_t i = 0; i < work.length; i += kBlock) {
    const int64_t count = std::min(kBlock, work.length - i);
    SumBlock(work.dtype, work.in.at(from + i * work.in.stride), work.in.stride,
             work.out.at(to + i * work.out.stride), work.out.stride, count,
             [&](const void* x, void* out) { loops.along(x, sum, out, count); });
  }
}

// `count` lines that lie side by side, together.
void SumLines(const Work& work, const ScanLoops& loops, int64_t from, int64_t to, int64_t count) {
  Block sums = {};
  for (int64_t i = 0; i < work.length; ++i) {
    SumBlock(work.dtype, work.in.at(from + i * work.in.stride), work.in.others.strides[0].back(),
             work.out.at(to + i * work.out.stride), work.out.others.strides[0].back(), count,
             [&](const void* x, void* out) { loops.across(x, sums.bytes, out, count); });
  }
}

void Run(const Work& work) {
  const ScanLoops& loops = LoopsFor(work.dtype);
  const int64_t lines = work.out.others.count, row = work.out.others.shape.back();
  // Neighbouring lines of both tensors lie side by side, and the line itself does not.
  const bool together =
      row >= 8 && work.in.others.shape.back() == row && std::abs(work.in.stride) != 1;
  ParallelFor(lines, std::max<int64_t>(1, kGrain / work.length), [&](int64_t begin, int64_t end) {
    StridedCursor from(work.in.others, begin), to(work.out.others, begin);
    if (!together) {
      for (int64_t i = begin; i < end; ++i, from.Next(), to.Next()) {
        SumLine(work, loops, from.offset(), to.offset());
      }
      return;
    }
    while (begin < end) {
      const int64_t count = std::min({end - begin, row - begin % row, kBlock});
      SumLines(work, loops, StridedCursor(work.in.others, begin).offset(),
               StridedCursor(work.out.others, begin).offset(), count);
      begin += count;
    }
  });
}

}  // namespace

absl::Status LaunchCumsum(const KernelCall& call, bool from_back) {
  const KernelArgument& output = call.outputs[0];
  const TensorSpec& out_spec = *output.spec;
  if (out_spec.element_count() == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(call.attributes.Int(0), out_spec.rank()));
  Work work;
  work.out = Lines::Of(out_spec, output.data, dim, from_back);
  work.in = work.out;
  if (call.inputs[0].spec->dtype == out_spec.dtype) {
    work.in = Lines::Of(*call.inputs[0].spec, call.inputs[0].data, dim, from_back);
  } else {  // converted into the output, where the sums then replace it
    Copy(call.stream, out_spec, output.data, *call.inputs[0].spec, call.inputs[0].data);
  }
  work.dtype = out_spec.dtype;
  work.length = out_spec.rank() == 0 ? 1 : out_spec.shape[dim];
  Launch(call.stream, [work] { Run(work); });
  return absl::OkStatus();
}

}  // namespace gradd::cpu
