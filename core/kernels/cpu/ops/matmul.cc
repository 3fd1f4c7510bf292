#include <cblas.h>

#include <algorithm>
#include <limits>

#include "core/base/status.h"
#include "core/kernels/cpu/copy.h"
#include "core/kernels/kernel.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu {
namespace {

// A matrix as BLAS wants it: row-major with a leading dimension, perhaps transposed.
struct Matrix {
  CBLAS_TRANSPOSE transpose = CblasNoTrans;
  int64_t leading = 1;
};

struct Product {
  int64_t rows, columns, inner;
  Matrix a, b;
  StridedLoop<3> batch;  // out, a, b
};

// The last two dimensions of a vector or matrix operand.
TensorSpec AsMatrix(const TensorSpec& spec, bool left) {
  TensorSpec matrix = spec;
  if (spec.rank() == 1) {
    matrix.shape.insert(left ? matrix.shape.begin() : matrix.shape.end(), 1);
    matrix.strides.insert(left ? matrix.strides.begin() : matrix.strides.end(), 0);
  }
  return matrix;
}

bool LayoutFor(const TensorSpec& spec, Matrix& matrix) {
  const int64_t rows = spec.shape[spec.rank() - 2], columns = spec.shape[spec.rank() - 1];
  const int64_t row_stride = spec.strides[spec.rank() - 2];
  const int64_t column_stride = spec.strides[spec.rank() - 1];
  // A dimension of size 1 has no stride of its own.
  if ((column_stride == 1 || columns == 1) &&
      (rows == 1 || row_stride >= std::max<int64_t>(columns, 1))) {
    matrix = {CblasNoTrans, rows == 1 ? std::max<int64_t>(columns, 1) : row_stride};
    return true;
  }
  if ((row_stride == 1 || rows == 1) &&
      (columns == 1 || column_stride >= std::max<int64_t>(rows, 1))) {
    matrix = {CblasTrans, columns == 1 ? std::max<int64_t>(rows, 1) : column_stride};
    return true;
  }
  return false;
}

// The dimensions in front of the matrix.
TensorSpec BatchOf(const TensorSpec& spec) {
  TensorSpec batch = spec;
  batch.shape.resize(spec.rank() - 2);
  batch.strides.resize(spec.rank() - 2);
  return batch;
}

void Gemm(const Product& p, const float* a, const float* b, float* out) {
  cblas_sgemm(CblasRowMajor, p.a.transpose, p.b.transpose, p.rows, p.columns, p.inner, 1.0f, a,
              p.a.leading, b, p.b.leading, 0.0f, out, p.columns);
}
void Gemm(const Product& p, const double* a, const double* b, double* out) {
  cblas_dgemm(CblasRowMajor, p.a.transpose, p.b.transpose, p.rows, p.columns, p.inner, 1.0, a,
              p.a.leading, b, p.b.leading, 0.0, out, p.columns);
}
// Integers: no library; unsigned, because they wrap.
void Gemm(const Product& p, const uint64_t* a, const uint64_t* b, uint64_t* out) {
  const bool ta = p.a.transpose == CblasTrans, tb = p.b.transpose == CblasTrans;
  std::fill_n(out, p.rows * p.columns, 0);
  for (int64_t i = 0; i < p.rows; ++i) {
    for (int64_t k = 0; k < p.inner; ++k) {
      const uint64_t left = ta ? a[k * p.a.leading + i] : a[i * p.a.leading + k];
      for (int64_t j = 0; j < p.columns; ++j) {
        out[i * p.columns + j] += left * (tb ? b[j * p.b.leading + k] : b[k * p.b.leading + j]);
      }
    }
  }
}

template <class T>
void Multiply(const Product& p, const T* a, const T* b, T* out) {
  if (p.rows == 0 || p.columns == 0) return;
  ForEachRow<3>(p.batch, [&](const auto& offsets, const auto& strides, int64_t length) {
    for (int64_t i = 0; i < length; ++i) {
      T* const to = out + offsets[0] + i * strides[0];
      if (p.inner == 0) {
        std::fill_n(to, p.rows * p.columns, T(0));
        continue;
      }
      Gemm(p, a + offsets[1] + i * strides[1], b + offsets[2] + i * strides[2], to);
    }
  });
}

// BLAS counts in 32 bits.
absl::Status CheckSizes(const Product& p) {
  for (const int64_t size : {p.rows, p.columns, p.inner, p.a.leading, p.b.leading}) {
    if (size > std::numeric_limits<blasint>::max()) {
      return InvalidArgument("SIZE_UNSUPPORTED", "matmul(): a size or stride of ", size,
                             " is more than a matrix product can have here");
    }
  }
  return absl::OkStatus();
}

template <class T>
absl::Status Run(const KernelCall& call) {
  const TensorSpec a = AsMatrix(*call.inputs[0].spec, true);
  const TensorSpec b = AsMatrix(*call.inputs[1].spec, false);
  Product p;
  p.rows = a.shape[a.rank() - 2];
  p.inner = a.shape[a.rank() - 1];
  p.columns = b.shape[b.rank() - 1];
  TensorSpec contiguous_a = TensorSpec::Contiguous(a.dtype, a.shape, a.device);
  TensorSpec contiguous_b = TensorSpec::Contiguous(b.dtype, b.shape, b.device);
  const bool copy_a = !LayoutFor(a, p.a), copy_b = !LayoutFor(b, p.b);
  if (copy_a) LayoutFor(contiguous_a, p.a);
  if (copy_b) LayoutFor(contiguous_b, p.b);
  GRADD_RETURN_IF_ERROR(CheckSizes(p));
  // The batch shape of the output, whose last dimensions may be missing for vectors.
  const DimsView out_shape = call.outputs[0].spec->shape;
  const size_t kept = (call.inputs[0].spec->rank() > 1) + (call.inputs[1].spec->rank() > 1);
  TensorSpec out_batch;
  out_batch.shape.assign(out_shape.begin(), out_shape.end() - kept);
  out_batch.strides = ContiguousStrides(out_batch.shape);
  for (int64_t& stride : out_batch.strides) stride *= p.rows * p.columns;
  const TensorSpec a_batch = BatchOf(copy_a ? contiguous_a : a);
  const TensorSpec b_batch = BatchOf(copy_b ? contiguous_b : b);
  p.batch = MakeStridedLoop<3>(out_batch.shape, {&out_batch, &a_batch, &b_batch});

  const T* a_data = call.inputs[0].as<const T>();
  const T* b_data = call.inputs[1].as<const T>();
  T* const out = call.outputs[0].as<T>();
  if (!copy_a && !copy_b) {
    Launch(call.stream, [=] { Multiply(p, a_data, b_data, out); });
    return absl::OkStatus();
  }
  // A layout that BLAS cannot read: copied first, within the piece of work that uses the copy.
  T* scratch_a = nullptr;
  T* scratch_b = nullptr;
  if (copy_a) {
    GRADD_ASSIGN_OR_RETURN(void* const memory, call.workspace.Allocate(contiguous_a.byte_count()));
    scratch_a = static_cast<T*>(memory);
  }
  if (copy_b) {
    GRADD_ASSIGN_OR_RETURN(void* const memory, call.workspace.Allocate(contiguous_b.byte_count()));
    scratch_b = static_cast<T*>(memory);
  }
  Launch(call.stream, [=, a_spec = a, b_spec = b, to_a = contiguous_a, to_b = contiguous_b] {
    if (copy_a) CopyNow(to_a, scratch_a, a_spec, a_data);
    if (copy_b) CopyNow(to_b, scratch_b, b_spec, b_data);
    Multiply(p, copy_a ? scratch_a : a_data, copy_b ? scratch_b : b_data, out);
  });
  return absl::OkStatus();
}

}  // namespace

Kernel MatmulKernel() {
  // One thread inside BLAS: how a product is split must not depend on the machine's cores.
  openblas_set_num_threads(1);
  return {[](const KernelCall& call) {
    switch (call.outputs[0].spec->dtype) {
      case DType::kFloat32:
        return Run<float>(call);
      case DType::kFloat64:
        return Run<double>(call);
      default:
        return Run<uint64_t>(call);
    }
  }};
}

}  // namespace gradd::cpu
