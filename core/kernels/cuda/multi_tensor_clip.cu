// Norms of many tensors, and what is done to them to bound those.
#include <cmath>

#include "core/device/cuda/cuda_device.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/multi_tensor.h"
#include "core/kernels/cuda/tensor_table.h"
#include "core/kernels/cuda/visit_floating.h"

namespace gradd::cuda {
namespace {

using MemoryTable = TensorTable<TensorMemory>;

// Elements whose contributions to a norm are put together before others come in: with the shape it
// alone decides in which order.
constexpr int64_t kNormPiece = 16 * 1024;
// Tensors of no more pieces are left to one block each.
constexpr int64_t kFewPieces = 4;

// How elements contribute to a norm, and how contributions are put together; in double.
struct NormTerms {
  enum Kind { kSquares, kMagnitudes, kNotZero, kLargest, kSmallest, kPowers };
  Kind kind;
  double order;

  static NormTerms Of(double order) {
    if (order == 2) return {kSquares, order};
    if (order == 1) return {kMagnitudes, order};
    if (order == 0) return {kNotZero, order};
    if (std::isinf(order)) return {order > 0 ? kLargest : kSmallest, order};
    return {kPowers, order};
  }

  __device__ double None() const { return kind == kSmallest ? HUGE_VAL : 0.0; }
  __device__ double Term(double x) const {
    switch (kind) {
      case kSquares:
        return x * x;
      case kNotZero:
        return x == 0 ? 0.0 : 1.0;
      case kPowers:
        return ops::pow(fabs(x), order);
      default:
        return fabs(x);
    }
  }
  __device__ double Join(double a, double b) const {
    if (kind == kLargest) return ops::maximum(a, b);
    if (kind == kSmallest) return ops::minimum(a, b);
    return a + b;
  }
  __device__ double Root(double terms) const {
    if (kind == kSquares) return sqrt(terms);
    return kind == kPowers ? ::pow(terms, 1 / order) : terms;
  }
};

// Puts together what the threads of a block have. Every thread of the block calls it, and every one
// gets the result.
__device__ double JoinBlock(const NormTerms& norm, double mine) {
  __shared__ double joined[kBlockThreads];
  __syncthreads();  // the last result has been read
  joined[threadIdx.x] = mine;
  __syncthreads();
  for (unsigned half = kBlockThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      joined[threadIdx.x] = norm.Join(joined[threadIdx.x], joined[threadIdx.x + half]);
    }
    __syncthreads();
  }
  return joined[0];
}

// What elements [begin, end) contribute, computed by a block.
template <class T>
__device__ double PieceTerms(const NormTerms& norm, const void* data, int64_t begin, int64_t end) {
  double terms = norm.None();
  for (int64_t i = begin + threadIdx.x; i < end; i += kBlockThreads) {
    terms = norm.Join(terms, norm.Term(static_cast<double>(static_cast<const T*>(data)[i])));
  }
  return JoinBlock(norm, terms);
}

// A block for each piece of all tensors.
template <class T>
__global__ void __launch_bounds__(kBlockThreads)
    PieceKernel(const __grid_constant__ MemoryTable table, NormTerms norm, double* pieces) {
  const MemoryTable::Piece at = table.PieceOf(blockIdx.x);
  const double terms = PieceTerms<T>(norm, table.tensors[at.tensor].data, at.begin, at.end);
  if (threadIdx.x == 0) pieces[blockIdx.x] = terms;
}

// A block for each tensor: norms[i] from what its pieces contributed, or without `pieces` from the
// elements, in the same order, so that both give the same bits.
template <class T>
__global__ void __launch_bounds__(kBlockThreads)
    NormKernel(const __grid_constant__ MemoryTable table, NormTerms norm, const double* pieces,
               T* norms) {
  const int tensor = static_cast<int>(blockIdx.x);
  const int64_t count = table.tensors[tensor].count;
  const uint32_t first = table.FirstPiece(tensor), piece_count = table.ends[tensor] - first;
  double terms = norm.None();
  if (pieces != nullptr) {
    for (uint32_t p = threadIdx.x; p < piece_count; p += kBlockThreads) {
      terms = norm.Join(terms, pieces[first + p]);
    }
  } else {
    for (uint32_t p = 0; p < piece_count; ++p) {
      const int64_t begin = p * kNormPiece;
      const int64_t end = begin + kNormPiece < count ? begin + kNormPiece : count;
      const double piece = PieceTerms<T>(norm, table.tensors[tensor].data, begin, end);
      if (p % kBlockThreads == threadIdx.x) terms = norm.Join(terms, piece);
    }
  }
  terms = JoinBlock(norm, terms);
  if (threadIdx.x == 0) norms[tensor] = static_cast<T>(count == 0 ? 0.0 : norm.Root(terms));
}

// min(1, maximum / (total + 1e-6)) in what T is computed with, as torch.nn.utils.clip_grad_norm_
// computes it.
template <class T>
struct ComputeFactor {
  using C = ComputeType<T>;
  const T* total;
  double* factor;
  C maximum;

