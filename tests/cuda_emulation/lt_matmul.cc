#include "tests/cuda_emulation/lt_matmul.h"

#include <cstring>

#include "core/spec/half.h"
#include "tests/cuda_emulation/memory.h"

namespace gradd::cuda_emulation {
namespace {

bool IsSame(const LtLayout& x, const LtLayout& y) {
  return x.type == y.type && x.batch == y.batch && x.rows == y.rows && x.columns == y.columns &&
         x.leading == y.leading && x.batch_stride == y.batch_stride;
}

bool IsMatrix(const LtLayout& layout) {
  return layout.rows > 0 && layout.columns > 0 && layout.batch > 0 &&
         layout.leading >= static_cast<int64_t>(layout.rows);
}

size_t BytesOf(cudaDataType type) { return type == CUDA_R_64F ? 8 : type == CUDA_R_32F ? 4 : 2; }

// The three bits in which float32 exceeds TF32 and more go; ties away from zero.
float ToTf32(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7F800000u) != 0x7F800000u) bits = (bits + 0x1000u) & ~0x1FFFu;
  std::memcpy(&x, &bits, sizeof bits);
  return x;
}

template <class T, class C>
void MultiplyMatrices(const LtCall& call, int64_t in_batch) {
  const LtProblem& p = call.problem;
  const auto at = [&](const void* data, const LtLayout& layout) {
    return static_cast<const T*>(data) + in_batch * layout.batch_stride;
  };
  const T* const a = at(call.a, p.a);
  const T* const b = at(call.b, p.b);
  const T* const c = at(call.c, p.c);
  T* const d = const_cast<T*>(at(call.d, p.d));
  const auto* const bias = static_cast<const T*>(p.product.bias);
  const bool adds_bias = p.product.epilogue == CUBLASLT_EPILOGUE_BIAS;
  const bool rounds = p.product.compute == CUBLAS_COMPUTE_32F_FAST_TF32;
  const auto factor = [rounds](T x) {
    const C value = static_cast<C>(x);
    return rounds ? static_cast<C>(ToTf32(static_cast<float>(value))) : value;
  };
  const bool turns_a = p.product.turn_a == CUBLAS_OP_T, turns_b = p.product.turn_b == CUBLAS_OP_T;
  const auto inner = static_cast<int64_t>(p.Inner());
  for (int64_t j = 0; j < static_cast<int64_t>(p.d.columns); ++j) {
    for (int64_t i = 0; i < static_cast<int64_t>(p.d.rows); ++i) {
      C sum = 0;
      for (int64_t k = 0; k < inner; ++k) {
        const T x = turns_a ? a[k + i * p.a.leading] : a[i + k * p.a.leading];
        const T y = turns_b ? b[j + k * p.b.leading] : b[k + j * p.b.leading];
        sum += factor(x) * factor(y);
      }
      C result = static_cast<C>(call.alpha) * sum;
      // What is not added may be NaN.
      if (call.beta != 0) {
        result += static_cast<C>(call.beta) * static_cast<C>(c[i + j * p.c.leading]);
      }
      if (adds_bias) result += static_cast<C>(bias[i]);
      d[i + j * p.d.leading] = static_cast<T>(result);
    }
  }
}

template <class T, class C>
void MultiplyBatch(const LtCall& call) {
  for (int64_t i = 0; i < call.problem.d.batch; ++i) MultiplyMatrices<T, C>(call, i);
}

// Every column of it: what lies between columns may be another's.
void CheckMatrices(const void* data, const LtLayout& layout, const char* what) {
  const size_t item = BytesOf(layout.type);
  for (int64_t i = 0; i < layout.batch; ++i) {
    for (int64_t j = 0; j < static_cast<int64_t>(layout.columns); ++j) {
      const int64_t offset = i * layout.batch_stride + j * layout.leading;
      CheckUsable(static_cast<const char*>(data) + offset * static_cast<int64_t>(item),
                  layout.rows * item, what);
    }
  }
}

}  // namespace

bool LtProblem::IsLike(const LtProblem& other) const {
  return product.compute == other.product.compute && product.scale == other.product.scale &&
         product.turn_a == other.product.turn_a && product.turn_b == other.product.turn_b &&
         product.epilogue == other.product.epilogue && IsSame(a, other.a) && IsSame(b, other.b) &&
         IsSame(c, other.c) && IsSame(d, other.d);
}

cublasStatus_t Check(const LtProblem& p) {
  const LtProduct& product = p.product;
  const auto is_turn = [](int32_t turn) { return turn == CUBLAS_OP_N || turn == CUBLAS_OP_T; };
  if (!is_turn(product.turn_a) || !is_turn(product.turn_b)) return CUBLAS_STATUS_NOT_SUPPORTED;
  for (const LtLayout* const layout : {&p.a, &p.b, &p.c, &p.d}) {
    if (!IsMatrix(*layout)) return CUBLAS_STATUS_INVALID_VALUE;
    if (layout->type != p.d.type || layout->batch != p.d.batch) return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  const bool turns_a = product.turn_a == CUBLAS_OP_T, turns_b = product.turn_b == CUBLAS_OP_T;
  if ((turns_a ? p.a.columns : p.a.rows) != p.d.rows || p.c.rows != p.d.rows ||
      (turns_b ? p.b.rows : p.b.columns) != p.d.columns || p.c.columns != p.d.columns ||
      (turns_b ? p.b.columns : p.b.rows) != p.Inner()) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  const bool is_double = p.d.type == CUDA_R_64F;
  const bool is_float = p.d.type == CUDA_R_32F;
  if (!is_double && !is_float && p.d.type != CUDA_R_16F && p.d.type != CUDA_R_16BF) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  const bool computes = is_double
                            ? product.compute == CUBLAS_COMPUTE_64F
                            : product.compute == CUBLAS_COMPUTE_32F ||
                                  (is_float && product.compute == CUBLAS_COMPUTE_32F_FAST_TF32);
  if (!computes || product.scale != (is_double ? CUDA_R_64F : CUDA_R_32F)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  if (product.epilogue == CUBLASLT_EPILOGUE_DEFAULT) return CUBLAS_STATUS_SUCCESS;
  // As the library, which has no epilogues in double.
  const bool has_bias = product.epilogue == CUBLASLT_EPILOGUE_BIAS && product.bias != nullptr;
  return has_bias && !is_double ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

void Multiply(const LtCall& call) {
  const LtProblem& p = call.problem;
  CheckMatrices(call.a, p.a, "a product reads");
  CheckMatrices(call.b, p.b, "a product reads");
  if (call.beta != 0) CheckMatrices(call.c, p.c, "a product reads");
  CheckMatrices(call.d, p.d, "a product writes");
  if (p.product.epilogue == CUBLASLT_EPILOGUE_BIAS) {
    CheckUsable(p.product.bias, p.d.rows * BytesOf(p.d.type), "a product reads");
  }
  switch (p.d.type) {
    case CUDA_R_64F:
      return MultiplyBatch<double, double>(call);
    case CUDA_R_16F:
      return MultiplyBatch<Half, float>(call);
    case CUDA_R_16BF:
      return MultiplyBatch<BFloat16, float>(call);
    default:
      return MultiplyBatch<float, float>(call);
  }
}

}  // namespace gradd::cuda_emulation
