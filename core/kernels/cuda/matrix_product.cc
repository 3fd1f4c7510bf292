#include "core/kernels/cuda/matrix_product.h"

#include <algorithm>
#include <optional>

#include "absl/container/inlined_vector.h"

#include "core/base/status.h"
#include "core/device/cuda/cuda_device.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/lt_product.h"
#include "core/kernels/strided_parts.h"

namespace gradd::cuda {
namespace {

// More makes no difference to the library.
constexpr int64_t kMostAlignment = 256;

// Some of the library's kernels take no more matrices at once than a grid has rows.
constexpr int64_t kMostBatch = 32 * 1024;

// A factor as the library can read it: where it lies, or a contiguous copy to be made of it.
struct Readable {
  KernelArgument from;
  TensorSpec spec;
  void* data;

  bool is_copy() const { return data != from.data; }
};

absl::Status MakePacked(const KernelCall& call, Readable& factor) {
  if (factor.is_copy()) return InternalError("PRODUCT_LAYOUT", "a packed matrix is not readable");
  factor.spec = TensorSpec::Contiguous(factor.spec.dtype, factor.spec.shape, factor.spec.device);
  GRADD_ASSIGN_OR_RETURN(factor.data, call.workspace.Allocate(factor.spec.byte_count()));
  return absl::OkStatus();
}

// The power of two that all matrices of an operand begin at multiples of, in bytes.
int64_t AlignmentOf(const void* data, DimsView strides, int64_t item_size) {
  uint64_t bits = reinterpret_cast<uintptr_t>(data) | kMostAlignment;
  for (const int64_t stride : strides) bits |= static_cast<uint64_t>(stride * item_size);
  return static_cast<int64_t>(bits & (~bits + 1));
}

bool HasNegative(DimsView strides) {
  return std::any_of(strides.begin(), strides.end(), [](int64_t s) { return s < 0; });
}

// What addmm and linear mostly add: one row, consecutive, for all rows of the result.
bool IsRow(const TensorSpec& added, const TensorSpec& out, const void* data) {
  const Dims strides = BroadcastStrides(added, out.shape);
  for (size_t d = 0; d + 1 < strides.size(); ++d) {
    if (out.shape[d] != 1 && strides[d] != 0) return false;
  }
  return (strides.back() == 1 || out.shape.back() == 1) &&
         reinterpret_cast<uintptr_t>(data) % kBiasAlignment == 0;
}

// What the library computes at once: one row of the batch.
class Products {
 public:
  Products(const KernelCall& call, const KernelArgument& left, const KernelArgument& right)
      : call_(call),
        stream_(AsCuda(call.stream)),
        left_{left, *left.spec, left.data},
        right_{right, *right.spec, right.data} {}

  // Copies operands, if only in the plan, until the library can read them.
  absl::Status Plan(bool transposed) {
    for (;;) {
      plan_ = PlanProduct(left_.spec, right_.spec, transposed, *call_.outputs[0].spec);
      const auto left = AsOperand(plan_.rows, plan_.inner, plan_.left.row, plan_.left.column);
      const auto right = AsOperand(plan_.inner, plan_.columns, plan_.right.row, plan_.right.column);
      const bool packs_left = !left || HasNegative(plan_.batch.strides[1]);
      const bool packs_right = !right || HasNegative(plan_.batch.strides[2]);
      if (packs_left) GRADD_RETURN_IF_ERROR(MakePacked(call_, left_));
      if (packs_right) GRADD_RETURN_IF_ERROR(MakePacked(call_, right_));
      if (packs_left || packs_right) continue;
      Describe(*left, *right);
      return absl::OkStatus();
    }
  }

