#include "core/kernels/cuda/nonzero.h"
#include "core/kernels/cuda/scan.cuh"
#include "core/spec/shape.h"

namespace gradd::cuda {
namespace {

// Elements that a block looks at: kScanItems neighbours each thread.
struct NonzeroCall {
  StridedLayout<1> layout;
  int64_t count;
  const void* in;
  int64_t blocks;
  int64_t* found;  // by each block; later what those before it found; [blocks] is what all did
  int rank;
  int64_t shape[kMaxRank];
  int64_t* out;
};

struct AddCounts {
  using In = int64_t;
  using Out = int64_t;
  using A = int64_t;
  __device__ static A None() { return 0; }
  __device__ static A Join(A a, A b) { return a + b; }
};

// Calls found(flat index, how many this thread found before) for each element of this thread that
// is not zero.
template <class T, class Found>
__device__ int64_t LookAtItems(const NonzeroCall& call, int64_t block, const Found& found) {
  const int64_t first = block * kScanTile + int64_t{threadIdx.x} * kScanItems;
  int64_t count = 0;
  for (int64_t i = first; i < first + kScanItems && i < call.count; ++i) {
    int64_t offsets[1];
    call.layout.Offsets(i, offsets);
    if (static_cast<const T*>(call.in)[offsets[0]] != T(0)) found(i, count++);
  }
  return count;
}

// Enough blocks for all elements.
template <class T>
__global__ void __launch_bounds__(kBlockThreads)
    CountKernel(const __grid_constant__ NonzeroCall call) {
  __shared__ int64_t shared[kBlockThreads];
  for (int64_t block = blockIdx.x; block < call.blocks; block += gridDim.x) {
    const int64_t mine = LookAtItems<T>(call, block, [](int64_t, int64_t) {});
    const int64_t all =
        Lanes{kBlockThreads, true}.Joined(shared, mine, [](int64_t a, int64_t b) { return a + b; });
    if (threadIdx.x == 0) call.found[block] = all;
  }
}

// One block.
__global__ void __launch_bounds__(kBlockThreads)
    AddFound(const __grid_constant__ NonzeroCall call) {
  __shared__ int64_t shared[kBlockThreads];
  int64_t sum = 0;
  for (int64_t i = threadIdx.x; i < call.blocks; i += kBlockThreads) sum += call.found[i];
  sum = Lanes{kBlockThreads, true}.Joined(shared, sum, [](int64_t a, int64_t b) { return a + b; });
  if (threadIdx.x == 0) call.found[call.blocks] = sum;
}

template <class T>
__global__ void __launch_bounds__(kBlockThreads)
    WriteKernel(const __grid_constant__ NonzeroCall call) {
  __shared__ int64_t shared[kBlockThreads];
  for (int64_t block = blockIdx.x; block < call.blocks; block += gridDim.x) {
    const int64_t mine = LookAtItems<T>(call, block, [](int64_t, int64_t) {});
    int64_t all;
    const int64_t before =
        call.found[block] +
        BeforeThread(
            shared, mine, int64_t{0}, [](int64_t a, int64_t b) { return a + b; }, &all);
    LookAtItems<T>(call, block, [&call, before](int64_t flat, int64_t k) {
      int64_t* const row = call.out + (before + k) * call.rank;
      for (int d = call.rank - 1; d >= 0; --d) {
        row[d] = flat % call.shape[d];
        flat /= call.shape[d];
      }
    });
  }
}

// With workspace, and what each block finds, enqueued. REQUIRES: input 0 has elements.
absl::StatusOr<NonzeroCall> Prepare(const KernelCall& call) {
  const TensorSpec& spec = *call.inputs[0].spec;
  NonzeroCall nonzero = {};
  const auto loop = MakeStridedLoop<1>(spec.shape, {&spec});
  GRADD_ASSIGN_OR_RETURN(nonzero.layout, MakeLayout<1>(loop));
  nonzero.count = loop.count;
  nonzero.in = call.inputs[0].data;
  nonzero.blocks = (loop.count - 1) / kScanTile + 1;
  nonzero.rank = spec.rank();
  std::copy(spec.shape.begin(), spec.shape.end(), nonzero.shape);
  GRADD_ASSIGN_OR_RETURN(void* const found,
                         call.workspace.Allocate((nonzero.blocks + 1) * sizeof(int64_t)));
  nonzero.found = static_cast<int64_t*>(found);
  const auto blocks = static_cast<unsigned>(std::min(nonzero.blocks, kMostBlocks));
  VisitDType(spec.dtype,
             [&](auto zero) { Launch(call.stream, blocks, CountKernel<decltype(zero)>, nonzero); });
  return nonzero;
}

}  // namespace

absl::StatusOr<int64_t> CountNonzero(const KernelCall& call) {
  if (call.inputs[0].spec->element_count() == 0) return 0;
  GRADD_ASSIGN_OR_RETURN(const NonzeroCall nonzero, Prepare(call));
  Launch(call.stream, 1, AddFound, nonzero);
  CudaStream& stream = AsCuda(call.stream);
  GRADD_RETURN_IF_ERROR(stream.TakeEnqueueError());  // there is no count then
  int64_t count = 0;
  stream.CopyToHost(&count, nonzero.found + nonzero.blocks, sizeof count);
  GRADD_RETURN_IF_ERROR(stream.Synchronize());
  return count;
}

absl::Status Nonzero(const KernelCall& call) {
  if (call.inputs[0].spec->element_count() == 0) return absl::OkStatus();
  GRADD_ASSIGN_OR_RETURN(NonzeroCall nonzero, Prepare(call));
  nonzero.out = call.outputs[0].as<int64_t>();
  ScanCall before;
  before.lines.rank = 1;
  before.lines.sizes[0] = before.line_count = 1;
  before.stride[0] = before.stride[1] = 1;
  before.length = before.piece_elements = nonzero.blocks;
  before.in = before.out = nonzero.found;
  Launch(call.stream, 1, ScanKernel<StartsScan<AddCounts>>, before);
  VisitDType(call.inputs[0].spec->dtype, [&](auto zero) {
    const auto blocks = static_cast<unsigned>(std::min(nonzero.blocks, kMostBlocks));
    Launch(call.stream, blocks, WriteKernel<decltype(zero)>, nonzero);
  });
  return absl::OkStatus();
}

}  // namespace gradd::cuda
