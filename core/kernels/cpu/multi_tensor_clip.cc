// Norms of many tensors, and what is done to them to bound those.
#include <cmath>
#include <limits>
#include <utility>

#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/multi_tensor.h"
#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu {
namespace {

// Elements whose contributions to a norm are put together before others come in: with the shape it
// alone decides in which order.
constexpr int64_t kPiece = 8 * 1024;

template <class F>
decltype(auto) VisitFloating(DType dtype, const F& f) {
  switch (dtype) {
    case DType::kFloat16:
      return f(Half());
    case DType::kBFloat16:
      return f(BFloat16());
    case DType::kFloat64:
      return f(double());
    default:
      return f(float());
  }
}

double Join(double order, double a, double b) {
  if (!std::isinf(order)) return a + b;
  if (std::isnan(a) || std::isnan(b)) return a + b;
  return order > 0 ? std::max(a, b) : std::min(a, b);
}

double Root(double order, double terms) {
  if (order == 2) return std::sqrt(terms);
  if (order == 0 || order == 1 || std::isinf(order)) return terms;
  return std::pow(terms, 1 / order);
}

// What a piece contributes.
double PieceTerms(DType dtype, const void* data, int64_t begin, int64_t count, double order) {
  const MultiTensorLoops loops = Simd().multi_tensor();
  if (dtype == DType::kFloat64) {
    return loops.norm_terms(order, static_cast<const double*>(data) + begin, count);
  }
  return VisitFloating(dtype, [&](auto zero) {
    const auto* const elements = static_cast<const decltype(zero)*>(data) + begin;
    double wide[kPiece];
    for (int64_t i = 0; i < count; ++i) wide[i] = static_cast<double>(elements[i]);
    return loops.norm_terms(order, wide, count);
  });
}

double NormOf(DType dtype, const void* data, int64_t count, double order) {
  if (count == 0) return 0;
  const int64_t pieces = (count - 1) / kPiece + 1;
  std::vector<double> terms(pieces);
  ParallelFor(pieces, kStretch / kPiece, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      terms[i] = PieceTerms(dtype, data, i * kPiece, std::min(kPiece, count - i * kPiece), order);
    }
  });
  double all = terms[0];
  for (int64_t i = 1; i < pieces; ++i) all = Join(order, all, terms[i]);
  return Root(order, all);
}

// Element i of floating memory, converted.
void StoreNumber(DType dtype, void* data, int64_t i, double value) {
  VisitFloating(dtype, [&](auto zero) {
    using T = decltype(zero);
    static_cast<T*>(data)[i] = static_cast<T>(value);
  });
}

// min(1, maximum / (total + 1e-6)) in T, as torch.nn.utils.clip_grad_norm_ computes it.
template <class T>
double FactorOf(T total, double maximum) {
  const T factor = T(1) / (total + static_cast<T>(1e-6)) * static_cast<T>(maximum);
  return factor > T(1) ? 1.0 : static_cast<double>(factor);
}

// f(loops, elements, count) for blocks of the list's tensors, as they are computed with.
template <class F>
void ChangeElements(DType dtype, const std::vector<TensorMemory>& tensors, const F& f) {
  const MultiTensorLoops loops = Simd().multi_tensor();
  const auto item = static_cast<int64_t>(ItemSize(dtype));
  ForEachStretch(tensors, [&](const TensorMemory& tensor, int64_t begin, int64_t end) {
    char* const at = static_cast<char*>(tensor.data) + begin * item;
    if (dtype == DType::kFloat64) return f(loops.f64, at, end - begin);
    if (dtype == DType::kFloat32) return f(loops.f32, at, end - begin);
    float block[kBlock];
    for (int64_t i = 0; i < end - begin; i += kBlock) {
      const int64_t count = std::min(kBlock, end - begin - i);
      LoadElements(dtype, at + i * item, 1, count, block);
      f(loops.f32, block, count);
      StoreElements(Compute::kFloat, block, dtype, at + i * item, 1, count);
    }
  });
}

}  // namespace

void Norms(TensorList list, double order, void* norms) {
  Launch(list.stream, [dtype = list.dtype, tensors = std::move(list.tensors), order, norms] {
    for (size_t i = 0; i < tensors.size(); ++i) {
      StoreNumber(dtype, norms, static_cast<int64_t>(i),
                  NormOf(dtype, tensors[i].data, tensors[i].count, order));
    }
  });
}

void ClipFactor(TensorList norms, const ClipNumbers& numbers, void* total, double* factor) {
  Launch(norms.stream, [dtype = norms.dtype, norm = norms.tensors[0], numbers, total, factor] {
    StoreNumber(dtype, total, 0, NormOf(dtype, norm.data, norm.count, numbers.order));
    *factor = VisitFloating(dtype, [&](auto zero) {
      using T = decltype(zero);
      return FactorOf(static_cast<ComputeType<T>>(*static_cast<const T*>(total)), numbers.maximum);
    });
  });
}

void Scale(TensorList list, const double* factor) {
  Launch(list.stream, [dtype = list.dtype, tensors = std::move(list.tensors), factor] {
    ChangeElements(dtype, tensors,
                   [number = *factor](const UpdateLoops& loops, void* elements, int64_t count) {
                     loops.scale(number, elements, count);
                   });
  });
}

void Clamp(TensorList list, double limit) {
  Launch(list.stream, [dtype = list.dtype, tensors = std::move(list.tensors), limit] {
    ChangeElements(dtype, tensors, [=](const UpdateLoops& loops, void* elements, int64_t count) {
      loops.clamp(limit, elements, count);
    });
  });
}

}  // namespace gradd::cpu