  absl::Status Run(const Addition* addition) {
    const KernelArgument& out = call_.outputs[0];
    const bool adds = addition != nullptr && addition->added_scale.To<double>() != 0;
    absl::StatusOr<Parts> parts = absl::UnimplementedError("");
    if (adds && addition->added_scale.To<double>() == 1 && right_.spec.rank() > 1 &&
        IsRow(*addition->added.spec, *out.spec, addition->added.data)) {
      product_.bias = addition->added.data;
      parts = FindParts();
    }
    if (!parts.ok()) {  // without the bias it may be known what to do
      product_.bias = nullptr;
      parts = FindParts();
    }
    GRADD_RETURN_IF_ERROR(parts.status());
    int64_t workspace_bytes = 0;
    for (const Part& part : *parts) {
      workspace_bytes = std::max(workspace_bytes, part.algorithm.workspace_bytes);
    }
    GRADD_ASSIGN_OR_RETURN(void* const workspace, call_.workspace.Allocate(workspace_bytes));
    const bool reads_out = adds && product_.bias == nullptr;
    for (const Readable* factor : {&left_, &right_}) {
      if (factor->is_copy()) {
        GRADD_RETURN_IF_ERROR(
            Copy(stream_, factor->spec, factor->data, *factor->from.spec, factor->from.data));
      }
    }
    if (reads_out) {
      GRADD_RETURN_IF_ERROR(
          Copy(stream_, *out.spec, out.data, *addition->added.spec, addition->added.data));
    }
    const double product_scale = addition == nullptr ? 1 : addition->product_scale.To<double>();
    const double out_scale = reads_out ? addition->added_scale.To<double>() : 0;
    absl::Status status;
    ForEachRow<3>(plan_.batch, [&](const auto& offsets, const auto& /*strides*/, int64_t) {
      for (const Part& part : *parts) {
        const auto at = [&](void* data, int64_t offset, const LtFactor& factor) {
          return static_cast<char*>(data) +
                 (offset + part.first * factor.batch_stride) * item_size_;
        };
        const LtMemory memory = {at(left_.data, offsets[1], product_.left),
                                 at(right_.data, offsets[2], product_.right),
                                 at(out.data, offsets[0], product_.out), workspace};
        if (!status.ok()) return;
        status = Multiply(stream_, part.product, part.algorithm, memory, product_scale, out_scale);
      }
    });
    return status;
  }

 private:
  // The matrices of a row of the batch that are multiplied at once.
  struct Part {
    int64_t first;
    LtProduct product;
    LtAlgorithm algorithm;
  };
  using Parts = absl::InlinedVector<Part, 1>;

  absl::StatusOr<Parts> FindParts() const {
    absl::StatusOr<Parts> parts(absl::in_place);
    for (int64_t first = 0; first < product_.batch; first += kMostBatch) {
      LtProduct part = product_;
      part.batch = std::min(kMostBatch, product_.batch - first);
      GRADD_ASSIGN_OR_RETURN(const LtAlgorithm algorithm, FindAlgorithm(stream_.device(), part));
      parts->push_back({first, part, algorithm});
    }
    return parts;
  }

  void Describe(const MatrixOperand& left, const MatrixOperand& right) {
    item_size_ = static_cast<int64_t>(ItemSize(call_.outputs[0].spec->dtype));
    const auto& strides = plan_.batch.strides;
    const auto factor = [&](const MatrixOperand& matrix, int k, const void* data) {
      return LtFactor{matrix, strides[k].back(), AlignmentOf(data, strides[k], item_size_)};
    };
    product_.dtype = call_.outputs[0].spec->dtype;
    if (product_.dtype == DType::kFloat32 && stream_.options().allow_tf32) {
      product_.precision = Float32Precision::kTf32;
    }
    product_.rows = plan_.rows;
    product_.columns = plan_.columns;
    product_.inner = plan_.inner;
    product_.batch = plan_.batch.shape.back();
    product_.left = factor(left, 1, left_.data);
    product_.right = factor(right, 2, right_.data);
    product_.out = factor({plan_.columns, false}, 0, call_.outputs[0].data);
  }

  const KernelCall& call_;
  CudaStream& stream_;
  Readable left_, right_;
  ProductPlan plan_;
  LtProduct product_;
  int64_t item_size_ = 0;
};

absl::Status Clear(const KernelCall& call) {
  CudaStream& stream = AsCuda(call.stream);
  const KernelArgument& out = call.outputs[0];
  stream.Note(cudaMemsetAsync(out.data, 0, out.spec->byte_count(), stream.Use()),
              "clearing memory");
  return absl::OkStatus();
}

}  // namespace

absl::Status EnqueueProduct(const KernelCall& call, const KernelArgument& left,
                            const KernelArgument& right, bool transposed,
                            const Addition* addition) {
  const KernelArgument& out = call.outputs[0];
  const DType dtype = out.spec->dtype;
  if (dtype == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", call.op.name, "(): not implemented for bool");
  }
  if (out.spec->element_count() == 0) return absl::OkStatus();
  if (IsFloating(dtype) && left.spec->element_count() > 0 && right.spec->element_count() > 0) {
    Products products(call, left, right);
    GRADD_RETURN_IF_ERROR(products.Plan(transposed));
    return products.Run(addition);
  }
  const ProductPlan plan = PlanProduct(*left.spec, *right.spec, transposed, *out.spec);
  if (plan.inner == 0) {
    GRADD_RETURN_IF_ERROR(Clear(call));
  } else {
    GRADD_RETURN_IF_ERROR(MultiplyIntegers(call, plan, left, right, out));
  }
  return addition == nullptr ? absl::OkStatus() : AddScaled(call, out, *addition);
}

}  // namespace gradd::cuda
