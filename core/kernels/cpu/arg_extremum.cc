#include "core/kernels/cpu/arg_extremum.h"

#include <algorithm>

#include "core/base/parallel_for.h"
#include "core/base/status.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/reduction.h"
#include "core/kernels/cpu/reduction_kernel.h"
#include "core/kernels/cpu/strided_cursor.h"

namespace gradd::cpu {
namespace {

// Elements that a thread takes at once.
constexpr int64_t kGrain = 32 * 1024;

// The second pass: where the values that the first one found stand.
struct Search {
  ReductionLoop found;        // the first pass
  StridedLoop<1> candidates;  // of one output, in row-major order
  const char* in;
  const void* values;  // accumulators of the first pass
  int64_t* indices;

  int64_t item_size() const { return static_cast<int64_t>(ItemSize(found.dtype)); }
};

template <class T>
bool IsSame(T x, T value) {
  return x == value || (x != x && value != value);
}

// T: what is computed with; A: the accumulators' type.
template <class T, class A>
void SearchOutput(const Search& s, int64_t output, int64_t offset) {
  const T value = static_cast<T>(static_cast<const A*>(s.values)[output]);
  const int64_t length = s.candidates.shape.back(), stride = s.candidates.strides[0].back();
  T block[kBlock];
  StridedCursor row(s.candidates, 0);
  for (int64_t first = 0; first < s.candidates.count; first += length, row.NextRow()) {
    for (int64_t i = 0; i < length; i += kBlock) {
      const int64_t count = std::min(kBlock, length - i);
      LoadElements(s.found.dtype, s.in + (offset + row.offset() + i * stride) * s.item_size(),
                   stride, count, block);
      const T* const place =
          std::find_if(block, block + count, [value](T x) { return IsSame(x, value); });
      if (place == block + count) continue;
      s.indices[output] = first + i + (place - block);
      return;
    }
  }
}

// Neighbouring outputs whose elements lie side by side are searched together, back to front.
template <class T, class A>
void SearchColumns(const Search& s, int64_t output, int64_t count, int64_t offset) {
  const A* const values = static_cast<const A*>(s.values) + output;
  const int64_t stride = s.candidates.strides[0].back();
  T block[kBlock];
  for (int64_t r = s.candidates.count; r-- > 0;) {
    LoadElements(s.found.dtype, s.in + (offset + r * stride) * s.item_size(),
                 s.found.kept.strides[0].back(), count, block);
    int64_t* const to = s.indices + output;
    for (int64_t i = 0; i < count; ++i) {
      to[i] = IsSame(block[i], static_cast<T>(values[i])) ? r : to[i];
    }
  }
}

template <class T, class A>
void RunSearch(const Search& s) {
  const StridedLoop<1>& kept = s.found.kept;
  const int64_t row = kept.shape.back();
  const bool by_columns = s.found.by_columns && s.candidates.rank() == 1;
  ParallelFor(s.found.outputs, std::max<int64_t>(1, kGrain / s.found.elements),
              [&](int64_t begin, int64_t end) {
                StridedCursor output(kept, begin);
                if (!by_columns) {
                  for (int64_t i = begin; i < end; ++i, output.Next()) {
                    SearchOutput<T, A>(s, i, output.offset());
                  }
                  return;
                }
                while (begin < end) {
                  const int64_t count = std::min({end - begin, row - begin % row, kBlock});
                  SearchColumns<T, A>(s, begin, count, StridedCursor(kept, begin).offset());
                  begin += count;
                }
              });
}

}  // namespace

absl::Status LaunchArgExtremum(const KernelCall& call, std::optional<int64_t> dim, FoldKind kind,
                               const KernelArgument& indices, const KernelArgument* values) {
  const TensorSpec& input = *call.inputs[0].spec;
  Dims dims;
  if (dim.has_value()) dims.push_back(*dim);
  GRADD_ASSIGN_OR_RETURN(dims, NormalizeReductionDims(dims, input.rank()));
  Search search;
  search.found = ReductionLoop::Make(input, dims);
  if (search.found.outputs == 0) return absl::OkStatus();
  TensorSpec candidates;
  for (const int64_t d : dims) {
    candidates.shape.push_back(input.shape[d]);
    candidates.strides.push_back(input.strides[d]);
  }
  search.candidates = MakeStridedLoop<1>(candidates.shape, {&candidates});
  search.in = call.inputs[0].as<const char>();
  search.indices = indices.as<int64_t>();
  GRADD_ASSIGN_OR_RETURN(void* const scratch,
                         call.workspace.Allocate(search.found.scratch_bytes()));
  GRADD_ASSIGN_OR_RETURN(void* const found, call.workspace.Allocate(search.found.outputs * 8));
  search.values = found;
  std::optional<ReducedOutput> out;
  if (values != nullptr) out = ReducedOutput::Of(*values, search.found);
  Launch(call.stream, [search, scratch, found, out, kind] {
    Reduce(search.found, {kind}, search.in, scratch,
           [&](int64_t first, int64_t count, void* accumulators) {
             std::memcpy(static_cast<char*>(found) + first * 8, accumulators, count * 8);
             if (out.has_value()) out->Store(first, count, accumulators);
           });
    const Compute compute = ComputeFor(search.found.dtype);
    if (compute == Compute::kFloat) {
      RunSearch<float, double>(search);
    } else if (compute == Compute::kDouble) {
      RunSearch<double, double>(search);
    } else {
      RunSearch<int64_t, int64_t>(search);
    }
  });
  return absl::OkStatus();
}

}  // namespace gradd::cpu