  __device__ void operator()(int64_t) const {
    const C number = C(1) / (static_cast<C>(*total) + static_cast<C>(1e-6)) * maximum;
    *factor = number > C(1) ? 1.0 : static_cast<double>(number);
  }
};

template <class T>
struct ScaleElement {
  using C = ComputeType<T>;
  const double* factor;

  __device__ T operator()(T x) const {
    return static_cast<T>(static_cast<C>(x) * static_cast<C>(*factor));
  }
};

template <class T>
struct ClampElement {
  using C = ComputeType<T>;
  C lower, upper;

  __device__ T operator()(T x) const {
    return static_cast<T>(ops::minimum(ops::maximum(static_cast<C>(x), lower), upper));
  }
};

template <class T, class Change>
__global__ void __launch_bounds__(kBlockThreads)
    ChangeKernel(const __grid_constant__ MemoryTable table, Change change) {
  const MemoryTable::Piece piece = table.PieceOf(blockIdx.x);
  T* const data = static_cast<T*>(table.tensors[piece.tensor].data);
  for (int64_t i = piece.begin + threadIdx.x; i < piece.end; i += kBlockThreads) {
    data[i] = change(data[i]);
  }
}

// Every element becomes what Change makes of it.
template <class T, class Change>
void ChangeElements(const TensorList& list, const Change& change) {
  ForEachTable(list.tensors, kUpdatePiece, [&](const MemoryTable& table, size_t) {
    if (table.piece_count() == 0) return;
    Launch(list.stream, table.piece_count(), ChangeKernel<T, Change>, table, change);
  });
}

bool HasManyPieces(const MemoryTable& table) {
  for (int i = 0; i < table.tensor_count; ++i) {
    if (table.tensors[i].count > kFewPieces * kNormPiece) return true;
  }
  return false;
}

}  // namespace

// There is no workspace for what pieces contribute. Eight bytes for every piece come from the
// device, uncounted; where it has none, each tensor is one block's work, with the same result.
void Norms(TensorList list, double order, void* norms) {
  const NormTerms terms = NormTerms::Of(order);
  CudaStream& stream = AsCuda(list.stream);
  VisitFloating(list.dtype, [&](auto zero) {
    using T = decltype(zero);
    ForEachTable(list.tensors, kNormPiece, [&](const MemoryTable& table, size_t first) {
      const size_t bytes = table.piece_count() * sizeof(double);
      double* pieces = nullptr;
      if (HasManyPieces(table)) {
        if (const auto memory = stream.device().Allocate(bytes, stream); memory.ok()) {
          pieces = static_cast<double*>(*memory);
          Launch(stream, table.piece_count(), PieceKernel<T>, table, terms, pieces);
        }
      }
      Launch(stream, static_cast<unsigned>(table.tensor_count), NormKernel<T>, table, terms, pieces,
             static_cast<T*>(norms) + first);
      if (pieces != nullptr) stream.device().Free(pieces, bytes, stream);
    });
  });
}

void ClipFactor(TensorList norms, const ClipNumbers& numbers, void* total, double* factor) {
  Norms(norms, numbers.order, total);
  VisitFloating(norms.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = ComputeType<T>;
    ForEach(
        norms.stream, 1,
        ComputeFactor<T>{static_cast<const T*>(total), factor, static_cast<C>(numbers.maximum)});
  });
}

void Scale(TensorList list, const double* factor) {
  VisitFloating(list.dtype, [&](auto zero) {
    using T = decltype(zero);
    ChangeElements<T>(list, ScaleElement<T>{factor});
  });
}

void Clamp(TensorList list, double limit) {
  VisitFloating(list.dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = ComputeType<T>;
    ChangeElements<T>(list, ClampElement<T>{static_cast<C>(-limit), static_cast<C>(limit)});
  });
}

}  // namespace gradd::cuda
